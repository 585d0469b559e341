import type { Registry } from 'prom-client';
import type { Env } from './env.ts';
import type { Log } from './platform/log.ts';
import { answerParent, MetricsServer, openRegistry } from './platform/metrics/index.ts';

export interface ProcessMetrics {
  readonly registry: Registry;
  /** What this process is called in its figures. */
  readonly process: string;
  /** To be called once this process does its work. */
  markReady(): void;
  close(): void;
}

/**
 * The figures of this process. They go to the supervisor, if there is one, which serves those of all
 * its children on one port; a process of its own serves its own.
 */
export function openProcessMetrics({
  env,
  log,
  role,
}: {
  env: Env;
  log: Log;
  role: string;
}): ProcessMetrics {
  const name = env.VOICEFLOW_PROCESS ?? role;
  const registry = openRegistry(name);
  answerParent(registry);
  let ready = false;
  const { METRICS_PORT: port, METRICS_HOST: host } = env;
  const server =
    port === 'off'
      ? undefined
      : new MetricsServer({
          host,
          port,
          read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
          isReady: () => ready,
          onUnavailable: (problem) => log.warn({ problem }, 'metrics are not served'),
          onListening: (url) => log.info({ url }, 'serving metrics'),
        });
  return {
    registry,
    process: name,
    markReady: () => {
      ready = true;
    },
    close: () => server?.close(),
  };
}
