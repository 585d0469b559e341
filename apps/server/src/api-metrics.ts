import type { Registry } from 'prom-client';
import { addDeploymentMetrics } from './domains/deployments/index.ts';
import { SpeechMetrics } from './domains/synthesis/index.ts';
import type { DatabaseHandle } from './platform/database/database.ts';
import { addPoolMetrics } from './platform/database/pool-metrics.ts';
import { type EndedRequest, RequestMetrics } from './platform/http/index.ts';
import type { WorkQueue } from './platform/queue/index.ts';
import { addRedisMetrics, type Redis } from './platform/redis/index.ts';

/** Everything that the API counts beside the jobs of its queue. */
export function openApiMetrics({
  registry,
  process,
  db,
  redis,
  queue,
}: {
  registry: Registry;
  process: string;
  db: DatabaseHandle;
  redis: Redis | undefined;
  queue: WorkQueue;
}) {
  const requests = new RequestMetrics(registry);
  const speech = new SpeechMetrics(registry);
  addPoolMetrics(registry, { db, process });
  addDeploymentMetrics(registry, db);
  if (redis) {
    addRedisMetrics(registry, { redis, process, queueIsReachable: () => queue.isReachable });
  }
  return {
    speech,
    onRequestEnded(ended: EndedRequest): void {
      requests.ended(ended);
      if (ended.speech) speech.requestEnded(ended);
    },
  };
}
