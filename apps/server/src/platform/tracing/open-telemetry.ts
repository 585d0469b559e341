import { hostname } from 'node:os';
import { pid } from 'node:process';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Tracer } from './tracer.ts';

/** Shorter than what a process has to end. */
const exportTimeoutMs = 3_000;
const sendEveryMs = 1_000;

const kinds = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

export interface TracingOptions {
  /** Of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  /** Share of the traces that begin here; of others their caller decides. */
  readonly ratio: number;
  /** The role of this process: `api`. */
  readonly process: string;
}

/** Spans to an OpenTelemetry collector, by OTLP over HTTP, beside the work and in batches. */
export function createTracer({ endpoint, ratio, process }: TracingOptions): Tracer {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `voiceflow-${process}`,
      'service.namespace': 'voiceflow',
      // Tells those apart that have one role on several machines.
      'service.instance.id': `${hostname()}:${pid}`,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }),
        scheduledDelayMillis: sendEveryMs,
        exportTimeoutMillis: exportTimeoutMs,
      }),
    ],
  });
  const tracer = provider.getTracer('voiceflow');
  const propagator = new W3CTraceContextPropagator();
  return {
    start(name, { parent, kind, attributes = {} }) {
      const context = propagator.extract(
        ROOT_CONTEXT,
        parent === undefined ? {} : { traceparent: parent },
        defaultTextMapGetter,
      );
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, context);
      const carrier: Record<string, string> = {};
      propagator.inject(trace.setSpan(context, span), carrier, defaultTextMapSetter);
      return {
        traceparent: carrier.traceparent ?? '',
        end({ failed = false, attributes: more = {} } = {}) {
          span.setAttributes(more);
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () => provider.shutdown().catch(() => {}),
  };
}
