import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from './index.ts';

const locale = fc.constantFrom('en-US' as const, 'en-GB' as const);

/** Pieces that the classes are made of, so that chance puts them beside each other. */
const fragment = fc.constantFrom(
  ...(
    '$ £ € ¥ ¢ % ° ½ ² 1 2 05 12 30 1990 2024 1,000 3.14 007 - – — . .. ... , ; : ? ! ( ) [ ] " \' “ ’ / \\ # @ & + = * _ ~ ` ^ < > | ' +
    'st th s k bn M am p.m. EST km mph GB °C Dr. St. No. Jan May Mon Henry VIII I A x v NASA USB Ph.D. U.S. e.g. etc. http:// www. .com foo@ README.md ' +
    '192.168.0.1 16:05 555-1234 +44 5\'10" 1/2 3-2 win the hello word naïve 今天 مرحبا 😀 5️⃣'
  ).split(' '),
  ' ',
  '\n',
  '\n\n',
  '\r\n',
  '\t',
  '\u200b',
  '\u00a0',
  '\ud800',
  '\u202e',
  '\u0000',
  '# ',
  '- ',
  '1. ',
  '```',
  '|---|',
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((codes) => String.fromCharCode(...codes)),
  fc.string({ unit: 'binary-ascii', maxLength: 80 }),
  fc.array(fragment, { maxLength: 25 }).map((fragments) => fragments.join('')),
  fc.array(fragment, { maxLength: 25 }).map((fragments) => fragments.join(' ')),
);

const SPOKEN = /^[\p{L}\p{M}'-]+(?: [\p{L}\p{M}'-]+)*$/u;
const MOST_SPOKEN_CHARACTERS = 400;

describe('any text at all', () => {
  test('gives ordered words inside the source, spoken without digits or signs', () => {
    fc.assert(
      fc.property(anyText, locale, (source, language) => {
        const { text, words } = normalise(source, { locale: language });
        let end = 0;
        for (const word of words) {
          expect(word.start).toBeGreaterThanOrEqual(end);
          expect(word.end).toBeGreaterThan(word.start);
          end = word.end;
          expect(word.spoken).toMatch(SPOKEN);
          expect(word.spoken.length).toBeLessThan(MOST_SPOKEN_CHARACTERS);
          expect(word.before).toMatch(/^[“(—]*$/);
          expect(word.after).toMatch(/^[;:,.!?—…”)]*$/);
        }
        expect(end).toBeLessThanOrEqual(source.length);
        expect(text).not.toMatch(/\p{Nd}/u);
        expect(text).toBe(words.map((word) => word.before + word.spoken + word.after).join(' '));
        const last = words.at(-1);
        if (last !== undefined) expect(last.breakAfter).toBe('paragraph');
      }),
      { numRuns: 2000 },
    );
  });

  test('loses no letter and no digit outside of markup', () => {
    const unmarked = fc.string({
      unit: fc.constantFrom(...'abcdeilmnoprstvxyzABCDIMPSTUV0123456789   ..,,?!()$%+-\'"/@&'),
      maxLength: 60,
    });
    fc.assert(
      fc.property(unmarked, locale, (source, language) => {
        const { words } = normalise(source, { locale: language });
        const covered = new Set<number>();
        for (const word of words) {
          for (let at = word.start; at < word.end; at++) covered.add(at);
        }
        const lost = Array.from(source).filter(
          (character, at) => /[A-Za-z0-9]/.test(character) && !covered.has(at),
        );
        expect(lost).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('leaves ordinary words as they are', () => {
    const word = fc.constantFrom(
      ...'the a quick brown fox jumps over lazy dogs while seven river mountains sleep quietly under stars and nobody knows why they sing'.split(
        ' ',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), locale, (words, language) => {
        const sentence = `${words.join(' ')}.`;
        expect(normalise(sentence, { locale: language }).text).toBe(sentence);
      }),
    );
  });
});

/** User CPU time of one run, the least of eight, so that collecting garbage and what runs beside do not count. */
function leastCpuMicroseconds(source: string): number {
  const times = Array.from({ length: 8 }, () => {
    const start = process.cpuUsage();
    normalise(source, { locale: 'en-US' });
    return process.cpuUsage(start).user;
  });
  return Math.max(1000, Math.min(...times));
}

describe('time grows with the length of the text and no faster', () => {
  const LENGTH = 1_500;
  const GROWTH = 10;

  test.each([
    'a',
    'A',
    '1',
    '(',
    '.',
    ' ',
    '\n',
    '-',
    '"',
    "'",
    '*',
    '_',
    '[',
    '<',
    '/',
    '|',
    ':',
    '😀',
    '\ud800',
    'a-',
    'a.',
    'a@',
    '1,',
    '1/',
    '1:',
    '1-',
    '1x',
    '$1',
    '[a](',
    '<a ',
    'USB ',
    'http://',
    'ab1',
    '- a\n',
    '½',
    '^2',
    'a_',
    '#a',
  ])('%j repeated', (unit) => {
    const small = unit.repeat(LENGTH / unit.length);
    const large = small.repeat(GROWTH);
    normalise(small, { locale: 'en-US' });
    const ratio = leastCpuMicroseconds(large) / leastCpuMicroseconds(small);
    expect(ratio).toBeLessThan(GROWTH * 4);
  });
});
