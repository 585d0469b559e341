import type { Locale } from './spoken-word.ts';

/**
 * What a token's own final full stop may also do:
 * 'inner' never ends a sentence (Dr.), 'beforeStarter' does so when the next word is one that
 * typically starts a sentence (U.S. The …), 'beforeCapital' before any capital (etc. He …).
 */
export type Period = 'inner' | 'beforeStarter' | 'beforeCapital';

/** A spoken run in the prepared text; punctuation is added afterwards. */
export interface Token {
  start: number;
  end: number;
  spoken: string;
  letters?: true;
  /** A pause the reading needs where the source writes none (between groups of a phone number). */
  pauseAfter?: true;
  period?: Period;
}

/** What has been read so far, and from what. */
export interface Scan {
  readonly text: string;
  readonly locale: Locale;
  readonly tokens: readonly Token[];
}

/** Tokens may be empty: the characters up to `end` are then silent. */
export interface Match {
  end: number;
  tokens: Token[];
}

/** Recognises one class of token at `at`, where a token may begin. */
export type Matcher = (scan: Scan, at: number) => Match | undefined;

/** Runs a sticky pattern at one place. */
export function matchAt(
  pattern: RegExp,
  { text }: Pick<Scan, 'text'>,
  at: number,
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** True when a sticky pattern matches at one place. */
export function looksAt(pattern: RegExp, scan: Scan, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(scan.text);
}

/** A match of a single token. */
export function sayToken(
  start: number,
  end: number,
  spoken: string,
  extra: Pick<Token, 'letters' | 'period'> = {},
): Match {
  return { end, tokens: [{ start, end, spoken, ...extra }] };
}

const SPACES_ONLY = /^[ “"'([*-]*$/;

/** The source of the token before `at` when nothing but spaces or openers lies between, else ''. */
export function previousWord(scan: Scan, at: number): string {
  const last = scan.tokens.at(-1);
  if (last === undefined || at - last.end > 4) return '';
  if (!SPACES_ONLY.test(scan.text.slice(last.end, at))) return '';
  return scan.text.slice(Math.max(last.start, last.end - 40), last.end);
}

const NEXT_WORD = /[ -]{1,2}([\p{L}][\p{L}'-]{0,30})/uy;

/** The word behind `end` when only spaces (or a hyphen) lie between, else ''. */
export function nextWord(scan: Scan, end: number): string {
  return matchAt(NEXT_WORD, scan, end)?.[1] ?? '';
}

const POSSESSIVE = /'[sS](?![\p{L}\d])/uy;

/** "'s" when the possessive ending stands at `end`, else ''. */
export function possessiveAt(scan: Scan, end: number): string {
  return looksAt(POSSESSIVE, scan, end) ? "'s" : '';
}

/** True for a word that begins with a capital and goes on in small letters, or a lone capital. */
export function isCapitalised(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}
