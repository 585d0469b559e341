import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vocabulary from './vocab.json' with { type: 'json' };
import { isPhoneme, isToken, tokenise, UnknownPhoneme } from './vocabulary.ts';

describe('tokenise', () => {
  it('answers one token for each phoneme, stress marks and punctuation included', () => {
    expect(tokenise('həlˈO!')).toEqual([50, 83, 54, 156, 31, 5]);
    expect(tokenise('')).toEqual([]);
  });

  it('names a character that the model does not know, and where it stands', () => {
    expect(() => tokenise('hə7')).toThrow(UnknownPhoneme);
    expect(() => tokenise('hə7')).toThrow("phonemes[2]: '7' (U+0037)");
    expect(() => tokenise('h😀')).toThrow("phonemes[1]: '😀' (U+1F600)");
  });

  it('takes everything in the vocabulary, and only that', () => {
    const phonemes = fc.array(fc.constantFrom(...Object.keys(vocabulary)));
    fc.assert(
      fc.property(phonemes, (characters) => {
        const tokens = tokenise(characters.join(''));
        expect(tokens).toHaveLength(characters.length);
        expect(tokens.every(isToken)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const isKnown = [...text].every(isPhoneme);
        if (isKnown) tokenise(text);
        else expect(() => tokenise(text)).toThrow(UnknownPhoneme);
      }),
    );
  });

  it('does not take the pad for a phoneme', () => {
    expect(isToken(0)).toBe(false);
  });
});
