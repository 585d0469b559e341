import { expect, test } from 'vitest';
import { findExcessStart, measureText } from './text-limits.ts';

test('space around the text does not count, the limit is 5,000', () => {
  expect(measureText(`  ${'a'.repeat(5_000)}\n`)).toEqual({ characters: 5_000, excess: 0 });
  expect(measureText('a'.repeat(5_012))).toEqual({ characters: 5_012, excess: 12 });
  expect(measureText(' \n\t')).toEqual({ characters: 0, excess: 0 });
});

test('an emoji is one character', () => {
  expect(measureText('\u{1F600}'.repeat(5_000))).toEqual({ characters: 5_000, excess: 0 });
});

test('the excess starts behind the first 5,000 characters that count', () => {
  const text = `  \u{1F600}${'a'.repeat(4_999)}b`;
  expect(text.slice(findExcessStart(text))).toBe('b');
});
