import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../context.ts';
import type { Log } from '../log.ts';
import type { Span, Tracer } from '../tracing/index.ts';
import type { App } from './app.ts';
import { statusOf } from './problem.ts';
import { asksForWebSocket } from './web-sockets.ts';

const switchedStatus = 101;
/** As nginx calls it: the caller went away before the end of the answer. */
export const callerGoneStatus = 499;

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the answer broke off after its head had been sent. */
    bodyFailure: unknown;
    /** Null where the request is not traced. */
    span: Span | null;
  }
}

/** A request that is over, answered or not. */
export interface EndedRequest {
  readonly method: string;
  /** As it was registered: `/v1/keys/:id`. Undefined where nothing is at the path. */
  readonly route: string | undefined;
  /** What was answered; 499 when the caller went away before the end, 101 of a web socket. */
  readonly status: number;
  readonly seconds: number;
  /** Null where the credential was missing or refused. */
  readonly actor: Actor | null;
  readonly speech: boolean;
}

interface EndingServices {
  readonly log: Log;
  readonly tracer: Tracer | undefined;
  readonly onEnded: ((ended: EndedRequest) => void) | undefined;
}

/**
 * Logs every request once when it is over, tells `onEnded`, which must not take long, and traces
 * requests to the API.
 */
export function reportEndings(app: App, { log, tracer, onEnded }: EndingServices): void {
  app.decorateRequest('bodyFailure', null);
  app.decorateRequest('span', null);
  app.addHook('onRequest', (request, reply, done) => {
    const startedMs = performance.now();
    if (tracer) request.span = startSpan(request, tracer);
    let over = false;
    const close = () => {
      if (!over) end(request, reply, performance.now() - startedMs);
      over = true;
    };
    // There is no other sign of an answer that broke off.
    reply.raw.once('close', close);
    // Of a request that becomes a web socket the response never closes.
    if (asksForWebSocket(request.raw)) request.raw.socket.once('close', close);
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (payload instanceof Readable) {
      payload.once('error', (error) => {
        request.bodyFailure = error;
      });
    }
    done();
  });

  function end(request: FastifyRequest, reply: FastifyReply, ms: number): void {
    const status = reply.raw.writableFinished ? reply.statusCode : brokenStatus(request, reply);
    const { method, actor, routeOptions } = request;
    const { url: route, config } = routeOptions;
    const fields = { request_id: request.id, method, route, status, ms: Math.round(ms) };
    // Probes ask every few seconds for ever.
    if (route?.startsWith('/health/')) log.debug(fields, 'request');
    else log.info(fields, 'request');
    request.span?.end({
      failed: status >= 500,
      attributes: { 'http.response.status_code': status },
    });
    const speech = config.speech === true;
    onEnded?.({ method, route, status, seconds: ms / 1000, actor, speech });
  }

  /** Of an answer that broke off: what went wrong here, or that its reader left. */
  function brokenStatus(request: FastifyRequest, reply: FastifyReply): number {
    const { bodyFailure: err } = request;
    if (asksForWebSocket(request.raw) && !reply.raw.headersSent) return switchedStatus;
    if (!reply.raw.headersSent || err === null) return callerGoneStatus;
    log.error({ request_id: request.id, err }, 'an answer broke off');
    return statusOf(err);
  }
}

/** As OpenTelemetry's conventions for HTTP have it; no address, which may hold a secret. */
function startSpan({ id, method, headers, routeOptions }: FastifyRequest, tracer: Tracer) {
  const { url: route } = routeOptions;
  if (!route?.startsWith('/v1/')) return null;
  const { traceparent } = headers;
  return tracer.start(`${method} ${route}`, {
    kind: 'server',
    parent: typeof traceparent === 'string' ? traceparent : undefined,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'voiceflow.request_id': id,
    },
  });
}
