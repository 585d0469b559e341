import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecurely } from 'node:https';
import { AssetError } from './asset-error.ts';

const mostRedirects = 5;

/**
 * Asks for a URL and follows where it leads. By node:http, because `fetch` ends the process where
 * a connection closes while its reader is behind: its parser asserts where nobody can catch it.
 */
export async function openUrl(
  url: string,
  options: Pick<RequestOptions, 'headers' | 'signal'>,
): Promise<IncomingMessage> {
  let target = new URL(url);
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await request(target, options);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return response;
    response.destroy();
    target = new URL(headers.location, target);
  }
  throw new AssetError(`${url}: more than ${mostRedirects} redirects`);
}

function request(
  target: URL,
  options: Pick<RequestOptions, 'headers' | 'signal'>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const ask = target.protocol === 'https:' ? getSecurely : get;
    ask(target, options, resolve).on('error', reject);
  });
}
