export { AudioCache } from './audio-cache.ts';
export { openCompletions } from './completions.ts';
export type { WorkerInfo } from './job.ts';
export { createSynthesisHandler } from './jobs.ts';
export { addOpenAiRoutes } from './openai-routes.ts';
export { addSynthesisRoutes } from './routes.ts';
export type { SynthesisServices } from './service.ts';
export { SpeechMaker } from './speech-maker.ts';
export { deleteExpiredIdempotencyKeys } from './store.ts';
