export type { Assistance, AssistHandler, Offer } from './assistance.ts';
export { openEmbeddedQueue } from './embedded-queue.ts';
export type { DeadLetter, JobFailure } from './job-store.ts';
export { QueueMetrics } from './queue-metrics.ts';
export { openRedisQueue } from './redis-queue.ts';
export { serveRedisQueue } from './redis-worker.ts';
export { queueSocketPath } from './socket-path.ts';
export type { Tier } from './tiers.ts';
export {
  type JobHandler,
  JobLost,
  type JobOutput,
  JobRejected,
  type JobRest,
  type JobTerms,
  QueueFull,
  QueueUnavailable,
  RunTimedOut,
  type ServingWorker,
  type TakenJob,
  TenantBusy,
  WaitTimedOut,
  type WorkQueue,
} from './work-queue.ts';
export { serveQueue } from './worker-client.ts';
