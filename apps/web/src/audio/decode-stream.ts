import { SampleDecoder, type SampleEncoding } from './sample-decoder.ts';
import { WavStreamParser } from './wav-stream.ts';

export interface DecodedAudio {
  samples: Float32Array<ArrayBuffer>;
  /** Hz */
  sampleRate: number;
}

export type AudioFormat = 'wav' | 'mp3' | 'opus' | 'flac' | 'aac' | 'pcm' | 'mulaw' | 'alaw';

const headerlessEncodings: Partial<Record<AudioFormat, SampleEncoding>> = {
  pcm: 's16le',
  mulaw: 'mulaw',
  alaw: 'alaw',
};

/** The rate, in Hz, at which a format's samples will come out, for those that do not say it themselves. */
export const decodedSampleRates: Record<AudioFormat, number> = {
  wav: 24_000,
  mp3: 24_000,
  opus: 48_000,
  flac: 24_000,
  aac: 24_000,
  pcm: 24_000,
  mulaw: 8_000,
  alaw: 8_000,
};

/** Turns a file that is still arriving into samples, as early as its format allows. */
export async function* decodeStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  format: AudioFormat,
): AsyncGenerator<DecodedAudio, void, void> {
  const headerless = headerlessEncodings[format];
  if (headerless) {
    const decoder = new SampleDecoder(headerless);
    for await (const bytes of readChunks(stream)) {
      yield { samples: decoder.decode(bytes), sampleRate: decodedSampleRates[format] };
    }
  } else if (format === 'wav') {
    const parser = new WavStreamParser();
    for await (const bytes of readChunks(stream)) {
      const samples = parser.push(bytes);
      if (parser.format) yield { samples, sampleRate: parser.format.sampleRate };
    }
  } else {
    const compressed = await import('./compressed-decoder.ts');
    if (typeof AudioDecoder === 'function') yield* compressed.decodeCompressed(stream);
    else
      yield await compressed.decodeWhole(
        await new Response(stream).blob(),
        decodedSampleRates[format],
      );
  }
}

/** Safari cannot iterate a stream. */
async function* readChunks<Chunk>(
  stream: ReadableStream<Chunk>,
): AsyncGenerator<Chunk, void, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.releaseLock();
  }
}
