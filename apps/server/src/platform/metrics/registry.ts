import { collectDefaultMetrics, Registry } from 'prom-client';

/** Gauges by another name than Prometheus' rules ask for. */
const misnamed = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** The figures of one process: its memory, processor time and event loop, and what others add. */
export function openRegistry(processName: string): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register, labels: { process: processName } });
  for (const name of misnamed) register.removeSingleMetric(name);
  return register;
}
