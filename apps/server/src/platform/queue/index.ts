export { openEmbeddedQueue } from './embedded-queue.ts';
export type { DeadLetter, JobFailure, Lease } from './job-store.ts';
export { QueueMetrics } from './queue-metrics.ts';
export { queueSocketPath } from './socket-path.ts';
export type { Tier } from './tiers.ts';
export {
  type JobHandler,
  JobLost,
  type JobOutput,
  JobRejected,
  type JobTerms,
  QueueFull,
  RunTimedOut,
  TenantBusy,
  WaitTimedOut,
  type WorkQueue,
} from './work-queue.ts';
export { serveQueue } from './worker-client.ts';
