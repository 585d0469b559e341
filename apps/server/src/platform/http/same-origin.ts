import type { FastifyRequest } from 'fastify';

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
