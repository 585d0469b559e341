import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const wellFormed = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** The caller's X-Request-Id when it is well formed, else a fresh `req_…`. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && wellFormed.test(given)) return given;
  return `req_${randomUUID().replaceAll('-', '')}`;
}
