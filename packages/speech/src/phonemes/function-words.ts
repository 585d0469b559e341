import type { Tag } from './tagger.ts';

/** What is said behind a word, which decides how it is reduced. */
export interface Following {
  /** Whether the next sound is a vowel; undefined in front of a pause. */
  vowel: boolean | undefined;
  /** The next word in lower case, '' in front of a pause. */
  word: string;
}

const schwaArticle = 'ɐ';

/**
 * Words whose sound depends on what follows ("the apple", "the pear", "to eat", "to me", "come in"),
 * as the model was trained on them. Undefined for all others, which the dictionary knows.
 */
export function sayFunctionWord(
  written: string,
  tag: Tag | undefined,
  following: Following,
): string | undefined {
  const atPause = following.vowel === undefined;
  switch (written.toLowerCase()) {
    case 'a':
      return schwaArticle;
    case 'an':
      return `${schwaArticle}n`;
    case 'the':
      return following.vowel ? 'ði' : 'ðə';
    case 'to':
      if (atPause) return undefined;
      return following.vowel ? 'tʊ' : 'tə';
    case 'in':
      return atPause || isParticle(tag, following) ? 'ˈɪn' : 'ɪn';
    case 'am':
      return atPause || written !== 'am' ? undefined : `${schwaArticle}m`;
    case 'i':
      return 'ˌI';
    case 'by':
      return tag === 'ADV' ? 'bˈI' : undefined;
    default:
      return undefined;
  }
}

const isParticle = (tag: Tag | undefined, following: Following): boolean =>
  tag === 'ADV' || tag === 'PART' || /^(and|or|but|from|for|to)$/.test(following.word);

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const demonstrativeBefore = words(
  'of at in for like with on by from after before than about and but or so did do does is was',
);
const linkingVerbs = words(
  "is was isn't wasn't would wouldn't will can can't could sounds seems looks means makes made",
);
const thinkingVerbs = words('think know say said thought');

/** "That is mine", "like that": the demonstrative is stressed, the conjunction is not. */
export function isDemonstrativeThat(
  sentence: { words: readonly string[]; pauses: readonly boolean[] },
  index: number,
): boolean {
  const { words: said, pauses } = sentence;
  const previous = said[index - 1];
  const isLinked = linkingVerbs.has(said[index + 1] ?? '');
  if (pauses[index] || previous === undefined) return true;
  if (pauses[index - 1]) return isLinked;
  return demonstrativeBefore.has(previous) || (isLinked && thinkingVerbs.has(previous));
}
