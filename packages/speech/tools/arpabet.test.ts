import { expect, it } from 'vitest';
import { fromArpabet } from './arpabet.ts';

it.each([
  ['M IH0 SH EH1 L', 'mɪʃˈɛl'],
  ['B EH1 T IY0', 'bˈɛɾi'],
  ['P AE1 T R IH0 K', 'pˈætɹɪk'],
  ['R AY1 AH0 N', 'ɹˈIən'],
  ['D AA1 N AH0 L D', 'dˈɑnəld'],
  ['HH AH0 R N AE1 N D EH0 Z', 'həɹnˈændɛz'],
  ['S ER1 T AH0 N', 'sˈɜɹtᵊn'],
])('%s is %s', (arpabet, phonemes) => {
  expect(fromArpabet(arpabet)).toBe(phonemes);
});
