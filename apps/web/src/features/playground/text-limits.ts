import { maxTextCharacters } from '../../api/speech.ts';

export interface TextLength {
  /** Characters that count: the API trims the text first. */
  characters: number;
  /** How many are too many. */
  excess: number;
}

export function measureText(text: string): TextLength {
  const characters = countCodePoints(text.trim());
  return { characters, excess: Math.max(0, characters - maxTextCharacters) };
}

/** UTF-16 offset in the untrimmed text from which it is too long. */
export function findExcessStart(text: string): number {
  let offset = text.length - text.trimStart().length;
  for (let count = 0; count < maxTextCharacters && offset < text.length; count++) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** The API counts what a reader would: an emoji of two UTF-16 units is one character. */
function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** About how long a text will sound: Kokoro speaks some 15 characters a second. Only for drawing. */
export function estimateSeconds(text: string, speed: number): number {
  return text.trim().length / 15 / speed;
}
