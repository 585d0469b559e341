import { LINE, PARAGRAPH } from './blocks.ts';
import type { Token } from './scan.ts';
import { sentenceStartAt } from './sentence-starters.ts';

export interface Punctuation {
  /** Marks behind the token in front of the gap. */
  after: string;
  /** Marks in front of the token behind the gap. */
  before: string;
  breakAfter?: 'sentence' | 'paragraph';
}

const ELLIPSIS = /\.(?: ?\.){2,}/g;
/** A hyphen is a dash between spaces only; an en dash likewise. " --save" is an option of a command. */
const DASH = /(?<=[ \u2028”")])[-–](?=[ \u2028“"(])|(?<! )-{2,3}|-{2,3}(?= )|—+/g;
const LONGEST_GAP = 200;

/** Marks in the order in which Kokoro's alphabet has them. */
const STOPS = ';:,.!?—…';

/** What stands between two tokens (`''`-bounded at either end of the text), as prosody. */
export function punctuateGap(
  text: string,
  previous: Token | undefined,
  next: Token | undefined,
): Punctuation {
  const from = previous?.end ?? 0;
  const to = next?.start ?? text.length;
  const plain = to - from === 1 && text.charAt(from) === ' ' && next !== undefined;
  if (plain && previous?.period === undefined) {
    return { after: previous?.pauseAfter ? ',' : '', before: '' };
  }
  const gap = clipGap(text.slice(from, to));
  const { after, before } = readMarks(gap, previous === undefined);
  const breakAfter = findBreak(text, gap, after, previous, next);
  const pause = previous?.pauseAfter === true && next !== undefined && after === '' ? ',' : '';
  const closing = breakAfter !== undefined && wantsStop(previous, next) ? missingStop(after) : '';
  return {
    after: previous === undefined ? '' : after + pause + closing,
    before: next === undefined ? '' : before,
    ...(breakAfter === undefined || previous === undefined ? {} : { breakAfter }),
  };
}

/** A long run of marks says no more than its two ends. */
function clipGap(gap: string): string {
  if (gap.length <= LONGEST_GAP) return gap;
  const half = LONGEST_GAP / 2;
  const lost = gap.slice(half, -half);
  const breaks = lost.includes(PARAGRAPH) ? PARAGRAPH : lost.includes(LINE) ? LINE : '';
  return gap.slice(0, half) + breaks + gap.slice(-half);
}

/** At the end of the text only an abbreviation's own full stop is one. */
function wantsStop(previous: Token | undefined, next: Token | undefined): boolean {
  return next !== undefined || previous?.period !== undefined;
}

/** A heading, an item or a line that ends without a stop is read as if it had one. */
function missingStop(after: string): string {
  return /[;:,.!?—…]/.test(after) ? '' : '.';
}

/** The stop of a word cut short, with what ends nothing behind it: "John A., 87", "Picc.; then". */
const CUT_SHORT = /^\.(?=[,;:])/;

function readMarks(gap: string, leading: boolean): { after: string; before: string } {
  const marks = gap.replace(CUT_SHORT, '').replaceAll(ELLIPSIS, '…').replaceAll(DASH, '—');
  let after = '';
  let before = '';
  for (const [index, mark] of Array.from(marks).entries()) {
    const spaced = /^[\s\u2028\u2029]?$/.test(marks.charAt(index - 1)) && (index > 0 || leading);
    const opens =
      mark === '“' || '([{'.includes(mark) || (mark === '"' && spaced && index < marks.length);
    if (opens) {
      before += mark === '"' ? '“' : mark === '“' ? mark : '(';
    } else if (mark === '”' || mark === '"') {
      if (before.endsWith('“')) before = before.slice(0, -1);
      else if (!after.includes('”')) after += '”';
    } else if (')]}'.includes(mark)) {
      if (before.endsWith('(')) before = before.slice(0, -1);
      else if (!after.includes(')')) after += ')';
    } else if (mark === '—' && leading) {
      before += mark;
    } else if (mark === '|' || mark === '•' || mark === '·') {
      if (before === '') after = addStop(after, ',');
    } else if (STOPS.includes(mark) && before === '') {
      after = addStop(after, mark);
    }
  }
  return { after, before };
}

/** "!!!" is one mark, "?!" two; a stop swallows the comma that it follows. */
function addStop(after: string, mark: string): string {
  const last = after.at(-1) ?? '';
  if (last === mark || (mark === ',' && /[;:.!?—…]/.test(after))) return after;
  if (last === ',' || last === ';' || last === ':') return after.slice(0, -1) + mark;
  if (after.includes(mark) || (last === '.' && mark !== '!' && mark !== '?')) return after;
  if (/[!?…]/.test(after) && !/[!?]/.test(mark)) return after;
  return after + mark;
}

function findBreak(
  text: string,
  gap: string,
  after: string,
  previous: Token | undefined,
  next: Token | undefined,
): 'sentence' | 'paragraph' | undefined {
  if (next === undefined || gap.includes(PARAGRAPH)) return 'paragraph';
  const start = text.charAt(next.start);
  const small = /\p{Ll}/u.test(start);
  if (gap.includes(LINE) && !small) return 'sentence';
  const stop = /[.!?…]/.exec(after)?.[0];
  if (stop === undefined) return periodBreaks(text, gap, previous) ? 'sentence' : undefined;
  const spaced = /[\s\u2028]/.test(gap);
  if (stop === '.' && !/[!?…]/.test(after)) {
    if (!spaced) return /[\p{Ll}\d]/u.test(start) && !gap.includes('(') ? undefined : 'sentence';
    return small && /[”)"'’]/.test(gap) ? undefined : 'sentence';
  }
  return small ? undefined : 'sentence';
}

/** Whether an abbreviation's own full stop ends the sentence as well. */
function periodBreaks(text: string, gap: string, previous: Token | undefined): boolean {
  if (previous?.period === undefined || previous.period === 'inner' || /[;:,—]/.test(gap))
    return false;
  const start = sentenceStartAt(text, previous.end);
  return start === 'starter' || (start === 'capital' && previous.period === 'beforeCapital');
}
