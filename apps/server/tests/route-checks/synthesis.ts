import type { CheckedRoute } from '../check-route.ts';

/** Let in, and refused for its voice: there is no worker here. */
const harmless = { json: { text: 'Hi', voice: 'af_nobody' } };
const speech = {
  method: 'POST',
  json: { text: 'Hi' },
  action: 'speech.create',
  harmless,
} as const;

export const synthesisRoutes: readonly CheckedRoute[] = [
  { ...speech, path: '/v1/generate' },
  { ...speech, path: '/v1/generate/stream' },
  { ...speech, path: '/v1/generate/with-timestamps' },
  {
    ...speech,
    path: '/v1/audio/speech',
    json: { model: 'tts-1', voice: 'alloy', input: 'Hi' },
    harmless: { json: { model: 'tts-1', voice: 'af_nobody', input: 'Hi' } },
  },
  { method: 'GET', path: '/v1/models', action: 'any credential' },
];
