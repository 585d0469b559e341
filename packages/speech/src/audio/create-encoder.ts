import { concatBytes } from './byte-collector.ts';
import { checkTags } from './disclosure.ts';
import type { AudioFormat, AudioTags, Encoder, FormatOptions } from './encoder.ts';
import { createAlawEncoder, createMulawEncoder } from './encoders/g711.ts';
import { createPcmEncoder } from './encoders/pcm.ts';
import { createWavEncoder } from './encoders/wav.ts';
import { Resampler } from './resample.ts';

/** The engine's own rate, in Hz: what every encoder of `createEncoder` takes. */
export const engineSampleRate = 24_000;

const allRates = [8000, 16_000, 22_050, 24_000, 44_100, 48_000] as const;

/** The rates in Hz that each format can be asked for. */
export const supportedSampleRates: Record<AudioFormat, readonly number[]> = {
  wav: allRates,
  pcm: allRates,
  mp3: allRates,
  opus: [8000, 16_000, 24_000, 48_000],
  flac: allRates,
  aac: allRates,
  mulaw: [8000],
  alaw: [8000],
};

/**
 * An encoder that takes the engine's samples (24 kHz, mono) and resamples them to `sampleRate`.
 * Throws a RangeError for a format, rate or tag that cannot be written.
 */
export async function createEncoder(options: {
  format: AudioFormat;
  sampleRate: number;
  tags: AudioTags;
}): Promise<Encoder> {
  const { format, sampleRate, tags } = options;
  const rates = supportedSampleRates[format];
  if (!rates?.includes(sampleRate)) {
    throw new RangeError(
      `${format} at ${sampleRate} Hz is not offered; rates: ${rates?.join(', ')}`,
    );
  }
  checkTags(tags);
  const encoder = await createFormatEncoder(format, { sampleRate, tags });
  return sampleRate === engineSampleRate ? encoder : resampleBefore(encoder, sampleRate);
}

/** Codecs are loaded when first asked for, since each brings its own WebAssembly. */
async function createFormatEncoder(format: AudioFormat, options: FormatOptions): Promise<Encoder> {
  switch (format) {
    case 'wav':
      return createWavEncoder(options);
    case 'pcm':
      return createPcmEncoder();
    case 'mulaw':
      return createMulawEncoder();
    case 'alaw':
      return createAlawEncoder();
    case 'mp3':
      return (await import('./encoders/mp3.ts')).createMp3Encoder(options);
    case 'opus':
      return (await import('./encoders/ogg-opus.ts')).createOggOpusEncoder(options);
    case 'flac':
      return (await import('./encoders/flac.ts')).createFlacEncoder(options);
    case 'aac':
      return (await import('./encoders/aac.ts')).createAacEncoder(options);
  }
}

function resampleBefore(encoder: Encoder, sampleRate: number): Encoder {
  const resampler = new Resampler(engineSampleRate, sampleRate);
  return {
    contentType: encoder.contentType,
    extension: encoder.extension,
    encode: (samples) => encoder.encode(resampler.push(samples)),
    async finish() {
      const bytes = await encoder.encode(resampler.flush());
      const { tail, patches } = await encoder.finish();
      return { tail: concatBytes([bytes, tail]), patches };
    },
    close: () => encoder.close(),
  };
}
