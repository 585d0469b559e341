import { describe, expect, it } from 'vitest';
import { melDistanceDecibels } from './mel-distance.ts';

const tone = (hertz: number, gain = 0.3): Float32Array =>
  Float32Array.from(
    { length: 24_000 },
    (_, i) => gain * Math.sin((2 * Math.PI * hertz * i) / 24_000),
  );

describe('melDistanceDecibels', () => {
  it('is nothing for the same sound, whatever its phase', () => {
    expect(melDistanceDecibels(tone(440), tone(440))).toBe(0);
    expect(
      melDistanceDecibels(
        tone(440),
        tone(440).map((value) => -value),
      ),
    ).toBeCloseTo(0, 6);
  });

  it('is the difference in level where that is all', () => {
    const loud = Float32Array.from({ length: 24_000 }, (_, i) => ((i * i) % 9973) / 9973 - 0.5);
    expect(
      melDistanceDecibels(
        loud,
        loud.map((value) => value / 2),
      ),
    ).toBeCloseTo(6.02, 0);
  });

  it('grows with what is audibly different', () => {
    const near = melDistanceDecibels(tone(440), tone(445));
    const far = melDistanceDecibels(tone(440), tone(880));
    expect(near).toBeGreaterThan(0);
    expect(far).toBeGreaterThan(near);
  });

  it('finds nothing in silence or in less than a window', () => {
    expect(melDistanceDecibels(new Float32Array(24_000), new Float32Array(24_000))).toBe(0);
    expect(melDistanceDecibels(tone(440).subarray(0, 100), tone(880))).toBe(0);
  });
});
