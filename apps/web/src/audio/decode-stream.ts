import { decodeFramed, decodeWhole } from './decode-compressed.ts';
import { FlacFramer } from './framers/flac-framer.ts';
import type { Framer } from './framers/framer.ts';
import { OggOpusFramer } from './framers/ogg-opus-framer.ts';
import { createAdtsFramer, createMp3Framer } from './framers/sized-framer.ts';
import { SampleDecoder, type SampleEncoding } from './sample-decoder.ts';
import { WavStreamParser } from './wav-stream.ts';

export interface DecodedAudio {
  samples: Float32Array<ArrayBuffer>;
  /** Hz */
  sampleRate: number;
}

type HeaderlessFormat = 'pcm' | 'mulaw' | 'alaw';
type CompressedFormat = 'mp3' | 'opus' | 'flac' | 'aac';
export type AudioFormat = 'wav' | HeaderlessFormat | CompressedFormat;

const headerlessEncodings: Record<HeaderlessFormat, SampleEncoding> = {
  pcm: 's16le',
  mulaw: 'mulaw',
  alaw: 'alaw',
};

const framers: Record<CompressedFormat, () => Framer> = {
  mp3: createMp3Framer,
  aac: createAdtsFramer,
  flac: () => new FlacFramer(),
  opus: () => new OggOpusFramer(),
};

/** The rate, in Hz, at which a format's samples come out unless it says another. */
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

/** Packets hold 20 to 40 ms; this much together saves the player most of its work. */
const gatheredSeconds = 0.1;

/** Turns a file that is still arriving into samples, as early as its format allows. */
export async function* decodeStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  format: AudioFormat,
): AsyncGenerator<DecodedAudio, void, void> {
  const sampleRate = decodedSampleRates[format];
  switch (format) {
    case 'wav': {
      const parser = new WavStreamParser();
      for await (const bytes of readChunks(stream)) {
        const samples = parser.push(bytes);
        if (parser.format) yield { samples, sampleRate: parser.format.sampleRate };
      }
      return;
    }
    case 'pcm':
    case 'mulaw':
    case 'alaw': {
      const decoder = new SampleDecoder(headerlessEncodings[format]);
      for await (const bytes of readChunks(stream)) {
        yield { samples: decoder.decode(bytes), sampleRate };
      }
      return;
    }
    default:
      if (typeof AudioDecoder === 'function') {
        yield* gather(readChunks(decodeFramed(stream, framers[format]())));
      } else {
        yield await decodeWhole(await new Response(stream).blob(), sampleRate);
      }
  }
}

async function* gather(parts: AsyncIterable<DecodedAudio>): AsyncGenerator<DecodedAudio> {
  let held: Float32Array[] = [];
  let heldSamples = 0;
  let rate = 0;
  const join = (): DecodedAudio => {
    const samples = new Float32Array(heldSamples);
    let offset = 0;
    for (const part of held) {
      samples.set(part, offset);
      offset += part.length;
    }
    held = [];
    heldSamples = 0;
    return { samples, sampleRate: rate };
  };
  for await (const { samples, sampleRate } of parts) {
    held.push(samples);
    heldSamples += samples.length;
    rate = sampleRate;
    if (heldSamples >= gatheredSeconds * rate) yield join();
  }
  if (heldSamples > 0) yield join();
}

/** Safari cannot iterate a stream. */
async function* readChunks<Chunk>(
  stream: ReadableStream<Chunk>,
): AsyncGenerator<Chunk, void, void> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
