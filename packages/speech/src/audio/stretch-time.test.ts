import { describe, expect, it } from 'vitest';
import { stretchTime } from './stretch-time.ts';
import {
  makeNoise,
  makeSine,
  measureLargestJump,
  measureRms,
  measureTone,
  toDb,
} from './test-signals.ts';

const sampleRate = 24_000;
const voice = (length: number) => {
  const [low, high] = [110, 220].map((frequency) =>
    makeSine({ frequency, amplitude: 0.3, sampleRate, length }),
  );
  return low.map((sample, index) => sample + high[index]);
};

describe('stretchTime', () => {
  it.each([0.7, 1.25, 2])('keeps pitch and level, %d times as long', (factor) => {
    const stretched = stretchTime(voice(24_000), factor);
    expect(stretched).toHaveLength(24_000 * factor);
    const middle = stretched.subarray(stretched.length / 4, (3 * stretched.length) / 4);
    expect(Math.abs(toDb(measureRms(middle) / measureRms(voice(24_000))))).toBeLessThan(0.5);
    // The phase may turn from window to window, the frequency may not.
    const shares = [100, 110, 121].map((frequency) =>
      Math.max(
        ...partsOf(middle).map((part) => measureTone(part, frequency, sampleRate).amplitude),
      ),
    );
    expect(Math.max(...shares)).toBe(shares[1]);
  });

  it('adds no click', () => {
    const input = voice(24_000);
    expect(measureLargestJump(stretchTime(input, 2))).toBeLessThan(1.1 * measureLargestJump(input));
  });

  it.each([0.7, 1.25, 2])('has what was heard at t at t times %d', (factor) => {
    const input = new Float32Array(24_000);
    input.set(makeNoise(2400, 0.5), 12_000);
    const stretched = stretchTime(input, factor);
    const loud = stretched.findIndex((sample) => Math.abs(sample) > 0.05);
    const quiet = stretched.findLastIndex((sample) => Math.abs(sample) > 0.05);
    expect(Math.abs(loud - 12_000 * factor)).toBeLessThan(800);
    expect(Math.abs(quiet - 14_400 * factor)).toBeLessThan(800);
  });

  it.each([0, 1, 399, 400, 801])('takes %d samples, silent or not', (length) => {
    expect(stretchTime(new Float32Array(length), 2)).toEqual(new Float32Array(2 * length));
    const stretched = stretchTime(makeNoise(length, 0.5), 2);
    expect(stretched).toHaveLength(2 * length);
    expect(stretched.every((sample) => Math.abs(sample) <= 0.5)).toBe(true);
  });
});

/** Shorter than what any one window holds. */
function partsOf(samples: Float32Array): Float32Array[] {
  const parts: Float32Array[] = [];
  for (let at = 0; at + 4800 <= samples.length; at += 4800)
    parts.push(samples.subarray(at, at + 4800));
  return parts;
}
