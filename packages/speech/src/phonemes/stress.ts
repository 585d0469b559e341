import { isStressMark, isVowel, primaryStress, secondaryStress } from './alphabet.ts';

const hasStress = (phonemes: string): boolean => [...phonemes].some(isStressMark);

function stressFirstVowel(phonemes: string, mark: string): string {
  const vowel = [...phonemes].findIndex(isVowel);
  return vowel < 0 ? phonemes : phonemes.slice(0, vowel) + mark + phonemes.slice(vowel);
}

/** A chain of more parts is said, and may be cut, like separate words. */
const longestCompound = 8;

/** A word that leans on its neighbour: primary stress becomes secondary, secondary is dropped. */
function weaken(phonemes: string): string {
  if (!phonemes.includes(primaryStress)) return phonemes;
  return phonemes.replaceAll(secondaryStress, '').replaceAll(primaryStress, secondaryStress);
}

/** A word written with a capital is never quite unstressed. */
export const lift = (phonemes: string): string =>
  hasStress(phonemes) ? phonemes : stressFirstVowel(phonemes, secondaryStress);

/** A WORD IN CAPITALS carries primary stress. */
export function emphasise(phonemes: string): string {
  if (phonemes.includes(primaryStress)) return phonemes;
  if (phonemes.includes(secondaryStress)) {
    return phonemes.replaceAll(secondaryStress, primaryStress);
  }
  return stressFirstVowel(phonemes, primaryStress);
}

/** Letter names said in one go: every letter has secondary stress, the last one primary. */
export function joinLetterNames(names: readonly string[]): string {
  return names
    .map((name, i) => (i === names.length - 1 ? emphasise(name) : lift(weaken(name))))
    .join('');
}

/**
 * Joins the parts of one compound ("well-known", "livestream"). Where more than half of the parts
 * are stressed, the lighter half gives way: unstressed before stressed, short before long.
 */
export function joinCompound(parts: readonly string[]): string {
  if (parts.length > longestCompound) return parts.join(' ');
  const weights = parts.map((part, index) => ({
    index,
    stressed: part.includes(primaryStress) ? 1 : 0,
    length: part.length,
  }));
  const stressedCount = weights.reduce((sum, part) => sum + part.stressed, 0);
  if (stressedCount <= (parts.length + 1) / 2) return parts.join('');
  const yielding = new Set(
    weights
      .toSorted((a, b) => a.stressed - b.stressed || a.length - b.length || a.index - b.index)
      .slice(0, Math.floor(parts.length / 2))
      .map((part) => part.index),
  );
  return parts.map((part, i) => (yielding.has(i) ? weaken(part) : part)).join('');
}

/** Joins parts of which only the first keeps primary stress ("livestream", "GitHub"). */
export const joinUnderFirst = (parts: readonly string[]): string =>
  parts
    .map((part, i) => (i === 0 ? emphasise(part) : lift(weaken(part))))
    .join(parts.length > longestCompound ? ' ' : '');
