import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from './byte-collector.ts';
import { decodeWav, InvalidWav } from './decode-wav.ts';

interface WavParts {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  blockAlign?: number;
  data?: Uint8Array;
  dataSize?: number;
  extensible?: boolean;
  before?: Uint8Array;
}

function makeWav(parts: WavParts): Uint8Array {
  const { tag = 1, channels = 1, sampleRate = 24_000, bits = 16, extensible = false } = parts;
  const data = parts.data ?? new Uint8Array();
  const format = new Uint8Array(extensible ? 40 : 16);
  const view = new DataView(format.buffer);
  view.setUint16(0, extensible ? 0xfffe : tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, sampleRate, true);
  view.setUint16(12, parts.blockAlign ?? (channels * bits) / 8, true);
  view.setUint16(14, bits, true);
  if (extensible) {
    format.set(Buffer.from('000000001000800000aa00389b71', 'hex'), 26);
    view.setUint16(24, tag, true);
  }
  return concatBytes([
    Buffer.from('RIFF\0\0\0\0WAVE'),
    parts.before ?? new Uint8Array(),
    makeChunk('fmt ', format),
    makeChunk('data', data, parts.dataSize),
  ]);
}

function makeChunk(id: string, content: Uint8Array, size = content.length): Uint8Array {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(size, 4);
  return concatBytes([header, content, new Uint8Array(content.length % 2)]);
}

function makeBytes(typed: Int16Array | Int32Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(typed.buffer);
}

describe('decodeWav', () => {
  it.each([
    ['8-bit', { bits: 8, data: Uint8Array.of(0, 64, 128, 192) }, [-1, -0.5, 0, 0.5]],
    ['16-bit', { data: makeBytes(Int16Array.of(-32_768, 0, 16_384)) }, [-1, 0, 0.5]],
    [
      '24-bit',
      { bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0x40, 1, 0, 0) },
      [-1, 0.5, 2 ** -23],
    ],
    ['32-bit', { bits: 32, data: makeBytes(Int32Array.of(-(2 ** 31), 2 ** 30)) }, [-1, 0.5]],
    ['float', { tag: 3, bits: 32, data: makeBytes(Float32Array.of(-1, 0.25)) }, [-1, 0.25]],
    ['double', { tag: 3, bits: 64, data: makeBytes(Float64Array.of(-1, 0.25)) }, [-1, 0.25]],
  ])('reads %s samples, plain and extensible', (_name, parts: WavParts, samples) => {
    for (const extensible of [false, true]) {
      const decoded = decodeWav(makeWav({ ...parts, extensible }));
      expect(decoded).toEqual({
        sampleRate: 24_000,
        channels: 1,
        samples: Float32Array.from(samples),
      });
    }
  });

  it('skips chunks it does not know, odd ones with their padding', () => {
    const before = makeChunk('LIST', Uint8Array.of(1, 2, 3));
    const data = makeBytes(Int16Array.of(16_384));
    expect(decodeWav(makeWav({ before, data })).samples).toEqual(Float32Array.of(0.5));
  });

  it.each([0xffffffff, 1000, 5])('reads to the end where the data size says %i', (dataSize) => {
    const data = makeBytes(Int16Array.of(16_384, 8192));
    const { samples } = decodeWav(makeWav({ data, dataSize }));
    expect(samples).toEqual(Float32Array.of(0.5, 0.25));
  });

  it('drops a half frame at the end, and makes 0 of what is no number', () => {
    const data = makeBytes(Int16Array.of(1, 2, 3));
    expect(decodeWav(makeWav({ channels: 2, data })).samples).toHaveLength(2);
    const floats = makeBytes(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, 0.5));
    const { samples } = decodeWav(makeWav({ tag: 3, bits: 32, data: floats }));
    expect(samples).toEqual(Float32Array.of(0, 0, 0.5));
    const doubles = makeBytes(Float64Array.of(1e300, -0.5));
    expect(decodeWav(makeWav({ tag: 3, bits: 64, data: doubles })).samples).toEqual(
      Float32Array.of(0, -0.5),
    );
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /not a RIFF/],
    ['another file', Buffer.from('OggS'.repeat(20)), /not a RIFF/],
    ['no chunks', Buffer.from('RIFF\0\0\0\0WAVE'), /no fmt/],
    ['no channels', makeWav({ channels: 0 }), /0 channels/],
    ['too many channels', makeWav({ channels: 65 }), /65 channels/],
    ['an absurd rate', makeWav({ sampleRate: 4_000_000_000 }), /4000000000 Hz/],
    ['12-bit samples', makeWav({ bits: 12, blockAlign: 2 }), /12-bit/],
    ['16-bit floats', makeWav({ tag: 3, bits: 16 }), /16-bit float/],
    ['ADPCM', makeWav({ tag: 2 }), /format tag 2/],
    ['a lying block size', makeWav({ blockAlign: 1 }), /block size 1/],
    [
      'a chunk beyond the end',
      makeWav({ before: makeChunk('LIST', new Uint8Array(2), 9e8) }),
      /cut off/,
    ],
    [
      'data first',
      concatBytes([Buffer.from('RIFF\0\0\0\0WAVE'), makeChunk('data', new Uint8Array(4))]),
      /before the fmt/,
    ],
  ])('refuses %s and says why', (_name, bytes, reason) => {
    expect(() => decodeWav(bytes)).toThrow(InvalidWav);
    expect(() => decodeWav(bytes)).toThrow(reason);
  });

  it('answers or refuses whatever it is given, within memory bound by the input', () => {
    const mangled = fc
      .record({
        tag: fc.constantFrom(1, 3, 7),
        bits: fc.constantFrom(8, 16, 24, 32, 64),
        channels: fc.integer({ min: 0, max: 70 }),
        sampleRate: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        dataSize: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
        data: fc.uint8Array({ maxLength: 200 }),
        extensible: fc.boolean(),
      })
      .chain((parts) => {
        const bytes = makeWav(parts);
        return fc
          .tuple(fc.nat(bytes.length), fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }))
          .map(([length, position, value]) => {
            const changed = bytes.slice();
            changed[position] = value;
            return changed.subarray(0, length);
          });
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mangled), (bytes) => {
        try {
          const { samples, channels, sampleRate } = decodeWav(bytes);
          expect(samples.length).toBeLessThanOrEqual(bytes.length);
          expect(samples.length % channels).toBe(0);
          expect(sampleRate).toBeGreaterThanOrEqual(1000);
          expect(samples.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidWav);
        }
      }),
      { numRuns: 500 },
    );
  });
});
