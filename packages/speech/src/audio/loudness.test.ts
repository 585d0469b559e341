import { describe, expect, it } from 'vitest';
import { measureLoudness } from './loudness.ts';
import { concatSamples, makeSine } from './test-signals.ts';

function makeTone(dbfs: number, seconds: number, sampleRate: number, frequency = 1000) {
  const amplitude = 10 ** (dbfs / 20);
  return makeSine({ frequency, amplitude, sampleRate, length: Math.round(seconds * sampleRate) });
}

describe.each([24_000, 48_000])('at %i Hz', (sampleRate) => {
  it('measures a 997 Hz sine in one channel at 3.01 LU under its level (BS.1770-4, annex 1)', () => {
    const sine = makeTone(-20, 3, sampleRate, 997);
    expect(Math.abs(measureLoudness(sine, sampleRate) + 23.01)).toBeLessThan(0.05);
  });

  // EBU Tech 3341's signals are stereo, so that one channel of them is 3.01 LU lower.
  it.each([
    ['case 1', [[-23, 20]], -23],
    ['case 2', [[-33, 20]], -33],
    [
      'case 3: the relative gate',
      [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      -23,
    ],
    [
      'case 4: the absolute gate',
      [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      -23,
    ],
    [
      'case 5: levels within the gate',
      [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      -23,
    ],
  ])('agrees with EBU Tech 3341, %s', (_name, parts, expected) => {
    const signal = concatSamples(
      parts.map(([dbfs, seconds]) => makeTone(dbfs, seconds, sampleRate)),
    );
    expect(Math.abs(measureLoudness(signal, sampleRate) - (expected - 3.01))).toBeLessThan(0.1);
  });
});

it('weighs low and high tones as the K curve at 48 kHz does, at 24 kHz too', () => {
  for (const frequency of [40, 100, 500, 2000, 5000, 8000]) {
    const at48 = measureLoudness(makeTone(-20, 2, 48_000, frequency), 48_000);
    const at24 = measureLoudness(makeTone(-20, 2, 24_000, frequency), 24_000);
    expect(Math.abs(at48 - at24)).toBeLessThan(0.15);
  }
});

it('measures what is shorter than a gating block, and silence', () => {
  expect(measureLoudness(makeTone(-20, 0.3, 24_000), 24_000)).toBeCloseTo(-23, 0);
  expect(measureLoudness(new Float32Array(24_000), 24_000)).toBe(Number.NEGATIVE_INFINITY);
  expect(measureLoudness(new Float32Array(), 24_000)).toBe(Number.NEGATIVE_INFINITY);
});
