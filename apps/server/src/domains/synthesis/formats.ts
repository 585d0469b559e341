import { type AudioFormat, supportedSampleRates } from '@voiceflow/speech/audio';

export const audioFormats = [
  'wav',
  'pcm',
  'mp3',
  'opus',
  'flac',
  'aac',
  'mulaw',
  'alaw',
] as const satisfies readonly AudioFormat[];

/** Every content type that audio is answered with. */
export const audioContentTypes = [
  'audio/wav',
  'audio/pcm',
  'audio/mpeg',
  'audio/ogg',
  'audio/flac',
  'audio/aac',
  'audio/PCMU',
  'audio/PCMA',
] as const;

/** Telephony's formats know one rate; all others speak at the engine's own unless asked. */
export function defaultSampleRate(format: AudioFormat): number {
  return format === 'mulaw' || format === 'alaw' ? 8000 : 24_000;
}

export function sampleRatesOf(format: AudioFormat): readonly number[] {
  return supportedSampleRates[format];
}

export const allSampleRates = [...new Set(Object.values(supportedSampleRates).flat())].sort(
  (a, b) => a - b,
);
