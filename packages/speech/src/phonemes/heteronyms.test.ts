import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { toModelAlphabet } from './alphabet.ts';
import { loadLexicon, phonemise } from './index.ts';
import { toSpokenWords } from './test-words.ts';

const lexicons = {
  'en-US': await loadLexicon(join(testModelsDir(), 'lexicon'), 'en-US'),
  'en-GB': await loadLexicon(join(testModelsDir(), 'lexicon'), 'en-GB'),
};

/** Each line: locale, phonemes, and a sentence whose marked *word* is said so. */
const sentences = readFileSync(new URL('data/heteronym-sentences.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([locale, phonemes = '', marked = '']) => ({
    locale: locale === 'en-GB' ? ('en-GB' as const) : ('en-US' as const),
    phonemes,
    marked,
  }));

describe('heteronyms', () => {
  it.each(sentences)('$locale: $marked is $phonemes', ({ locale, phonemes, marked }) => {
    const index = marked.split(' ').findIndex((word) => word.includes('*'));
    const words = toSpokenWords(marked.replaceAll('*', ''));
    expect(phonemise(words, lexicons[locale])[index]).toBe(toModelAlphabet(phonemes));
  });

  it('has at least two sentences for each of more than 40 words', () => {
    const counts = new Map<string, number>();
    for (const { locale, marked } of sentences) {
      const word = /\*(\w+)\*/.exec(marked)?.[1]?.toLowerCase() ?? '';
      if (locale === 'en-US') counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    expect([...counts.values()].filter((count) => count >= 2).length).toBeGreaterThan(40);
  });
});
