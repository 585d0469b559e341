import { parseBuffer } from 'music-metadata';
import { describe, expect, it } from 'vitest';
import { concatBytes } from './byte-collector.ts';
import { createEncoder, supportedSampleRates } from './create-encoder.ts';
import type { AudioFormat, AudioTags, Encoder, Patch } from './encoder.ts';
import {
  type Decoded,
  decodeAlaw,
  decodeFlac,
  decodeMonoWav,
  decodeMp3,
  decodeMulaw,
  decodeOggOpus,
} from './test-decoders.ts';
import { cutSamples, makeNoise, makeSine, measureTone, toDb } from './test-signals.ts';

const tags: AudioTags = { requestId: 'req_01h7', model: 'kokoro-82m', voice: 'af_heart' };
const disclosure =
  'This file is AI-generated (synthetic speech) by VoiceFlow, model kokoro-82m, voice af_heart, request req_01h7';
const frequency = 440;
const amplitude = 0.5;
const input = makeSine({ frequency, amplitude, sampleRate: 24_000, length: 28_923 });

interface Encoded {
  /** As a live stream carried it. */
  live: Uint8Array;
  /** With the patches of a finished file. */
  file: Uint8Array;
}

async function encode(
  format: AudioFormat,
  sampleRate: number,
  samples = input,
  cuts: readonly number[] = [7001, 1, 4096],
): Promise<Encoded> {
  const encoder = await createEncoder({ format, sampleRate, tags });
  return drive(encoder, cutSamples(samples, cuts));
}

async function drive(encoder: Encoder, parts: readonly Float32Array[]): Promise<Encoded> {
  const chunks: Uint8Array[] = [];
  for (const part of parts) chunks.push(await encoder.encode(part));
  const { tail, patches } = await encoder.finish();
  encoder.close();
  const live = concatBytes([...chunks, tail]);
  return { live, file: applyPatches(live, patches) };
}

function applyPatches(bytes: Uint8Array, patches: readonly Patch[]): Uint8Array {
  const patched = bytes.slice();
  for (const patch of patches) patched.set(patch.bytes, patch.offset);
  return patched;
}

/** The tone lies where it was, as loud as it was: nothing lost, shifted or added. */
function expectTone({ samples, sampleRate }: Decoded, noiseDb: number, maxPhase: number) {
  const start = Math.round(0.1 * sampleRate);
  const middle = samples.subarray(start, start + sampleRate);
  const tone = measureTone(middle, frequency, sampleRate);
  const phase = (tone.phase - (2 * Math.PI * frequency * start) / sampleRate) % (2 * Math.PI);
  expect(Math.abs(toDb(tone.amplitude / amplitude))).toBeLessThan(0.2);
  expect(toDb((tone.residual * Math.SQRT2) / amplitude)).toBeLessThan(noiseDb);
  expect(1 - Math.cos(phase)).toBeLessThan(1 - Math.cos(maxPhase));
}

const samePhase = 0.02;

interface Exact {
  format: AudioFormat;
  mimeType: string;
  decode: (bytes: Uint8Array) => Promise<Decoded>;
  /** What the codec adds, and how far it may shift the tone, in radians. */
  noiseDb: number;
  maxPhase: number;
  /** Samples that a player of the unpatched stream hears before the first. */
  liveDelay: number;
}

const exactFormats: Exact[] = [
  {
    format: 'wav',
    mimeType: 'audio/wav',
    decode: decodeMonoWav,
    noiseDb: -85,
    maxPhase: 0.02,
    liveDelay: 0,
  },
  {
    format: 'flac',
    mimeType: 'audio/flac',
    decode: decodeFlac,
    noiseDb: -85,
    maxPhase: 0.02,
    liveDelay: 0,
  },
  {
    format: 'mp3',
    mimeType: 'audio/mpeg',
    decode: decodeMp3,
    noiseDb: -35,
    maxPhase: 0.02,
    liveDelay: 1105,
  },
  {
    format: 'opus',
    mimeType: 'audio/ogg',
    decode: decodeOggOpus,
    noiseDb: -20,
    maxPhase: 0.2,
    liveDelay: 0,
  },
];

