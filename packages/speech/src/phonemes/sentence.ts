import type { Tag } from './tagger.ts';

/** One sentence as the rules see it; arrays run in parallel, one entry for each spoken word. */
export interface Sentence {
  /** Lower case, straight apostrophes. */
  words: readonly string[];
  tags: readonly Tag[];
  /** Whether a pause (punctuation or the end) follows. */
  pauses: readonly boolean[];
  /** As spoken, with capitals. */
  written: readonly string[];
}

/** What a word does in its sentence, as far as the dictionary's senses tell apart. */
export type Role = 'NOUN' | 'VERB' | 'ADJ' | 'ADV';
