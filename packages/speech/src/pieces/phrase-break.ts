/**
 * Words that lean on what comes behind them: articles, prepositions, auxiliaries, conjunctions, and
 * pronouns that are mostly subjects or relatives.
 */
const functionWords = new Set(
  `a an the this that these those my your his its our their some any no every each both all
  in on at to for with from by into onto over under above below between through about against during without
  within upon towards behind before after since until beyond despite per via
  and or but nor so yet because although though while when where whether if unless than as
  it i he she we they who which what whose how why there not very too more most
  am is are was were be been being has have had do does did
  will would can could may might must shall should cannot`.split(/\s+/),
);

/**
 * How well a sentence can be parted between two words without a mark between them: 1 where a phrase
 * begins, that is a function word behind a content word; 0 between two content words; -1 behind a
 * function word, which is never left behind its phrase. (Chinks and chunks: Liberman and Church,
 * "Text analysis and word pronunciation in text-to-speech synthesis", 1992.)
 */
export function ratePhraseBreak(before: string, behind: string): 1 | 0 | -1 {
  const last = before.slice(before.lastIndexOf(' ') + 1).toLowerCase();
  if (functionWords.has(last) || last === 'of') return -1;
  const [first] = behind.toLowerCase().split(' ', 1);
  return functionWords.has(first) ? 1 : 0;
}
