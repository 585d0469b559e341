export { addVoiceRoutes } from './routes.ts';
export { type Voice, voiceIdSchema } from './schema.ts';
export { getVoice, resolveVoice } from './service.ts';
