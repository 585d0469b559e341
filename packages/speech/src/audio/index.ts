export { createEncoder, engineSampleRate, supportedSampleRates } from './create-encoder.ts';
export { type DecodedWav, decodeWav, InvalidWav } from './decode-wav.ts';
export type { AudioFormat, AudioTags, EncodedEnd, Encoder, Patch } from './encoder.ts';
export { type JoinedAudio, PieceJoiner } from './join-pieces.ts';
export { measureLoudness } from './loudness.ts';
export { Resampler, resample } from './resample.ts';
export { stretchTime } from './stretch-time.ts';
