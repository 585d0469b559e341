import type { Env } from '../env.ts';
import {
  addGpuMetrics,
  addPolledCounter,
  addPolledGauge,
  askChild,
  MetricsServer,
  mergeMetrics,
  openRegistry,
} from '../platform/metrics/index.ts';
import type { SupervisedProcess } from '../platform/supervisor/supervised-process.ts';

interface ServerMetricsOptions {
  readonly env: Env;
  readonly processes: readonly SupervisedProcess[];
  /** Says something to the person at the terminal. */
  readonly say: (message: string) => void;
}

/**
 * Serves the figures of this process, of its children and of the machine's GPUs on one port, so that
 * a server of any number of workers is one thing to scrape.
 */
export function serveServerMetrics(options: ServerMetricsOptions): MetricsServer | undefined {
  const { processes, say } = options;
  const { METRICS_PORT: port, METRICS_HOST: host, WORKERS: workers } = options.env;
  if (port === 'off') return undefined;
  const registry = openRegistry('supervisor');
  addGpuMetrics(registry);
  addPolledGauge(registry, {
    name: 'voiceflow_workers_wanted',
    help: 'Synthesis workers that this server is to run',
    labelNames: [],
    read: () => [{ labels: {}, value: workers }],
  });
  addPolledCounter(registry, {
    name: 'voiceflow_process_restarts_total',
    help: 'How often a process ended by itself and was started again',
    labelNames: ['process'],
    read: () =>
      processes.map(({ name, crashes }) => ({ labels: { process: name }, value: crashes })),
  });
  return new MetricsServer({
    host,
    port,
    read: async () => {
      const children = processes.flatMap(({ child }) => (child ? [askChild(child)] : []));
      return mergeMetrics(registry, await Promise.all(children));
    },
    // It is served once all parts are.
    isReady: () => true,
    onUnavailable: (problem) =>
      say(`metrics: ${problem}; they are served as soon as it is free (METRICS_PORT)`),
  });
}
