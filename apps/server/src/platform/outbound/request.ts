import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** Why nothing came back, in words for whoever gave the address. */
export class OutboundError extends Error {}

/** The addresses of a host. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveBySystem: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Sends a request to an address that somebody else chose. It reaches the open internet over TLS
 * alone, or with `allowLoopback` this machine too, and follows no redirect. The name is resolved once,
 * and the connection goes to what was checked. Throws OutboundError, or what the network says.
 */
export async function requestOutbound(options: {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly allowLoopback: boolean;
  readonly resolve?: Resolve | undefined;
}): Promise<IncomingMessage> {
  const { url, method, headers, body, signal, allowLoopback, resolve = resolveBySystem } = options;
  const address = await findAddress(url, { allowLoopback, resolve });
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    method,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    agent: false,
    signal,
    lookup: (_host, { all }, done) => {
      const family = isIP(address);
      if (all) done(null, [{ address, family }]);
      else done(null, address, family);
    },
  });
  return answerOf(request, body);
}

async function findAddress(
  { hostname, protocol }: URL,
  { allowLoopback, resolve }: { allowLoopback: boolean; resolve: Resolve },
): Promise<string> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(host) ? [host] : await resolve(host);
  const [address] = addresses;
  if (address === undefined) throw new OutboundError(`${host} has no address`);
  if (allowLoopback && addresses.every(isLoopbackAddress)) return address;
  // One that is not public among others is as good as all: who chooses the name chooses the order.
  if (!addresses.every(isPublicAddress)) {
    throw new OutboundError(`${host} is not an address of the public internet`);
  }
  if (protocol !== 'https:') throw new OutboundError('only https:// is sent to');
  return address;
}

function answerOf(request: ClientRequest, body: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.once('response', resolve);
  // Also after the answer: a connection that is cut then is no error of ours.
  request.on('error', reject);
  request.end(body);
  return promise;
}
