import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RawServerDefault,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../clock.ts';
import type { Actor, Context } from '../context.ts';
import type { DatabaseHandle } from '../database/database.ts';
import { DomainError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SharedCache } from '../shared-cache/index.ts';
import type { Tracer } from '../tracing/index.ts';
import { allowedMethods } from './allowed-methods.ts';
import { addressOf } from './caller-address.ts';
import { AddressRefusedError, type Authenticators, authenticate } from './credentials.ts';
import { crossOriginAnswers } from './cross-origin.ts';
import { refuseWhileStopping } from './drain.ts';
import { acceptForms } from './form-body.ts';
import { parseJsonBodies } from './json-body.ts';
import { maxFormBytes, maxJsonBytes } from './limits.ts';
import { addOpenAiError, describeProblem, statusOf, toDomainError } from './problem.ts';
import { type EndedRequest, reportEndings } from './request-endings.ts';
import { requestIdOf } from './request-id.ts';
import {
  countAnonymous,
  countFailure,
  countRequest,
  type RequestLimits,
} from './request-limits.ts';
import { readRestOfBody } from './rest-of-body.ts';
import { checkBySchema } from './schema-issue.ts';
import { apiHeaders } from './security-headers.ts';
import { checkSignature, type SignedRequests } from './signed-requests.ts';
import { asksForWebSocket, routeWebSockets } from './web-sockets.ts';

const receiveTimeoutMs = 60_000;
const keepAliveTimeoutMs = 72_000;
const closeIdleEveryMs = 100;
/** Of an answer whose reader is slow; Node's own 64 KB are a quarter of what a slow stream takes. */
const heldBytesPerConnection = 16 * 1024;

/** The paths that the specification spells without a version answer as their `/v1` twins. */
const unversioned = /^\/(?=(generate|auth|teams)([/?]|$))/;

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors carry OpenAI's `error` member as well, for clients that look for it. */
    openAiErrors?: boolean;
    /** Answers without a credential, because it leads to one: the system itself acts. */
    anonymous?: boolean;
    /** Requests that one network may send to an anonymous route in any minute. */
    requestsPerMinute?: number;
    /** Takes client tokens, and so answers pages of other origins. */
    clientTokens?: boolean;
    /** Answers with speech, which is counted and timed apart from the rest. */
    speech?: boolean;
  }
  interface FastifyRequest {
    actor: Actor | null;
  }
  interface FastifyInstance {
    /** Shows a browser that there is nothing at a path; undefined for others, who are told. */
    pageForAstray: (
      request: FastifyRequest,
      reply: FastifyReply,
    ) => Promise<FastifyReply> | undefined;
  }
}

/** Route options of what is no part of the API's description. */
export const hidden = { schema: { hide: true } } as const;

/** From where a request comes. */
export interface Caller {
  readonly ip: string;
  readonly userAgent: string | null;
  readonly requestId: string;
}

/** Hears of every credential that was checked, and must not take long. */
export interface AccessWatcher {
  admitted(actor: Actor, caller: Caller): void;
  /** A key was sent that is malformed, unknown, revoked or past its end. */
  keyRefused(caller: Caller): void;
  /** A good key was sent from an address that it may not be used from. */
  addressRefused(actor: Actor, caller: Caller): void;
}

