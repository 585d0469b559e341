import type { Encoder } from '../encoder.ts';
import { quantisePcm16 } from '../pcm16.ts';

/** Headerless G.711 μ-law (audio/PCMU of RFC 4856), one byte a sample. No room for metadata. */
export function createMulawEncoder(): Encoder {
  return createCompandingEncoder('audio/PCMU', 'ulaw', encodeMulaw);
}

/** Headerless G.711 A-law (audio/PCMA of RFC 4856), one byte a sample. No room for metadata. */
export function createAlawEncoder(): Encoder {
  return createCompandingEncoder('audio/PCMA', 'alaw', encodeAlaw);
}

function createCompandingEncoder(
  contentType: string,
  extension: string,
  compand: (sample: number) => number,
): Encoder {
  return {
    contentType,
    extension,
    encode: async (samples) => Uint8Array.from(quantisePcm16(samples), compand),
    finish: async () => ({ tail: new Uint8Array(), patches: [] }),
    close: () => {},
  };
}

/** ITU-T G.711, table 2: 14-bit magnitude plus a bias of 33, eight segments, all bits inverted. */
function encodeMulaw(sample: number): number {
  const magnitude = Math.min(sample < 0 ? ~sample >> 2 : sample >> 2, 8158) + 33;
  const segment = 31 - Math.clz32(magnitude) - 5;
  const step = (magnitude >> (segment + 1)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff;
}

/** ITU-T G.711, table 1: 11-bit magnitude, eight segments, even bits inverted. */
function encodeAlaw(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4;
  const segment = Math.max(31 - Math.clz32(magnitude) - 3, 0);
  const step = (magnitude >> Math.max(segment - 1, 0)) & 0x0f;
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55;
}
