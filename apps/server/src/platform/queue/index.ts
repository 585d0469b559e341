export { openEmbeddedQueue } from './embedded-queue.ts';
export { queueSocketPath } from './socket-path.ts';
export {
  type JobHandler,
  JobLost,
  type JobOutput,
  JobRejected,
  QueueFull,
  type WorkQueue,
} from './work-queue.ts';
export { serveQueue } from './worker-client.ts';
