import { Counter, type Registry } from 'prom-client';

/** Counts the time that a worker computes: its rate is how busy the worker is, from 0 to 1. */
export function addBusyMetric(worker: {
  registry: Registry;
  process: string;
}): (seconds: number) => void {
  const { registry, process } = worker;
  const busy = new Counter({
    name: 'voiceflow_worker_busy_seconds_total',
    help: 'Time that a worker computed speech; waiting for slow readers is none of it',
    labelNames: ['process'],
    registers: [registry],
  });
  busy.inc({ process }, 0);
  return (seconds) => busy.inc({ process }, seconds);
}
