export type Locale = 'en-US' | 'en-GB';

/** One run of source text and how it is said. Runs are in source order and do not overlap. */
export interface SpokenWord {
  /** UTF-16 offset of the first source character. */
  start: number;
  /** UTF-16 offset behind the last source character: `source.slice(start, end)` is what was written. */
  end: number;
  /** Plain words separated by single spaces: letters, apostrophes, inner hyphens. */
  spoken: string;
  /** Single-letter words in `spoken` are names of letters; otherwise "a" is the article, "I" the pronoun. */
  letters?: true;
  /** Prosodic marks in front: some of `“(—`, or ''. */
  before: string;
  /** Prosodic marks behind: some of `;:,.!?—…”)`, or ''. Never the full stop of a mere abbreviation. */
  after: string;
  /** What ends behind this word. Headings and list items end a paragraph. */
  breakAfter?: 'sentence' | 'paragraph';
}

export interface NormalisedText {
  /** What is said, as a person would read it. */
  text: string;
  words: SpokenWord[];
}
