import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anglicise } from './anglicise.ts';
import { encodeNameList, NameList } from './name-list.ts';

const names = NameList.decode(readFileSync(new URL('data/names.bin', import.meta.url)));

it('finds every word that was put in, and no other', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { maxLength: 40 }), word, (words, other) => {
      const list = NameList.decode(encodeNameList(words.map((name) => [name, `${name}!`])));
      for (const name of words) expect(list.find(name)).toBe(`${name}!`);
      if (!words.includes(other)) expect(list.find(other)).toBeUndefined();
    }),
  );
});

it('knows common names', () => {
  expect(names.find('michelle')).toBe('mɪʃˈɛl');
  expect(names.find('garcia')).toBe('ɡˌɑɹsˈiə');
  expect(names.find('zzzzz')).toBeUndefined();
});

it.each([
  ['patrick', 'pˈætɹɪk', 'pˈatɹɪk'],
  ['robert', 'ɹˈɑbəɹt', 'ɹˈɒbət'],
  ['harper', 'hˈɑɹpəɹ', 'hˈɑːpə'],
  ['murray', 'mˈɜɹi', 'mˈɜːɹi'],
  ['betty', 'bˈɛɾi', 'bˈɛti'],
  ['tony', 'tˈOni', 'tˈQni'],
])('says %s in British', (spelling, american, british) => {
  expect(anglicise(spelling, american)).toBe(british);
});
