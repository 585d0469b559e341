import type { Tag } from './tagger.ts';

/** What is said behind a word, which decides how it is reduced. */
export interface Following {
  /** Whether the next sound is a vowel; undefined in front of a pause. */
  vowel: boolean | undefined;
  word: string;
}

/**
 * Words whose sound depends on what follows: "the apple", "the pear", "to eat", "to me", "come in".
 * Undefined for all others. `capital` tells a capitalised word, which Kokoro says with some stress.
 */
export function sayFunctionWord(
  word: string,
  tag: Tag | undefined,
  following: Following,
): string | undefined {
  const atPause = following.vowel === undefined;
  switch (word) {
    case 'a':
    case 'A':
      return 'ɐ';
    case 'an':
    case 'An':
      return 'ɐn';
    case 'the':
    case 'The':
    case 'THE':
      return following.vowel ? 'ði' : 'ðə';
    case 'to':
    case 'To':
    case 'TO':
      return atPause ? undefined : following.vowel ? 'tʊ' : 'tə';
    case 'in':
    case 'In':
    case 'IN':
      return atPause || tag === 'ADV' || tag === 'PART' ? 'ˈɪn' : 'ɪn';
    case 'am':
      return atPause ? undefined : 'ɐm';
    case 'I':
      return 'ˌI';
    case 'by':
    case 'By':
      return tag === 'ADV' ? 'bˈI' : undefined;
    default:
      return undefined;
  }
}

const demonstrativeBefore = new Set(
  'of at in for like with on by from after before than about and but or so did do does is was'.split(
    ' ',
  ),
);
const linkingVerbs = new Set(
  "is was isn't wasn't would wouldn't will can can't could sounds seems looks means makes made".split(
    ' ',
  ),
);

/** "That is mine", "like that": the demonstrative is stressed, the conjunction is not. */
export function isDemonstrativeThat(
  words: readonly string[],
  index: number,
  pause: boolean,
): boolean {
  const previous = words[index - 1];
  if (pause) return true;
  if (previous === undefined || demonstrativeBefore.has(previous)) return true;
  return (
    linkingVerbs.has(words[index + 1] ?? '') && /^(think|know|say|said|thought)$/.test(previous)
  );
}