export interface HttpServices {
  readonly db: DatabaseHandle;
  readonly clock: Clock;
  readonly log: Log;
  readonly authenticators: Authenticators;
  /** Absent where nothing is limited. */
  readonly limits?: RequestLimits;
  /** Whether pages of an origin may have a client token. Absent where there are none. */
  readonly isKnownOrigin?: (origin: string) => Promise<boolean>;
  /** Absent where no team has signing secrets. */
  readonly signatures?: SignedRequests;
  /** Absent where nobody watches. */
  readonly access?: AccessWatcher;
  readonly cache?: SharedCache;
  /** Addresses and networks whose `X-Forwarded-For` tells who calls. Absent where there are none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Hears of every request when it is over, and must not take long. */
  readonly onRequestEnded?: (ended: EndedRequest) => void;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** Makes the context that a verb gets, from the request that calls it. */
export type ContextOf = (request: FastifyRequest) => Context;

/** What goes on over the connection of a request, once that has been answered. */
export interface Readmission {
  /** The context of another call, which counts against the limits as one does. */
  readmit(request: FastifyRequest, reply: FastifyReply): Promise<Context>;
  /** The same for a call that goes on: its credential must still be good, and nothing is counted. */
  recheck(request: FastifyRequest): Promise<Context>;
}

/** The server without routes: ids, credentials, limits, errors. Every route answers through it. */
export async function createHttpApp(
  services: HttpServices,
): Promise<{ app: App; contextOf: ContextOf; readmission: Readmission }> {
  const { log, clock, signatures, trustedProxies } = services;
  const app = fastify({
    logger: false,
    trustProxy: trustedProxies ? [...trustedProxies] : false,
    bodyLimit: maxJsonBytes,
    requestTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: 'idle',
    // Refused in our own words, by refuseWhileStopping.
    return503OnClosing: false,
    http: { shouldUpgradeCallback: asksForWebSocket, highWaterMark: heldBytesPerConnection },
    genReqId: requestIdOf,
    rewriteUrl: (request) => (request.url ?? '/').replace(unversioned, '/v1/'),
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply, log),
    clientErrorHandler(_error, socket) {
      if (socket.writable) socket.end(malformedRequest());
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(checkBySchema);
  app.setSerializerCompiler(serializerCompiler);
  parseJsonBodies(app, maxJsonBytes);
  await acceptForms(app);
  const methodsOf = allowedMethods(app);
  const answerCrossOrigin = crossOriginAnswers(app, services.isKnownOrigin ?? (async () => false));

  routeWebSockets(app);

  app.decorate('pageForAstray', () => undefined);
  app.decorateRequest('actor', null);
  app.decorateRequest('signedBody', null);
  reportEndings(app, { log, tracer: services.tracer, onEnded: services.onRequestEnded });
  refuseWhileStopping(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.setHeader('x-request-id', request.id);
    for (const [name, value] of apiHeaders) reply.raw.setHeader(name, value);
    if (await answerCrossOrigin(request, reply)) return reply;
    const { url, config } = request.routeOptions;
    if (config.anonymous) {
      request.actor = { kind: 'system' };
      await countAnonymous(request, reply, services.limits);
    } else if (url?.startsWith('/v1/')) {
      request.actor = await admit(request, reply, services);
    }
    refuseLargeForm(request);
    return undefined;
  });
  if (signatures) {
    app.addHook('preParsing', (request, _reply, payload) =>
      checkSignature(request, payload, { ...signatures, clock }),
    );
  }
  // A connection that becomes idle after the server began to close would hold it open.
  app.addHook('preClose', async () => {
    setInterval(() => app.server.closeIdleConnections(), closeIdleEveryMs).unref();
  });
  app.setErrorHandler(async (error, request, reply) => {
    await readRestOfBody(request);
    // Whatever is wrong with a body or header: first of all there is nothing at this path.
    if (request.is404) return sendNothingHere(request, reply);
    return sendProblem(await countGuess(error, request, reply), request, reply, log);
  });
  app.setNotFoundHandler((request, reply) => sendNothingHere(request, reply));

  /** What to answer where no credential is asked for, once what was refused counts as a bad one does. */
  async function countGuess(
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { limits } = services;
    const isGuess = request.routeOptions.config.anonymous && [400, 401].includes(statusOf(error));
    if (!limits || !isGuess) return error;
    return countFailure(limits, addressOf(request), reply).then(
      () => error,
      (tooMany: unknown) => tooMany,
    );
  }

  async function sendNothingHere(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const page = app.pageForAstray(request, reply);
    if (page) return page;
    const allowed = methodsOf(request.url);
    if (allowed.length > 0) reply.header('allow', allowed.join(', '));
    return sendProblem(nothingHere(request, allowed), request, reply, log);
  }

  function contextOf(request: FastifyRequest): Context {
    if (!request.actor) throw new Error(`${request.routeOptions.url} answers without a credential`);
    return {
      actor: request.actor,
      requestId: request.id,
      ...(request.span ? { traceparent: request.span.traceparent } : {}),
      db: services.db,
      clock: services.clock,
      get log() {
        return log.child({ request_id: request.id });
      },
      ip: addressOf(request),
      userAgent: request.headers['user-agent'] ?? null,
      ...(services.cache ? { cache: services.cache } : {}),
    };
  }

  return {
    app,
    contextOf,
    readmission: {
      async readmit(request, reply) {
        request.actor = await admit(request, reply, services);
        return contextOf(request);
      },
      async recheck(request) {
        request.actor = await authenticate(request, services.authenticators);
        return contextOf(request);
      },
    },
  };
}

/** Who calls, once the limits have let the call in. */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  { authenticators, limits, access }: HttpServices,
): Promise<Actor> {
  const actor = await authenticate(request, authenticators).catch(async (error: unknown) => {
    const caller = callerOf(request);
    if (error instanceof AddressRefusedError) access?.addressRefused(error.actor, caller);
    else if (isRefusedKey(error)) access?.keyRefused(caller);
    if (limits && isBadCredential(error)) await countFailure(limits, caller.ip, reply);
    throw error;
  });
  if (limits) await countRequest(limits, actor, reply);
  if (isClient(actor)) {
    if (!request.routeOptions.config.clientTokens) throw clientTokenRefused();
  } else {
    // The pages that hold a token of a key come from anywhere: of them the token's making is recorded.
    access?.admitted(actor, callerOf(request));
  }
  return actor;
}

function isClient(actor: Actor): boolean {
  return 'client' in actor && actor.client !== undefined;
}

function clientTokenRefused(): DomainError {
  return new DomainError({
    kind: 'forbidden',
    code: 'client_token_not_allowed',
    detail: 'A client token makes speech and lists voices, and nothing else.',
  });
}

function isRefusedKey(error: unknown): boolean {
  return (
    error instanceof DomainError &&
    (error.code === 'invalid_api_key' || error.code === 'api_key_expired')
  );
}

function isBadCredential(error: unknown): boolean {
  return (
    error instanceof AddressRefusedError ||
    (error instanceof DomainError && error.kind === 'unauthenticated')
  );
}

function callerOf(request: FastifyRequest): Caller {
  return {
    ip: addressOf(request),
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
  };
}

function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const known = toDomainError(error);
  // Nobody is left to answer, and nothing went wrong.
  if (request.raw.destroyed && reply.raw.destroyed) return reply;
  if (!known || known.kind === 'failed') {
    log.error({ request_id: request.id, err: error }, 'a request failed');
  }
  const problem = describeProblem(known, request.id);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="VoiceFlow"');
  if (known?.retryAfterSeconds !== undefined) reply.header('retry-after', known.retryAfterSeconds);
  // A body that was not read to its end would be taken for the next request.
  if (!request.raw.complete) reply.header('connection', 'close');
  return reply
    .code(problem.status)
    .header('x-request-id', request.id)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer((body: unknown) => JSON.stringify(body))
    .send(request.routeOptions.config.openAiErrors ? addOpenAiError(problem) : problem);
}

