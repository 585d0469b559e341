import { matchAbbreviation } from './abbreviations.ts';
import { matchAddress, matchTag } from './addresses.ts';
import { matchAviation, matchFlightLevel } from './aviation.ts';
import { matchFormula } from './chemistry.ts';
import { matchChessMove, matchMoveNumber } from './chess.ts';
import { matchChord } from './chords.ts';
import { matchDigitCode, matchIdentifier } from './codes.ts';
import { matchCurrency, matchCurrencySign } from './currency.ts';
import { matchDate, matchMonth, matchWeekday } from './dates.ts';
import { matchFraction } from './fractions.ts';
import { matchGradeSign } from './grades.ts';
import {
  matchAmpersandLetters,
  matchCapitals,
  matchDegree,
  matchDottedLetters,
  matchSingleLetter,
} from './initialisms.ts';
import { matchShortcut } from './keyboard.ts';
import { matchMagnitude } from './magnitudes.ts';
import {
  matchBy,
  matchDimension,
  matchLongDigits,
  matchNumberedThing,
  matchOrdinal,
  matchPlainNumber,
  matchPrimes,
} from './numbers.ts';
import { matchPhone } from './phone.ts';
import { matchAlphanumeric, matchClipped, matchSharp, matchWord } from './plain-words.ts';
import { matchProvision } from './provisions.ts';
import { FRACTION_SIGN } from './quantity.ts';
import { matchRangeSign } from './ranges.ts';
import { matchRoman } from './roman.ts';
import { type Match, type Matcher, matchAt, type Scan, type Token } from './scan.ts';
import { matchScore } from './scores.ts';
import { matchScripture } from './scripture.ts';
import type { Locale } from './spoken-word.ts';
import { matchState, matchZip } from './states.ts';
import { matchStylisedName } from './stylised-names.ts';
import { matchGreek, matchPower, matchSymbol } from './symbols.ts';
import { matchTelephoneKey } from './telephone-keys.ts';
import { matchTime } from './times.ts';
import { matchBareTemperature, matchMeasure, matchPoints, matchUnitAlone } from './units.ts';
import { matchIpAddress, matchVersion } from './versions.ts';
import { matchDecade, matchYear, matchYearSpan } from './years.ts';

/** At a digit, the most specific class first. */
const NUMERIC: readonly Matcher[] = [
  matchStylisedName,
  matchIdentifier,
  matchLongDigits,
  matchAddress,
  matchIpAddress,
  matchZip,
  matchScripture,
  matchMoveNumber,
  matchAviation,
  matchDate,
  matchTime,
  matchPhone,
  matchDigitCode,
  matchProvision,
  matchNumberedThing,
  matchVersion,
  matchOrdinal,
  matchPrimes,
  matchDimension,
  matchYearSpan,
  matchDecade,
  matchCurrency,
  matchPoints,
  matchBareTemperature,
  matchMeasure,
  matchMagnitude,
  matchScore,
  matchFraction,
  matchYear,
  matchAlphanumeric,
  matchPlainNumber,
];

const ALPHABETIC: readonly Matcher[] = [
  matchStylisedName,
  matchIdentifier,
  matchAddress,
  matchVersion,
  matchShortcut,
  matchScripture,
  matchFormula,
  matchFlightLevel,
  matchCurrency,
  matchMonth,
  matchWeekday,
  matchDegree,
  matchUnitAlone,
  matchAbbreviation,
  matchState,
  matchRoman,
  matchAmpersandLetters,
  matchDottedLetters,
  matchChord,
  matchSharp,
  matchBy,
  matchChessMove,
  matchAlphanumeric,
  matchCapitals,
  matchSingleLetter,
  matchGreek,
  matchWord,
];

const SYMBOLIC: readonly Matcher[] = [
  matchRangeSign,
  matchShortcut,
  matchAddress,
  matchTag,
  matchPhone,
  matchDecade,
  matchClipped,
  matchCurrency,
  matchPower,
  matchTelephoneKey,
  matchGradeSign,
  matchSymbol,
  matchCurrencySign,
];

const FRACTION_START = new RegExp(FRACTION_SIGN, 'u');

/** The matchers worth asking at a place, by its first character. */
function matchersAt(text: string, at: number): readonly Matcher[] {
  const character = text.charAt(at);
  if (/[A-Za-z]/.test(character) || /\p{L}/u.test(codePointAt(text, at))) return ALPHABETIC;
  if (/\d/.test(character) || FRACTION_START.test(character)) return NUMERIC;
  const decimal = character === '.' && /\d/.test(text.charAt(at + 1));
  return decimal && !/[\p{L}\d.]/u.test(text.charAt(at - 1)) ? NUMERIC : SYMBOLIC;
}

function codePointAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0x20);
}

function readToken(scan: Scan, at: number): Match | undefined {
  for (const matcher of matchersAt(scan.text, at)) {
    const match = matcher(scan, at);
    if (match !== undefined && match.end > at) return match;
  }
  return undefined;
}

/** Words of small letters that no class but the plain word could want. */
const ORDINARY = /(?=[b-df-hj-np-tv-xz]*[aeiouy])[a-z]{3,40}(?=[ ,;:!?)]|$)/y;
/** Too long for an abbreviation, and with no number behind it that would make it a month or a book. */
const LONG = /(?:[a-z]{7,40}|[A-Z][a-z]{6,39})(?=[.,;:!?)]?(?: (?!\d)|$))/y;
const ABBREVIATED = new Set([
  'etc',
  'approx',
  'qty',
  'dept',
  'govt',
  'avg',
  'ext',
  'iii',
  'vii',
  'xii',
  'xiv',
  'xvi',
  'xix',
  'viii',
]);

function readOrdinaryWord(scan: Scan, at: number): Token | undefined {
  const spoken = (matchAt(ORDINARY, scan, at) ?? matchAt(LONG, scan, at))?.[0];
  if (spoken === undefined || ABBREVIATED.has(spoken)) return undefined;
  return { start: at, end: at + spoken.length, spoken };
}

/** Three of the same sign are drawing, not speech; answers where the run ends. */
function skipDrawing(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if (text.charCodeAt(at + 1) !== sign || text.charCodeAt(at + 2) !== sign) return at;
  if (/[\p{L}\p{M}\p{N}]/u.test(codePointAt(text, at))) return at;
  let end = at + 3;
  while (text.charCodeAt(end) === sign) end++;
  return end;
}

const SPACE = 0x20;

/** Reads the prepared text from left to right, one token after the other. */
export function readTokens(text: string, locale: Locale): Token[] {
  const tokens: Token[] = [];
  const scan: Scan = { text, locale, tokens };
  for (let at = 0; at < text.length; ) {
    if (text.charCodeAt(at) === SPACE) {
      at++;
      continue;
    }
    const ordinary = readOrdinaryWord(scan, at);
    if (ordinary !== undefined) {
      tokens.push(ordinary);
      at = ordinary.end;
      continue;
    }
    const drawn = skipDrawing(text, at);
    if (drawn > at) {
      at = drawn;
      continue;
    }
    const match = readToken(scan, at);
    for (const token of match?.tokens ?? []) {
      if (token.spoken !== '') tokens.push(token);
    }
    at = match?.end ?? at + 1;
  }
  return tokens;
}
