import type { Env } from './env.ts';
import { openTracer, type Tracer } from './platform/tracing/index.ts';

/** Undefined where no collector is set. */
export function openProcessTracer(env: Env, process: string): Promise<Tracer | undefined> {
  return openTracer({
    endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
    process,
  });
}
