import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { parseScrape } from '../../../tests/support/scrape.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { byTier } from './tiers.ts';
import type { WorkQueue } from './work-queue.ts';

const queue: WorkQueue = {
  enqueue() {
    throw new Error('not asked');
  },
  workers: () => ['one', 'another'],
  stats: () => ({
    tiers: {
      ...byTier(() => ({ waiting: 0, oldestWaitMs: 0 })),
      paid: { waiting: 3, oldestWaitMs: 2_500 },
    },
    running: 7,
    secondsPerJob: 1,
    deadLetters: 4,
  }),
  isReachable: true,
  close: async () => {},
};

test('a queue is told tier by tier, waits in seconds', async () => {
  const registry = new Registry();
  const metrics = new QueueMetrics(registry);
  metrics.watch(queue);
  metrics.taken({ tier: 'paid', waitedMs: 1_500 });
  const told = parseScrape(await registry.metrics());
  const figures = {
    'voiceflow_queue_depth{tier="paid"}': 3,
    'voiceflow_queue_depth{tier="free"}': 0,
    'voiceflow_queue_oldest_wait_seconds{tier="paid"}': 2.5,
    'voiceflow_queue_wait_seconds_sum{tier="paid"}': 1.5,
    'voiceflow_queue_wait_seconds_count{tier="free"}': 0,
    voiceflow_queue_running_jobs: 7,
    voiceflow_queue_dead_letters: 4,
    voiceflow_workers_ready: 2,
  };
  expect(Object.fromEntries(Object.keys(figures).map((name) => [name, told.get(name)]))).toEqual(
    figures,
  );
});
