export { createEncoder, engineSampleRate, supportedSampleRates } from './create-encoder.ts';
export type { AudioFormat, AudioTags, EncodedEnd, Encoder, Patch } from './encoder.ts';
export { Resampler, resample } from './resample.ts';
