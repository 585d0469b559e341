import { Histogram, type Registry } from 'prom-client';
import { addPolledGauge, durationBuckets } from '../metrics/index.ts';
import type { QueueStats } from './job-store.ts';
import { type Tier, tiers } from './tiers.ts';
import type { TakenJob, WorkQueue } from './work-queue.ts';

/** How long jobs waited, and, once it is known which, how a queue stands. */
export class QueueMetrics {
  readonly #register: Registry;
  readonly #wait: Histogram<'tier'>;

  constructor(register: Registry) {
    this.#register = register;
    this.#wait = new Histogram({
      name: 'voiceflow_queue_wait_seconds',
      help: 'Time that jobs waited for a worker',
      labelNames: ['tier'],
      buckets: [...durationBuckets],
      registers: [register],
    });
    for (const tier of tiers) this.#wait.zero({ tier });
  }

  taken({ tier, waitedMs }: TakenJob): void {
    this.#wait.observe({ tier }, waitedMs / 1000);
  }

  /** All processes that share a queue tell the same of it. */
  watch(queue: WorkQueue): void {
    this.#addByTier(queue, {
      name: 'voiceflow_queue_depth',
      help: 'Jobs that wait for a worker',
      figure: (stats, tier) => stats.tiers[tier].waiting,
    });
    this.#addByTier(queue, {
      name: 'voiceflow_queue_oldest_wait_seconds',
      help: 'How long the job has waited that has waited longest',
      figure: (stats, tier) => stats.tiers[tier].oldestWaitMs / 1000,
    });
    addPolledGauge(this.#register, {
      name: 'voiceflow_queue_running_jobs',
      help: 'Jobs that a worker has taken and not finished; those with slow readers too',
      labelNames: [],
      read: async () => [{ labels: {}, value: (await queue.stats()).running }],
    });
    addPolledGauge(this.#register, {
      name: 'voiceflow_queue_dead_letters',
      help: 'Jobs that failed for good and do not lie in the database yet',
      labelNames: [],
      read: async () => [{ labels: {}, value: (await queue.stats()).deadLetters }],
    });
    addPolledGauge(this.#register, {
      name: 'voiceflow_workers_ready',
      help: 'Synthesis workers that are warm and connected',
      labelNames: [],
      read: () => [{ labels: {}, value: queue.workers().length }],
    });
  }

  #addByTier(
    queue: WorkQueue,
    gauge: { name: string; help: string; figure: (stats: QueueStats, tier: Tier) => number },
  ): void {
    addPolledGauge(this.#register, {
      name: gauge.name,
      help: gauge.help,
      labelNames: ['tier'],
      read: async () => {
        const stats = await queue.stats();
        return tiers.map((tier) => ({ labels: { tier }, value: gauge.figure(stats, tier) }));
      },
    });
  }
}
