import type { Locale, NormalisedText, SpokenWord } from './spoken-word.ts';

export type { Locale, NormalisedText, SpokenWord } from './spoken-word.ts';

/**
 * Turns written English into the words that are said, each with its place in `source`
 * (UTF-16 offsets). Never throws; text without anything to say gives no words.
 */
export function normalise(source: string, _options: { locale: Locale }): NormalisedText {
  const words: SpokenWord[] = [];
  const pattern = /[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*/gu;
  for (const match of source.matchAll(pattern)) {
    const end = match.index + match[0].length;
    const gap = /[^\p{L}\p{M}]*/uy;
    gap.lastIndex = end;
    const behind = gap.exec(source)?.[0] ?? '';
    const mark = /[;:,.!?—…]/.exec(behind)?.[0] ?? '';
    words.push({
      start: match.index,
      end,
      spoken: match[0].replaceAll('’', "'"),
      before: '',
      after: mark,
      ...(/\n\s*\n/.test(behind) || end + behind.length === source.length
        ? { breakAfter: 'paragraph' as const }
        : /[.!?]/.test(mark)
          ? { breakAfter: 'sentence' as const }
          : {}),
    });
  }
  return { text: words.map((word) => word.before + word.spoken + word.after).join(' '), words };
}
