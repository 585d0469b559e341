import { describe, expect, test } from 'vitest';
import { decodeG711 } from './g711.ts';
import { SampleDecoder } from './sample-decoder.ts';

describe('16-bit samples', () => {
  test('a sample cut in two is completed by the next bytes', () => {
    const decoder = new SampleDecoder('s16le');
    expect([...decoder.decode(Uint8Array.of(0x00, 0x40, 0x00))]).toEqual([0.5]);
    expect([...decoder.decode(Uint8Array.of(0x80, 0xff))]).toEqual([-1]);
    expect([...decoder.decode(Uint8Array.of(0xff))]).toEqual([-1 / 32768]);
  });
});

describe('G.711', () => {
  test.each([
    ['mulaw', 0xff, 0],
    ['mulaw', 0x7f, -0],
    ['mulaw', 0x80, 32_124],
    ['mulaw', 0x00, -32_124],
    ['alaw', 0xd5, 8],
    ['alaw', 0x55, -8],
    ['alaw', 0xaa, 32_256],
    ['alaw', 0x2a, -32_256],
  ] as const)('%s %i is %i', (law, byte, sample) => {
    expect(decodeG711(byte, law)).toBe(sample);
  });
});
