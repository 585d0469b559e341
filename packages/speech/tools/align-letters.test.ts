import { expect, it } from 'vitest';
import { alignLetters } from './align-letters.ts';

const lexicon = [
  ['act', 'ˈækt'],
  ['at', 'ˈæt'],
  ['it', 'ˈɪt'],
  ['kit', 'kˈɪt'],
  ['cab', 'kˈæb'],
  ['cot', 'kˈɑt'],
  ['cat', 'kˈæt'],
  ['that', 'ðˈæt'],
  ['tax', 'tˈæks'],
  ['axe', 'ˈæks'],
  ['oath', 'ˈOθ'],
  ['bath', 'bˈæθ'],
  ['both', 'bˈOθ'],
  ['hat', 'hˈæt'],
  ['tab', 'tˈæb'],
  ['coat', 'kˈOt'],
  ['boat', 'bˈOt'],
  ['toe', 'tˈO'],
  ['tea', 'tˈi'],
] as const;

it('gives back the phonemes, letter by letter', () => {
  const aligned = alignLetters(lexicon, 8);
  expect(aligned.map(({ labels }) => labels.join(''))).toEqual(lexicon.map(([, said]) => said));
  expect(aligned.every(({ word, labels }) => labels.length === word.length)).toBe(true);
});

it('finds which letters stand for which sounds', () => {
  const labels = new Map(alignLetters(lexicon, 8).map(({ word, labels }) => [word, labels]));
  expect(labels.get('cat')).toEqual(['k', 'ˈæ', 't']);
  expect(labels.get('tax')).toEqual(['t', 'ˈæ', 'ks']);
});

it('leaves out words with more sounds than letters can carry', () => {
  expect(alignLetters([...lexicon, ['b', 'bˈæbæb']], 4).some(({ word }) => word === 'b')).toBe(
    false,
  );
});
