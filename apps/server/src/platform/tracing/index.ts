import type { TracingOptions } from './open-telemetry.ts';
import type { Tracer } from './tracer.ts';

export type { Span, Tracer } from './tracer.ts';

/** Undefined without a collector. The libraries are loaded only where there is one. */
export async function openTracer(
  options: Omit<TracingOptions, 'endpoint'> & { endpoint: string | undefined },
): Promise<Tracer | undefined> {
  const { endpoint } = options;
  if (endpoint === undefined) return undefined;
  const { createTracer } = await import('./open-telemetry.ts');
  return createTracer({ ...options, endpoint });
}
