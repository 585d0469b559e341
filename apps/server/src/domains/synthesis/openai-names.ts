/** OpenAI's voice names and the stock voice nearest in kind, so that its clients work unchanged. */
export const openAiVoices: ReadonlyMap<string, string> = new Map([
  ['alloy', 'af_alloy'],
  ['ash', 'am_michael'],
  ['ballad', 'bm_george'],
  ['cedar', 'am_fenrir'],
  ['coral', 'af_heart'],
  ['echo', 'am_echo'],
  ['fable', 'bm_fable'],
  ['marin', 'af_bella'],
  ['nova', 'af_nova'],
  ['onyx', 'am_onyx'],
  ['sage', 'af_sarah'],
  ['shimmer', 'af_sky'],
  ['verse', 'am_puck'],
]);

/** The one model, by its own name and by those that OpenAI's clients send. */
export const models = [
  { id: 'kokoro-82m', owned_by: 'hexgrad' },
  { id: 'tts-1', owned_by: 'voiceflow' },
  { id: 'tts-1-hd', owned_by: 'voiceflow' },
  { id: 'gpt-4o-mini-tts', owned_by: 'voiceflow' },
] as const;

/** When Kokoro-82M v1.0 came out (2025-01-27), in Unix seconds. */
export const modelCreatedAt = 1_737_936_000;
