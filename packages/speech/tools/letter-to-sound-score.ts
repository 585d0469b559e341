import { readFileSync } from 'node:fs';
import type { LetterToSound } from '../src/phonemes/letter-to-sound.ts';

export type SpelledWord = readonly [word: string, phonemes: string];

export interface LetterToSoundScore {
  /** Edits by phonemes, stress marks left out. */
  phonemeErrorRate: number;
  /** Share of words with every phoneme right. */
  wordsRight: number;
  /** The same, and primary stress in its place. */
  wordsRightWithStress: number;
}

/** Words to learn from, and one in twenty that training never sees. */
export function splitDictionary(file: string): { seen: SpelledWord[]; unseen: SpelledWord[] } {
  const entries = readEntries(file);
  return {
    seen: entries.filter(([word]) => !isHeldOut(word)),
    unseen: entries.filter(([word]) => isHeldOut(word)),
  };
}

/** Words of letters a–z with one primary stress; no initialisms. */
function readEntries(file: string): SpelledWord[] {
  const parsed: Record<string, string | { DEFAULT: string }> = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const entries = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed)) {
    const phonemes = typeof value === 'string' ? value : value.DEFAULT;
    const isInitialism = key.length > 1 && key === key.toUpperCase();
    if (!/^[a-zA-Z]{2,28}$/.test(key) || isInitialism || phonemes.split('ˈ').length !== 2) continue;
    if (!entries.has(key.toLowerCase()) || key === key.toLowerCase()) {
      entries.set(key.toLowerCase(), phonemes.replaceAll('ʔ', 't'));
    }
  }
  return [...entries];
}

/** FNV-1a decides, so that the split does not depend on the order of the file. */
function isHeldOut(word: string): boolean {
  let hash = 0x811c9dc5;
  for (const character of word) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0) % 20 === 0;
}

export function scoreLetterToSound(
  predictor: LetterToSound,
  words: readonly SpelledWord[],
): LetterToSoundScore {
  const withoutStress = (text: string) => text.replace(/[ˈˌ]/g, '');
  const withPrimary = (text: string) => text.replaceAll('ˌ', '');
  let right = 0;
  let rightWithStress = 0;
  let edits = 0;
  let length = 0;
  for (const [word, truth] of words) {
    const guess = predictor.pronounce(word);
    if (withPrimary(guess) === withPrimary(truth)) rightWithStress++;
    if (withoutStress(guess) === withoutStress(truth)) right++;
    edits += editDistance([...withoutStress(guess)], [...withoutStress(truth)]);
    length += withoutStress(truth).length;
  }
  return {
    phonemeErrorRate: edits / length,
    wordsRight: right / words.length,
    wordsRightWithStress: rightWithStress / words.length,
  };
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = [0, ...b.map((_, j) => j + 1)];
  a.forEach((character, i) => {
    const next = [i + 1];
    b.forEach((other, j) => {
      const replaced = (row[j] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    });
    row = next;
  });
  return row[b.length] ?? 0;
}
