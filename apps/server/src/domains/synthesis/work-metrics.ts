import { Counter, type Registry } from 'prom-client';

export interface WorkMetrics {
  /** The worker has computed for one of its jobs. */
  computed(seconds: number): void;
  /** It has made a piece for another worker's. */
  assisted(): void;
}

/**
 * Counts what a worker does. The rate of the time that its jobs take is how busy it is, from 0 to
 * 1: whoever only helps another could do without it, and calls for no further worker.
 */
export function addWorkMetrics(worker: { registry: Registry; process: string }): WorkMetrics {
  const { registry, process } = worker;
  const counter = (name: string, help: string): Counter<'process'> => {
    const added = new Counter({ name, help, labelNames: ['process'], registers: [registry] });
    added.inc({ process }, 0);
    return added;
  };
  const busy = counter(
    'voiceflow_worker_busy_seconds_total',
    'Time that a worker computed its jobs; waiting for slow readers is none of it',
  );
  const assisted = counter(
    'voiceflow_worker_assisted_pieces_total',
    'Pieces that a worker without jobs made for the speech of another worker',
  );
  return {
    computed: (seconds) => busy.inc({ process }, seconds),
    assisted: () => assisted.inc({ process }),
  };
}
