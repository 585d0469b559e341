import type { FastifyRequest } from 'fastify';
import { DomainError } from '../errors.ts';

const loopbackAddresses = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
const forwardingHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether the page that sent this request is ours. Browsers say so in Sec-Fetch-Site; older ones
 * at least name the Origin of what may change something. Without either it is not believed.
 */
export function isSameOrigin(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = request.headers;
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host;
}

/**
 * Whether a page of ours sends this, rather than a program. Browsers say where a request comes from
 * and pages cannot lie about it; programs say nothing. @throws DomainError `cross_site_request`
 */
export function isFromOurPage(request: FastifyRequest): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return false;
  if (isSameOrigin(request)) return true;
  throw new DomainError({
    kind: 'forbidden',
    code: 'cross_site_request',
    detail: "This may not be asked for by another site's page.",
  });
}

/**
 * Whether a browser on this very machine asks, by a name that means this machine. The Host check
 * defeats DNS rebinding; a forwarding header means that a proxy stands in between.
 */
export function isLocalBrowser(request: FastifyRequest): boolean {
  const { host } = request.headers;
  return (
    loopbackAddresses.has(request.socket.remoteAddress ?? '') &&
    host !== undefined &&
    loopbackHosts.has(host.replace(/:\d+$/, '')) &&
    forwardingHeaders.every((name) => request.headers[name] === undefined)
  );
}
