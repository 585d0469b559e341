import { foldBlocks } from './blocks.ts';
import { foldMath } from './fold-math.ts';
import { foldNumbers } from './fold-numbers.ts';
import { type FoldedText, foldText } from './fold-text.ts';
import { foldInlineMarkup } from './inline-markup.ts';
import { punctuateGap } from './punctuate.ts';
import type { Token } from './scan.ts';
import type { Locale, NormalisedText, SpokenWord } from './spoken-word.ts';
import { readTokens } from './tokens.ts';

export type { Locale, NormalisedText, SpokenWord } from './spoken-word.ts';

/**
 * Turns written English into the words that are said, each with its place in `source`
 * (UTF-16 offsets). Never throws; text without anything to say gives no words. Takes time
 * proportional to the length of the source.
 */
export function normalise(source: string, { locale }: { locale: Locale }): NormalisedText {
  const folded = foldNumbers(foldInlineMarkup(foldMath(foldBlocks(foldText(source)))));
  const words = placeWords(folded, readTokens(folded.text, locale));
  return { text: words.map((word) => word.before + word.spoken + word.after).join(' '), words };
}

/** Gives each token its punctuation and its place in the source. */
function placeWords({ text, starts, ends }: FoldedText, tokens: readonly Token[]): SpokenWord[] {
  const words: SpokenWord[] = [];
  let before = punctuateGap(text, undefined, tokens[0]).before;
  for (const [index, token] of tokens.entries()) {
    const gap = punctuateGap(text, token, tokens[index + 1]);
    const { after, breakAfter } = gap;
    const word: SpokenWord = {
      start: starts[token.start],
      end: ends[token.end - 1],
      spoken: token.spoken,
      before,
      after,
      ...(token.letters === undefined ? {} : { letters: true }),
      ...(breakAfter === undefined ? {} : { breakAfter }),
    };
    addWord(words, word);
    before = gap.before;
  }
  return words;
}

/** Two tokens read from one source character (as "㎏²") share one word. */
function addWord(words: SpokenWord[], word: SpokenWord): void {
  const last = words.at(-1);
  if (last === undefined || word.start >= last.end) {
    words.push(word);
    return;
  }
  words[words.length - 1] = {
    ...word,
    start: last.start,
    end: Math.max(last.end, word.end),
    spoken: `${last.spoken} ${word.spoken}`,
    before: last.before,
    ...(last.letters === undefined && word.letters === undefined ? {} : { letters: true }),
  };
}
