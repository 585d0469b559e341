import { expect, test } from 'vitest';
import { ComputeEstimate } from './compute-estimate.ts';
import type { SpeechSpec } from './job.ts';

function specOf(characters: number, speed = 1): SpeechSpec {
  return {
    text: 'x'.repeat(characters),
    voice: 'af_heart',
    speed,
    locale: 'en-US',
    format: 'wav',
    sampleRate: 24_000,
  };
}

test('learns what a character costs on this machine', () => {
  const estimate = new ComputeEstimate();
  for (let speech = 0; speech < 60; speech += 1) {
    const characters = 50 + 37 * (speech % 7);
    estimate.learn(specOf(characters), (characters + 10) * 0.2);
  }
  expect(estimate.expectedSeconds(specOf(990))).toBeCloseTo(200, 0);
  // Faster than 1.25, and slower than 1, the model makes as much as then.
  expect(estimate.expectedSeconds(specOf(990, 1.25))).toBeCloseTo(160, 0);
  expect(estimate.expectedSeconds(specOf(990, 2))).toBeCloseTo(160, 0);
  expect(estimate.expectedSeconds(specOf(990, 0.5))).toBeCloseTo(200, 0);
});

test('no speech is expected to cost nothing', () => {
  expect(new ComputeEstimate().expectedSeconds(specOf(0))).toBeGreaterThan(0);
});
