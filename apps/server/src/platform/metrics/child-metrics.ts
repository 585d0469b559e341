import type { ChildProcess } from 'node:child_process';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { z } from 'zod';
import type { MetricsText } from './serve-metrics.ts';

/** A process that does not answer so soon is left out of this answer. */
const answerTimeoutMs = 5_000;

const askSchema = z.object({ askForMetrics: z.int() });
const metricSchema = z.object({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram', 'summary']),
  values: z.array(
    z.object({
      // What is no number, such as the mean of nothing, arrives as null.
      value: z.number().nullable(),
      labels: z.record(z.string(), z.union([z.string(), z.number()])),
      metricName: z.string().optional(),
    }),
  ),
});
const answerSchema = z.object({ metricsFor: z.int(), metrics: z.array(metricSchema) });

type ChildMetric = z.infer<typeof metricSchema>;

/** Gives this process's figures to the process that forked it, whenever it asks. */
export function answerParent(registry: Registry): void {
  process.on('message', (message) => {
    const asked = askSchema.safeParse(message);
    if (!asked.success) return;
    void registry.getMetricsAsJSON().then((metrics) => {
      if (process.connected) process.send?.({ metricsFor: asked.data.askForMetrics, metrics });
    });
  });
}

let asked = 0;

/** What a child counts; nothing when it is gone, or busy for too long. */
export function askChild(child: ChildProcess): Promise<readonly ChildMetric[]> {
  asked += 1;
  const question = asked;
  return new Promise((resolve) => {
    const end = (metrics: readonly ChildMetric[]) => {
      clearTimeout(timeout);
      child.off('message', take);
      resolve(metrics);
    };
    const take = (message: unknown) => {
      const answer = answerSchema.safeParse(message);
      if (answer.success && answer.data.metricsFor === question) end(answer.data.metrics);
    };
    const timeout = setTimeout(() => end([]), answerTimeoutMs);
    child.on('message', take);
    if (child.connected) child.send({ askForMetrics: question }, (error) => error && end([]));
    else end([]);
  });
}

/** The figures of several processes as one text. No two of them count the same. */
export async function mergeMetrics(
  own: Registry,
  others: readonly (readonly ChildMetric[])[],
): Promise<MetricsText> {
  const metrics = [await own.getMetricsAsJSON(), ...others].map((ofProcess) =>
    ofProcess.map((metric) => ({
      ...metric,
      values: metric.values.filter(({ value }) => value !== null && Number.isFinite(value)),
      aggregator: 'sum',
    })),
  );
  const merged = AggregatorRegistry.aggregate(metrics);
  return { contentType: merged.contentType, text: await merged.metrics() };
}
