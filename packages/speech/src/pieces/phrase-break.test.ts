import { expect, it } from 'vitest';
import { ratePhraseBreak } from './phrase-break.ts';

it.each([
  ['bridge', 'was', 1],
  ['by hand', 'in the', 1],
  ['old', 'stone', 0],
  ['cluster', 'of', 0],
  ['The', 'bridge', -1],
  ['out of', 'a', -1],
] as const)('rates a break between “%s” and “%s” as %i', (before, behind, rate) => {
  expect(ratePhraseBreak(before, behind)).toBe(rate);
});
