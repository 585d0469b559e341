import type { IncomingMessage } from 'node:http';
import { OutboundError, requestOutbound } from './request.ts';

const timeoutMs = 10_000;
const maxAnswerBytes = 1024 * 1024;
/** Answers with these may hold no body. */
const bodiless = new Set([204, 205, 304]);

/**
 * `fetch` for addresses that a tenant chooses: to the open internet over TLS alone, without following
 * redirects, with at most 1 MB for an answer. Throws OutboundError, or what the network says.
 */
export async function guardedFetch(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Record<string, string>;
    readonly body?: unknown;
    readonly signal?: AbortSignal | null;
  } = {},
): Promise<Response> {
  const answer = await requestOutbound({
    url: new URL(url),
    method: options.method ?? 'GET',
    headers: options.headers ?? {},
    body: textOf(options.body),
    signal: options.signal ?? AbortSignal.timeout(timeoutMs),
    allowLoopback: false,
  });
  const body = await readBounded(answer);
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return new Response(bodiless.has(status) ? null : body, { status, headers });
}

function textOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string' || body instanceof URLSearchParams) return body.toString();
  throw new TypeError('only text is sent');
}

async function readBounded(answer: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > maxAnswerBytes) {
      answer.destroy();
      throw new OutboundError(`the answer has more than ${maxAnswerBytes} bytes`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}
