import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Resampler, resample } from './resample.ts';
import {
  concatSamples,
  cutSamples,
  makeNoise,
  makeSine,
  measureDifference,
  measureRms,
  measureTone,
  toDb,
} from './test-signals.ts';

const engineRate = 24_000;
const rates = [8000, 16_000, 22_050, 44_100, 48_000];

/** Without the filter's settling at both ends. */
function takeMiddle(samples: Float32Array): Float32Array {
  return samples.subarray(samples.length / 4, (3 * samples.length) / 4);
}

describe.each(rates)('24 kHz to %i Hz', (rate) => {
  const lowerNyquist = Math.min(engineRate, rate) / 2;

  it('keeps level and phase up to 0.9 of the lower Nyquist frequency, and adds nothing', () => {
    for (const share of [0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.88, 0.9]) {
      const frequency = share * lowerNyquist;
      const sine = makeSine({ frequency, amplitude: 0.5, sampleRate: engineRate, length: 12_000 });
      const output = resample(sine, engineRate, rate);
      const settled = measureTone(takeMiddle(output), frequency, rate);
      expect(Math.abs(toDb(settled.amplitude / 0.5))).toBeLessThan(0.1);
      expect(toDb((settled.residual * Math.SQRT2) / 0.5)).toBeLessThan(-80);
      expect(Math.abs(measureTone(output, frequency, rate).phase)).toBeLessThan(0.02);
    }
  });

  it('answers ceil(n · to / from) samples, however the input is cut', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), lengths, (length, cuts) => {
        const input = makeNoise(length, 1);
        const whole = resample(input, engineRate, rate);
        expect(whole).toHaveLength(Math.ceil((length * rate) / engineRate));
        const resampler = new Resampler(engineRate, rate);
        const parts = cutSamples(input, cuts).map((part) => resampler.push(part));
        const joined = concatSamples([...parts, resampler.flush()]);
        expect(joined).toHaveLength(whole.length);
        expect(measureDifference(joined, whole)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('gives a constant back exactly as loud', () => {
    const output = takeMiddle(resample(new Float32Array(4800).fill(0.25), engineRate, rate));
    for (const sample of output) expect(sample).toBeCloseTo(0.25, 6);
  });
});

describe.each([8000, 16_000, 22_050])('24 kHz down to %i Hz', (rate) => {
  const span = (engineRate - rate) / 2;

  it('lets no tone through from above the new Nyquist frequency', () => {
    for (let frequency = rate / 2; frequency < engineRate / 2; frequency += 331) {
      const sine = makeSine({ frequency, amplitude: 1, sampleRate: engineRate, length: 8000 });
      const output = takeMiddle(resample(sine, engineRate, rate));
      expect(toDb(measureRms(output) * Math.SQRT2)).toBeLessThan(-80);
    }
  });

  it('leaves nothing of a sweep over the stop band', () => {
    const length = 48_000;
    const sweep = Float32Array.from({ length }, (_, index) => {
      const cycles = (rate / 2 + (span * index) / (2 * length)) * (index / engineRate);
      return Math.sin(2 * Math.PI * cycles);
    });
    const output = takeMiddle(resample(sweep, engineRate, rate));
    expect(toDb(measureRms(output) * Math.SQRT2)).toBeLessThan(-80);
  });
});

it('takes other rates than the engine’s', () => {
  const sine = makeSine({ frequency: 1000, amplitude: 0.5, sampleRate: 44_100, length: 22_050 });
  const output = takeMiddle(resample(sine, 44_100, 24_000));
  expect(measureTone(output, 1000, 24_000).amplitude).toBeCloseTo(0.5, 4);
});

it('refuses rates that no audio has, by name', () => {
  expect(() => new Resampler(24_000, 0)).toThrow(/toRate/);
  expect(() => new Resampler(Number.NaN, 8000)).toThrow(/fromRate/);
  expect(() => new Resampler(24_000, 23_999)).toThrow(/phases/);
});