/** JSON is limited where it is read; a form's announced length is checked before anything is. */
function refuseLargeForm(request: FastifyRequest): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced <= maxFormBytes) return;
  throw new DomainError({
    kind: 'too_large',
    code: 'body_too_large',
    detail: `The body has ${announced} bytes; at most ${maxFormBytes} are taken.`,
  });
}

function nothingHere(request: FastifyRequest, allowed: readonly string[]): DomainError {
  const path = request.url.split('?')[0] ?? '';
  return allowed.length === 0
    ? new DomainError({
        kind: 'not_found',
        code: 'not_found',
        detail: `There is nothing at ${path.slice(0, 100)}.`,
      })
    : new DomainError({
        kind: 'method_not_allowed',
        code: 'method_not_allowed',
        detail: `${request.method} is not possible here; ${allowed.join(', ')} is.`,
      });
}

/** What is no HTTP at all, or a header block over the limit, never reaches a route. */
function malformedRequest(): string {
  const body = JSON.stringify(
    describeProblem(
      new DomainError({
        kind: 'invalid',
        code: 'malformed_request',
        detail: 'This is not a well-formed HTTP request, or its headers are too large.',
      }),
      requestIdOf({ headers: {} }),
    ),
  );
  return [
    'HTTP/1.1 400 Bad Request',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