describe.each(exactFormats)(
  '$format',
  ({ format, mimeType, decode, noiseDb, maxPhase, liveDelay }) => {
    it.each(supportedSampleRates[format])(
      'decodes to its exact length and tone at %i Hz',
      async (rate) => {
        const { live, file } = await encode(format, rate);
        const decoded = await decode(file);
        const decodedRate = format === 'opus' ? 48_000 : rate;
        expect(decoded.sampleRate).toBe(decodedRate);
        const sampleCount = Math.ceil((input.length * rate) / 24_000);
        expect(decoded.samples).toHaveLength((sampleCount * decodedRate) / rate);
        expectTone(decoded, noiseDb, maxPhase);
        const streamed = await decode(live);
        const samples = streamed.samples.subarray(liveDelay);
        expectTone({ ...streamed, samples }, noiseDb, maxPhase);
      },
    );

    it.each(['live', 'file'] as const)(
      'says in the %s file that it is AI-generated',
      async (kind) => {
        const encoded = await encode(format, 24_000);
        const { common, format: found } = await parseBuffer(encoded[kind], mimeType);
        expect(common.comment?.map(({ text }) => text)).toContain(disclosure);
        expect(common.artist).toContain('AI-generated');
        expect(found.sampleRate === 48_000 || found.sampleRate === 24_000).toBe(true);
        if (kind === 'live') return;
        // MP3 and Ogg count their padding in.
        expect(Math.abs((found.duration ?? 0) - input.length / 24_000)).toBeLessThan(0.1);
      },
    );
  },
);

describe('aac', () => {
  it.each(supportedSampleRates.aac)('is a whole chain of ADTS packets at %i Hz', async (rate) => {
    const { file } = await encode('aac', rate);
    const packets = parseAdts(file);
    expect(new Set(packets.map(({ rateIndex }) => adtsRates[rateIndex]))).toEqual(new Set([rate]));
    const sampleCount = Math.ceil((input.length * rate) / 24_000);
    // One packet of priming, and the last one filled up.
    expect(packets).toHaveLength(Math.ceil(sampleCount / 1024) + 1);
  });

  it('says that it is AI-generated', async () => {
    const { file } = await encode('aac', 24_000);
    const { common, format } = await parseBuffer(file, 'audio/aac');
    expect(common.comment?.map(({ text }) => text)).toContain(disclosure);
    expect(format.sampleRate).toBe(24_000);
    expect(format.numberOfChannels).toBe(1);
  });

  it('gives a chunk’s packets with the chunk, but for the one it holds back', async () => {
    const encoder = await createEncoder({ format: 'aac', sampleRate: 24_000, tags });
    const bytes = await encoder.encode(input.subarray(0, 10 * 1024));
    expect(parseAdts(bytes)).toHaveLength(9);
    encoder.close();
  });
});

const adtsRates = [96e3, 88.2e3, 64e3, 48e3, 44.1e3, 32e3, 24e3, 22_050, 16e3, 12e3, 11_025, 8e3];

/** Walks the packets behind the ID3 tag. Throws where the chain breaks. */
function parseAdts(bytes: Uint8Array) {
  const packets: { rateIndex: number }[] = [];
  let offset = 10 + ((bytes[7] << 14) | (bytes[8] << 7) | bytes[9]);
  while (offset < bytes.length) {
    if (bytes[offset] !== 0xff || bytes[offset + 1] !== 0xf1) throw new Error('no ADTS header');
    packets.push({ rateIndex: (bytes[offset + 2] >> 2) & 0x0f });
    offset += ((bytes[offset + 3] & 3) << 11) | (bytes[offset + 4] << 3) | (bytes[offset + 5] >> 5);
  }
  if (offset !== bytes.length) throw new Error('the last ADTS packet is cut off');
  return packets;
}

