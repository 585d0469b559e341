import type { Registry } from 'prom-client';
import { addPolledCounter, addPolledGauge } from '../metrics/index.ts';
import type { Redis } from './redis.ts';

/** The connections of one process to Redis. */
export function addRedisMetrics(
  register: Registry,
  {
    redis,
    process,
    queueIsReachable,
  }: {
    /** On which limits are counted and keys looked up; a worker has none. */
    redis?: Redis | undefined;
    process: string;
    /** Answers undefined where the queue is not in Redis. */
    queueIsReachable?: () => boolean | undefined;
  },
): void {
  addPolledGauge(register, {
    name: 'voiceflow_redis_up',
    help: 'Whether Redis answers this process',
    labelNames: ['process', 'use'],
    read: () =>
      Object.entries({ limits: redis?.isUp, queue: queueIsReachable?.() })
        .filter(([, isUp]) => isUp !== undefined)
        .map(([use, isUp]) => ({ labels: { process, use }, value: isUp ? 1 : 0 })),
  });
  if (!redis) return;
  addPolledCounter(register, {
    name: 'voiceflow_redis_fallbacks_total',
    help: 'Limits and look-ups of keys that this process had to do without Redis',
    labelNames: ['process'],
    read: () => [{ labels: { process }, value: redis.answeredWithout }],
  });
}
