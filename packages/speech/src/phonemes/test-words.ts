import type { SpokenWord } from '../normalise/index.ts';

/** Plain text as the normaliser would hand it on, for tests: marks at the words, one sentence. */
export function toSpokenWords(text: string): SpokenWord[] {
  const words: SpokenWord[] = [];
  for (const match of text.matchAll(/([“(—]*)([^\s.,;:!?—…”)“(]+)([.,;:!?—…”)]*)/g)) {
    const [whole, before = '', spoken = '', after = ''] = match;
    words.push({ start: match.index, end: match.index + whole.length, spoken, before, after });
  }
  return words;
}
