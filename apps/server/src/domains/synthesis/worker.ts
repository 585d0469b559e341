/** What a worker needs of this domain: what only the API runs takes half a second to load. */
export type { WorkerInfo } from './job.ts';
export { createSynthesisHandler } from './jobs.ts';
export { createPieceAssistant } from './piece-work.ts';
export { requestOf, watchJobs, watchPieces } from './watched-jobs.ts';
export { addWorkMetrics } from './work-metrics.ts';
