import { expect, test } from 'vitest';
import { findNearest } from './nearest.ts';

const names = ['af_heart', 'af_bella', 'am_adam', 'alloy'];

test.each([
  ['af_hart', 'af_heart'],
  ['AF_HEART', 'af_heart'],
  ['af_haert', 'af_heart'],
  ['bella', 'af_bella'],
  ['aloy', 'alloy'],
  ['', undefined],
  ['zzzzzzzz', undefined],
  ['x'.repeat(100_000), undefined],
])('%s was meant to be %s', (name, nearest) => {
  expect(findNearest(name, names)).toBe(nearest);
});