describe('raw formats', () => {
  it.each(supportedSampleRates.pcm)('pcm at %i Hz is little-endian 16-bit', async (rate) => {
    const { file } = await encode('pcm', rate);
    const view = new DataView(file.buffer, file.byteOffset);
    const samples = Float32Array.from(
      { length: file.length / 2 },
      (_, index) => view.getInt16(2 * index, true) / 32_768,
    );
    expect(samples).toHaveLength(Math.ceil((input.length * rate) / 24_000));
    expectTone({ samples, sampleRate: rate }, -85, samePhase);
  });

  it('pcm clips what is beyond full scale instead of wrapping', async () => {
    const { file } = await encode('pcm', 24_000, Float32Array.of(2, -2, 1, -1, 0));
    expect([...new Int16Array(file.slice().buffer)]).toEqual([32_767, -32_768, 32_767, -32_768, 0]);
  });

  it.each([
    ['mulaw', decodeMulaw],
    ['alaw', decodeAlaw],
  ] as const)(
    '%s carries speech at 8 kHz with its 35 dB of distance to noise',
    async (format, decode) => {
      const { file } = await encode(format, 8000);
      expect(file).toHaveLength(Math.ceil(input.length / 3));
      expectTone({ samples: decode(file), sampleRate: 8000 }, -35, samePhase);
    },
  );

  it.each([
    // ITU-T G.711, tables 1 and 2: the ends of the scale and the smallest values.
    ['mulaw', [1, -1, 0, -(2 ** -15)], [0x80, 0x00, 0xff, 0x7f]],
    ['alaw', [1, -1, 0, -(2 ** -15)], [0xaa, 0x2a, 0xd5, 0x55]],
  ] as const)('%s of known values', async (format, samples, bytes) => {
    const encoder = await createEncoder({ format, sampleRate: 8000, tags });
    expect(encoder.extension).toMatch(/law$/);
    const { file } = await drive(await createUnresampled(format), [Float32Array.from(samples)]);
    expect([...file]).toEqual(bytes);
  });
});

async function createUnresampled(format: 'mulaw' | 'alaw'): Promise<Encoder> {
  const { createAlawEncoder, createMulawEncoder } = await import('./encoders/g711.ts');
  return format === 'mulaw' ? createMulawEncoder() : createAlawEncoder();
}

const allFormats = Object.keys(supportedSampleRates).filter(isFormat);

function isFormat(name: string): name is AudioFormat {
  return name in supportedSampleRates;
}

describe.each(allFormats)('%s', (format) => {
  const rate = supportedSampleRates[format][0];

  it('gives the same bytes for the same samples, however they are cut', async () => {
    const noise = makeNoise(24_000, 0.5);
    const whole = await encode(format, rate, noise, [24_000]);
    const cut = await encode(format, rate, noise, [1, 999, 5003]);
    expect(Buffer.compare(whole.live, cut.live)).toBe(0);
    expect(Buffer.compare(whole.file, cut.file)).toBe(0);
  });

  it('is not disturbed by another file that is encoded at the same time', async () => {
    const noise = makeNoise(24_000, 0.5, 2);
    const alone = await encode(format, rate, input);
    const together = await Promise.all([encode(format, rate, input), encode(format, rate, noise)]);
    expect(Buffer.compare(together[0].file, alone.file)).toBe(0);
  });

  it('hands out bytes while samples still come in', async () => {
    const encoder = await createEncoder({ format, sampleRate: rate, tags });
    const bytes = await encoder.encode(input);
    const { tail } = await encoder.finish();
    expect(bytes.length).toBeGreaterThan(2 * tail.length);
  });

  it('makes a file of no samples, and can be given up', async () => {
    const { file } = await encode(format, rate, new Float32Array());
    expect(file.length).toBeLessThan(2000);
    const encoder = await createEncoder({ format, sampleRate: rate, tags });
    await encoder.encode(input);
    encoder.close();
    encoder.close();
  });
});

it('refuses rates that a format does not have, and names those it has', async () => {
  await expect(createEncoder({ format: 'opus', sampleRate: 44_100, tags })).rejects.toThrow(
    /opus at 44100 Hz is not offered; rates: 8000, 16000, 24000, 48000/,
  );
});

it('refuses tags that would break a container', async () => {
  const voice = 'a\0b';
  await expect(
    createEncoder({ format: 'wav', sampleRate: 24_000, tags: { ...tags, voice } }),
  ).rejects.toThrow(/tags.voice/);
  const model = 'x'.repeat(201);
  await expect(
    createEncoder({ format: 'wav', sampleRate: 24_000, tags: { ...tags, model } }),
  ).rejects.toThrow(/tags.model/);
});
