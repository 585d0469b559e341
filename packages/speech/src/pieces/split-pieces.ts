import type { SpokenWord } from '../normalise/index.ts';
import { addUnheard, slowestRealTimeFactor } from './pace.ts';
import { ratePhraseBreak } from './phrase-break.ts';

/** A word of the text together with its phonemes, which are never empty. */
export interface PhonemisedWord {
  word: SpokenWord;
  phonemes: string;
}

/** A word's place in its piece: `phonemes` is `piece.phonemes.slice(start, end)`. */
export interface PieceWord {
  word: SpokenWord;
  start: number;
  end: number;
  /** The word was too long for one piece; its rest opens the next one. */
  continues?: true;
}

export type PieceEnd = 'paragraph' | 'sentence' | 'clause' | 'comma' | 'word';

/** One passage for the model. One character of `phonemes` is one token. */
export interface Piece {
  phonemes: string;
  words: PieceWord[];
  /** What the text does where the piece ends; decides the pause behind it. */
  end: PieceEnd;
}

/** The longest passage: beyond about 24 tokens the model gains no speed, and memory grows. */
export const maxPieceTokens = 200;

/**
 * The longest first piece, in tokens at speed 1: at most about 2 s of audio, so that something is
 * heard at once.
 */
const openingTokens = 22;
/** Said in a second at speed 1: a low figure, so that no piece is too long for what is unheard. */
const tokensPerSecond = 15;
const minimumTokens = 10;

/**
 * Cuts phonemised sentences into passages of at most `maxPieceTokens`, at the best place there is:
 * a paragraph always ends one, then sentence ends, clauses, commas and at worst word boundaries. The
 * first one is short, so that something is heard soon, and each next one no longer than playback
 * allows. Reads the sentences only as far ahead as it must.
 * @param options.speed the speed the pieces are spoken at; slower speech needs a shorter first piece
 * @param options.unheardSeconds audio in front of them that has been made and not been heard yet
 */
export function* splitPieces(
  sentences: Iterable<readonly PhonemisedWord[]>,
  { speed, unheardSeconds = 0 }: { speed: number; unheardSeconds?: number },
): Generator<Piece> {
  const lookAhead = new LookAhead(sentences);
  let unheardTokens = unheardSeconds * tokensPerSecond * speed;
  let limit = Math.max(openingTokens * speed, unheardTokens / slowestRealTimeFactor);
  for (;;) {
    const tokens = Math.min(maxPieceTokens, Math.max(minimumTokens, Math.floor(limit)));
    const units = lookAhead.upTo(tokens + 1);
    if (units.length === 0) return;
    const piece = makePiece(lookAhead.take(countForPiece(units, tokens)));
    yield piece;
    unheardTokens = addUnheard(unheardTokens, piece.phonemes.length);
    limit = unheardTokens / slowestRealTimeFactor;
  }
}

/** A word with its punctuation, as it stands in a piece. */
interface Unit {
  word: SpokenWord;
  before: string;
  phonemes: string;
  after: string;
  end: PieceEnd;
  continues: boolean;
}

class LookAhead {
  readonly #sentences: Iterator<readonly PhonemisedWord[]>;
  readonly #units: Unit[] = [];
  #tokens = 0;
  #done = false;

  constructor(sentences: Iterable<readonly PhonemisedWord[]>) {
    this.#sentences = sentences[Symbol.iterator]();
  }

  upTo(tokens: number): readonly Unit[] {
    while (!this.#done && this.#tokens < tokens) {
      const next = this.#sentences.next();
      if (next.done) {
        this.#done = true;
        break;
      }
      for (const unit of unitsOf(next.value)) {
        this.#units.push(unit);
        this.#tokens += tokensOf(unit) + 1;
      }
    }
    return this.#units;
  }

  take(count: number): Unit[] {
    const taken = this.#units.splice(0, count);
    for (const unit of taken) this.#tokens -= tokensOf(unit) + 1;
    return taken;
  }
}

function unitsOf(sentence: readonly PhonemisedWord[]): Unit[] {
  return sentence.flatMap(({ word, phonemes }, index): Unit[] => {
    const next = sentence[index + 1]?.word;
    const last: Unit = {
      word,
      before: word.before,
      phonemes,
      after: word.after,
      end: endBehind(word, next),
      continues: false,
    };
    return tokensOf(last) <= maxPieceTokens ? [last] : cutLongWord(last);
  });
}

