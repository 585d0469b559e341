import { type Locale, normalise, type SpokenWord } from '../normalise/index.ts';
import type { PieceEnd } from '../pieces/index.ts';

/** A stretch of a text that is said by itself. */
export interface TextPart {
  readonly text: string;
  /** UTF-16 offset in the whole text */
  readonly start: number;
  /** What ends with it, which decides the pause behind it */
  readonly end: PieceEnd;
}

/**
 * What must stand behind an end before more text cannot take it back: "3." may become "3.50" or
 * "3. May", "Dr." may be followed by a name.
 */
const wordsBehind = 2;
/** A sentence that is shorter goes together with the next one. */
const minUnits = 30;
/** The first part may be a clause, so that something is heard soon. */
const minOpeningUnits = 12;
/** A sentence that goes on for longer is cut. */
const maxUnits = 400;
/** Within this much more text the words behind an end have come. */
const sparedUnits = 100;
/** No cut depends on what comes later: however much text is held, no more of it is read for one. */
const readUnits = maxUnits + sparedUnits;
/** Nothing ends within letters, digits and blanks: most of what arrives need not be read for that. */
const endOfClause = /[^\p{L}\p{M}\p{N} '’-]/u;
const endOfSentence = /[^\p{L}\p{M}\p{N} '’,-]/u;

/**
 * Cuts a text that arrives piece by piece into parts that can be said before the rest is known: a
 * first clause, then sentences. The parts are the same however the text was cut on its way.
 */
export class TextParts {
  readonly #locale: Locale;
  #held = '';
  #start = 0;
  #opens = true;

  constructor(options: { locale: Locale }) {
    this.#locale = options.locale;
  }

  /** Takes more text; answers the parts that are certain by now. Each is looked for when it is taken. */
  *push(text: string): Generator<TextPart, void, void> {
    this.#held += text;
    if (this.#mayEnd(text)) yield* this.#takeAll(wordsBehind);
  }

  /** Everything that is held back: no more text comes, or what follows begins anew. */
  *flush(): Generator<TextPart, void, void> {
    yield* this.#takeAll(0);
    if (this.#held.trim() !== '') yield this.#take(this.#held.length, endOf(this.#held));
  }

  #mayEnd(added: string): boolean {
    if (this.#held.length > readUnits) return true;
    return /\s/.test(added) && (this.#opens ? endOfClause : endOfSentence).test(this.#held);
  }

  *#takeAll(wordsNeeded: number): Generator<TextPart, void, void> {
    for (let cut = this.#findCut(wordsNeeded); cut; cut = this.#findCut(wordsNeeded)) {
      yield this.#take(cut.at, cut.end);
    }
  }

  #take(units: number, end: PieceEnd): TextPart {
    const part = { text: this.#held.slice(0, units), start: this.#start, end };
    this.#held = this.#held.slice(units);
    this.#start += units;
    this.#opens = false;
    return part;
  }

  #findCut(wordsNeededAtEnd: number): Cut | undefined {
    const goesOn = this.#held.length > readUnits;
    const held = goesOn ? this.#held.slice(0, wholeUnits(this.#held, readUnits)) : this.#held;
    const wordsNeeded = goesOn ? wordsBehind : wordsNeededAtEnd;
    const { words } = normalise(held, { locale: this.#locale });
    const mayGrow = wordsNeeded > 0 && held.trimEnd() === held;
    const complete = mayGrow ? words.length - 1 : words.length;
    /** Where to cut a sentence that goes on for too long. */
    let last: Cut | undefined;
    for (let index = 0; index + Math.max(wordsNeeded, 1) < complete; index++) {
      const end = endBetween(held, words[index], words[index + 1]);
      const at = cutBetween(held, words[index], words[index + 1]);
      if (at > maxUnits) break;
      if (isLongEnough({ at, end }, this.#opens)) return { at, end };
      if (end !== 'word' || last === undefined || last.end === 'word') last = { at, end };
    }
    if (!goesOn) return undefined;
    return last ?? { at: wholeUnits(held, maxUnits), end: 'word' };
  }
}

interface Cut {
  readonly at: number;
  readonly end: PieceEnd;
}

/** Clauses end a part only at the very beginning, or where a sentence is too long. */
function isLongEnough({ at, end }: Cut, opens: boolean): boolean {
  if (end === 'paragraph') return true;
  if (end === 'sentence') return opens || at >= minUnits;
  return opens && end !== 'word' && at >= minOpeningUnits;
}

function endBetween(text: string, word: SpokenWord, next: SpokenWord): PieceEnd {
  if (word.breakAfter) return word.breakAfter;
  // "January 5, 2024", "5 feet, 6 inches": what is read together stays together.
  if (/\d/.test(text.charAt(next.start))) return 'word';
  if (/[;:—…]/.test(word.after)) return 'clause';
  return word.after.includes(',') ? 'comma' : 'word';
}

/** Never within a character. */
function wholeUnits(text: string, units: number): number {
  return text.slice(0, units).isWellFormed() ? units : units - 1;
}

/** Behind the marks that belong to the first word, in front of those that belong to the next. */
function cutBetween(text: string, word: SpokenWord, next: SpokenWord): number {
  const gap = text.slice(word.end, next.start);
  const lastSpace = gap.search(/\s\S*$/);
  return lastSpace === -1 ? next.start : word.end + lastSpace + 1;
}

/** What the end of a text that was broken off looks like. */
function endOf(text: string): PieceEnd {
  const marks = /[^\p{L}\p{N}]*$/u.exec(text.trimEnd())?.[0] ?? '';
  if (/[.!?…]/.test(marks)) return 'sentence';
  if (/[;:—]/.test(marks)) return 'clause';
  return marks.includes(',') ? 'comma' : 'word';
}
