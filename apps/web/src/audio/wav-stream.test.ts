import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeWav, sealStreamedWav } from './wav-file.ts';
import { unknownSize, WavStreamParser } from './wav-stream.ts';

function streamedWav(samples: readonly number[], note: string): Uint8Array<ArrayBuffer> {
  const plain = encodeWav([Float32Array.from(samples)], 24_000);
  const text = new TextEncoder().encode(note);
  const list = new Uint8Array(8 + text.length + (text.length % 2));
  list.set(new TextEncoder().encode('LIST'));
  new DataView(list.buffer).setUint32(4, text.length, true);
  list.set(text, 8);
  const bytes = new Uint8Array([...plain.subarray(0, 36), ...list, ...plain.subarray(36)]);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, unknownSize, true);
  view.setUint32(36 + list.length + 4, unknownSize, true);
  return bytes;
}

function parseCut(bytes: Uint8Array, cuts: readonly number[]): number[] {
  const parser = new WavStreamParser();
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return edges.flatMap((edge, i) => [...parser.push(bytes.subarray(edges[i - 1] ?? 0, edge))]);
}

describe('a WAV that arrives in pieces', () => {
  test('gives its samples wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32768, max: 32767 }), { maxLength: 64 }),
        fc.string({ maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (integers, note, cuts) => {
          const samples = integers.map((value) => value / 32768);
          expect(parseCut(streamedWav(samples, note), cuts)).toEqual(samples.map((s) => s + 0));
        },
      ),
    );
  });

  test('stops at the end of a data chunk of known length', () => {
    const wav = encodeWav([Float32Array.of(0.5, -0.5)], 8_000);
    const parser = new WavStreamParser();
    expect([
      ...parser.push(new Uint8Array([...wav, ...new TextEncoder().encode('LISTxxxx')])),
    ]).toEqual([0.5, -0.5]);
    expect(parser.format).toEqual({ sampleRate: 8_000, encoding: 's16le', dataOffset: 44 });
  });

  test('refuses what is not a mono WAV', () => {
    const mp3 = new TextEncoder().encode('ID3 and so on, not RIFF');
    expect(() => new WavStreamParser().push(mp3)).toThrow('not a RIFF/WAVE file');
    const stereo = encodeWav([Float32Array.of(0)], 24_000);
    stereo[22] = 2;
    expect(() => new WavStreamParser().push(stereo)).toThrow('2 channels');
    const float = encodeWav([Float32Array.of(0)], 24_000);
    float[20] = 3;
    expect(() => new WavStreamParser().push(float)).toThrow('unknown sample encoding');
  });

  test('does not collect a header without end', () => {
    const parser = new WavStreamParser();
    parser.push(new TextEncoder().encode('RIFF....WAVELIST\xff\xff\xff\x7f'));
    expect(() => parser.push(new Uint8Array(70_000))).toThrow('no samples after 64 KiB');
  });
});

describe('sealing a streamed WAV', () => {
  test('writes the sizes that the header could not know', () => {
    const bytes = streamedWav([0.25, 0.5, 0.75], 'made by a machine');
    const parser = new WavStreamParser();
    parser.push(bytes);
    const dataOffset = parser.format?.dataOffset ?? 0;
    sealStreamedWav(bytes);
    const view = new DataView(bytes.buffer);
    expect(view.getUint32(4, true)).toBe(bytes.length - 8);
    expect(view.getUint32(dataOffset - 4, true)).toBe(6);
  });

  test('leaves a header that knows its sizes', () => {
    const bytes = encodeWav([Float32Array.of(0.5)], 24_000);
    const before = bytes.slice();
    sealStreamedWav(bytes);
    expect(bytes).toEqual(before);
  });
});