function cutLongWord(unit: Unit): Unit[] {
  const room = maxPieceTokens - unit.before.length - unit.after.length;
  const parts: Unit[] = [];
  for (let at = 0; at < unit.phonemes.length; at += room) {
    const isLast = at + room >= unit.phonemes.length;
    parts.push({
      word: unit.word,
      before: at === 0 ? unit.before : '',
      phonemes: unit.phonemes.slice(at, at + room),
      after: isLast ? unit.after : '',
      end: isLast ? unit.end : 'word',
      continues: !isLast,
    });
  }
  return parts;
}

function endBehind(word: SpokenWord, next: SpokenWord | undefined): PieceEnd {
  if (word.breakAfter) return word.breakAfter;
  if (next === undefined) return 'sentence';
  if (/[;:—…]/.test(word.after) || next.before.includes('—')) return 'clause';
  if (/[,)”]/.test(word.after) || next.before !== '') return 'comma';
  return 'word';
}

function tokensOf({ before, phonemes, after }: Unit): number {
  return before.length + phonemes.length + after.length;
}

/** How many units the next piece takes; at least one. */
function countForPiece(units: readonly Unit[], limit: number): number {
  const cuts = cutsWithin(units, limit);
  const last = cuts.at(-1);
  if (!last) return 1;
  if (last.end === 'paragraph' || last.count === units.length) return last.count;
  const sentence = cuts.findLast(
    ({ end, tokens }) => end === 'sentence' && tokens >= Math.min(minimumTokens, limit),
  );
  return sentence?.count ?? cutWithinSentence(units, cuts, limit);
}

interface Cut {
  count: number;
  tokens: number;
  end: PieceEnd;
}

/** Every place within the limit where a piece could end, up to the first end of a paragraph. */
function cutsWithin(units: readonly Unit[], limit: number): Cut[] {
  const cuts: Cut[] = [];
  let tokens = 0;
  for (const [index, unit] of units.entries()) {
    tokens += tokensOf(unit) + (index > 0 ? 1 : 0);
    if (tokens > limit) break;
    cuts.push({ count: index + 1, tokens, end: unit.end });
    if (unit.end === 'paragraph') break;
  }
  return cuts;
}

/** How much of the ideal length a piece may lack for the sake of such an end. */
function bonusOf({ end, count }: Cut, units: readonly Unit[]): number {
  switch (end) {
    case 'paragraph':
    case 'sentence':
      return 1;
    case 'clause':
      return 0.7;
    case 'comma':
      return 0.5;
    case 'word': {
      const [before, behind] = units.slice(count - 1, count + 1);
      return 0.3 * ratePhraseBreak(before.word.spoken, behind.word.spoken);
    }
  }
}

function cutWithinSentence(units: readonly Unit[], cuts: readonly Cut[], limit: number): number {
  let sentenceTokens = 0;
  for (const unit of units) {
    sentenceTokens += tokensOf(unit) + 1;
    if (unit.end === 'sentence' || unit.end === 'paragraph') break;
  }
  const parts = Math.ceil(sentenceTokens / limit);
  const isEven = parts === 2 || limit === maxPieceTokens;
  const idealTokens = isEven ? sentenceTokens / parts : limit;
  let best = cuts[0];
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const cut of cuts) {
    const score =
      bonusOf(cut, units) -
      Math.abs(cut.tokens - idealTokens) / idealTokens -
      (cut.tokens < minimumTokens || sentenceTokens - cut.tokens < minimumTokens ? 0.5 : 0);
    if (score > bestScore) {
      best = cut;
      bestScore = score;
    }
  }
  return best.count;
}

function makePiece(units: readonly Unit[]): Piece {
  let phonemes = '';
  const words = units.map((unit): PieceWord => {
    if (phonemes !== '') phonemes += ' ';
    const start = phonemes.length + unit.before.length;
    phonemes += unit.before + unit.phonemes + unit.after;
    const end = start + unit.phonemes.length;
    return { word: unit.word, start, end, ...(unit.continues ? { continues: true } : {}) };
  });
  const last = units.at(-1);
  return { phonemes, words, end: last?.end ?? 'sentence' };
}
