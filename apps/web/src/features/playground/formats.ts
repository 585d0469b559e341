import type { AudioFormat } from '../../audio/decode-stream.ts';

export const formatLabels: Record<AudioFormat, { name: string; note: string }> = {
  wav: { name: 'WAV', note: '16-bit, lossless' },
  mp3: { name: 'MP3', note: 'plays everywhere' },
  opus: { name: 'Ogg Opus', note: 'smallest' },
  flac: { name: 'FLAC', note: 'lossless, smaller' },
  aac: { name: 'AAC', note: 'ADTS' },
  pcm: { name: 'PCM', note: 'raw 16-bit, 24 kHz' },
  mulaw: { name: 'μ-law', note: 'telephony, 8 kHz' },
  alaw: { name: 'A-law', note: 'telephony, 8 kHz' },
};

export const fileExtensions: Record<AudioFormat, string> = {
  wav: 'wav',
  mp3: 'mp3',
  opus: 'ogg',
  flac: 'flac',
  aac: 'aac',
  pcm: 'pcm',
  mulaw: 'ulaw',
  alaw: 'alaw',
};

export const audioFormats = [
  'wav',
  'mp3',
  'opus',
  'flac',
  'aac',
  'pcm',
  'mulaw',
  'alaw',
] as const satisfies readonly AudioFormat[];
