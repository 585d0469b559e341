import { createEncoder } from '@voiceflow/speech/audio';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FlacFramer } from './flac-framer.ts';
import type { Framer } from './framer.ts';
import { OggOpusFramer } from './ogg-opus-framer.ts';
import { createAdtsFramer, createMp3Framer } from './sized-framer.ts';

const seconds = 1.5;
const tags = { requestId: 'req_test', model: 'kokoro', voice: 'af_heart' };

async function encode(format: 'mp3' | 'aac' | 'flac' | 'opus'): Promise<Uint8Array> {
  const encoder = await createEncoder({ format, sampleRate: 24_000, tags });
  const samples = Float32Array.from(
    { length: seconds * 24_000 },
    (_, i) => 0.4 * Math.sin(i * 0.05 + 3 * Math.sin(i * 0.0007)) * Math.sin(i * 0.0004),
  );
  const body = await encoder.encode(samples);
  const { tail } = await encoder.finish();
  return new Uint8Array([...body, ...tail]);
}

function frame(framer: Framer, file: Uint8Array, cuts: readonly number[] = []): Uint8Array[] {
  const edges = [...cuts.map((cut) => cut % file.length), file.length].sort((a, b) => a - b);
  const packets = edges.flatMap((edge, i) => framer.push(file.subarray(edges[i - 1] ?? 0, edge)));
  return [...packets, ...framer.finish()];
}

const formats = [
  {
    format: 'mp3',
    create: createMp3Framer,
    codec: 'mp3',
    sampleRate: 24_000,
    packetSeconds: 0.024,
  },
  {
    format: 'aac',
    create: createAdtsFramer,
    codec: 'mp4a.40.2',
    sampleRate: 24_000,
    packetSeconds: 1024 / 24_000,
  },
  {
    format: 'flac',
    create: () => new FlacFramer(),
    codec: 'flac',
    sampleRate: 24_000,
    packetSeconds: 1152 / 24_000,
  },
  {
    format: 'opus',
    create: () => new OggOpusFramer(),
    codec: 'opus',
    sampleRate: 48_000,
    packetSeconds: 0.02,
  },
] as const;

describe.each(formats)('$format from our own encoder', ({ format, create, ...expected }) => {
  test('comes apart into packets that cover the sound', async () => {
    const framer = create();
    const packets = frame(framer, await encode(format));
    const { codec, sampleRate, packetSeconds } = expected;
    expect(framer.config).toMatchObject({ codec, sampleRate, numberOfChannels: 1 });
    // A codec may add a few packets of its own delay.
    expect(packets.length).toBeGreaterThanOrEqual(Math.ceil(seconds / packetSeconds));
    expect(packets.length).toBeLessThanOrEqual(Math.ceil(seconds / packetSeconds) + 4);
  });

  test('gives the same packets wherever the stream is cut', async () => {
    const file = await encode(format);
    const whole = frame(create(), file);
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 12 }), (cuts) => {
        expect(frame(create(), file, cuts)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

test('packets of MP3, AAC and FLAC are the file without what stands before them', async () => {
  for (const { format, create } of formats.slice(0, 3)) {
    const file = await encode(format);
    const packets = frame(create(), file).flatMap((packet) => [...packet]);
    expect(Buffer.from(file).subarray(-packets.length).equals(Buffer.from(packets)), format).toBe(
      true,
    );
  }
});

test('what is no FLAC or Ogg is refused at once', () => {
  const text = new TextEncoder().encode('<!doctype html><html><head></head>');
  expect(() => new FlacFramer().push(text)).toThrow('not a FLAC stream');
  expect(() => new OggOpusFramer().push(text)).toThrow('not an Ogg page');
});
