import { maxTextCharacters } from '../../api/speech.ts';

export interface TextLength {
  /** Characters that count: the API trims the text first. */
  characters: number;
  /** How many are too many. */
  excess: number;
}

export function measureText(text: string): TextLength {
  const characters = text.trim().length;
  return { characters, excess: Math.max(0, characters - maxTextCharacters) };
}

/** Offset in the untrimmed text from which it is too long. */
export function findExcessStart(text: string): number {
  return text.length - text.trimStart().length + maxTextCharacters;
}

/** About how long a text will sound: Kokoro speaks some 15 characters a second. Only for drawing. */
export function estimateSeconds(text: string, speed: number): number {
  return text.trim().length / 15 / speed;
}
