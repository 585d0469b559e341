import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What a token begins with that pages of other origins may send. */
export const clientTokenPrefix = 'vf_client_';

const maxAgeSeconds = 600;
const takenHeaders =
  'authorization, content-type, idempotency-key, last-event-id, range, x-request-id';
const shownHeaders =
  'content-disposition, content-range, idempotency-replayed, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, warning, x-request-id, x-voiceflow-cache, x-voiceflow-characters, x-voiceflow-generation-id';

/**
 * Lets pages of the origins that have client tokens ask the routes that take them, and read the answers;
 * all other routes and origins stay closed. Resolves to true where the request was answered.
 */
export function crossOriginAnswers(
  app: FastifyInstance,
  isKnownOrigin: (origin: string) => Promise<boolean>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<boolean> {
  const open: { pattern: RegExp; method: string }[] = [];
  app.addHook('onRoute', ({ url, method, config }) => {
    if (!config?.clientTokens) return;
    const pattern = new RegExp(`^${url.replaceAll(/:[^/]+/g, '[^/]+')}$`);
    open.push(...[method].flat().map((one) => ({ pattern, method: one })));
  });

  return async (request, reply) => {
    const { origin, authorization } = request.headers;
    const asked = request.headers['access-control-request-method'];
    const isPreflight = request.method === 'OPTIONS' && asked !== undefined;
    const hasToken = authorization?.slice('Bearer '.length).startsWith(clientTokenPrefix) ?? false;
    if (origin === undefined || !(isPreflight || hasToken)) return false;
    const method = isPreflight ? asked : request.method;
    const path = request.url.split('?')[0] ?? '';
    if (!open.some((route) => route.method === method && route.pattern.test(path))) return false;
    reply.raw.setHeader('vary', 'origin');
    if (!(await isKnownOrigin(origin))) return false;
    reply.raw.setHeader('access-control-allow-origin', origin);
    reply.raw.setHeader('access-control-expose-headers', shownHeaders);
    if (!isPreflight) return false;
    await reply
      .code(204)
      .header('access-control-allow-methods', method)
      .header('access-control-allow-headers', takenHeaders)
      .header('access-control-max-age', maxAgeSeconds)
      .send();
    return true;
  };
}
