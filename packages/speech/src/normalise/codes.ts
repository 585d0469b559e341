import { sayDigitGroups } from './phone.ts';
import {
  type Match,
  type Matcher,
  matchAt,
  previousWord,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { spellLetters } from './verbalise-letters.ts';
import {
  verbaliseCode,
  verbaliseDigits,
  verbaliseInteger,
  verbaliseNumber,
  verbaliseYear,
} from './verbalise-number.ts';

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\p{L}\d])/iuy;
const HARDWARE = /[\da-f]{2}(?:([:-])[\da-f]{2})(?:\1[\da-f]{2}){4}(?![\p{L}\d])/iuy;
const IP_SIX =
  /(?=[\da-f:]*\d)[\da-f]{1,4}(?:(?::[\da-f]{1,4}){7}|(?::[\da-f]{1,4}){0,6}::(?:[\da-f]{1,4}(?::[\da-f]{1,4}){0,6})?)(?![\p{L}\d:])/iuy;
const HEXADECIMAL = /0x([\da-f]{2,16})(?![\p{L}\d])/iuy;
const OTHER_BASE = /0(?:(b)([01]{1,32})|(o)([0-7]{1,22}))(?![\p{L}\d])/iuy;
const WEAKNESS = /CVE-(\d{4})-(\d{4,7})(?![\p{L}\d])/uy;
/** "f/2.8": of a lens. */
const APERTURE = /[fF]\/(\d{1,2}(?:\.\d)?)(?![\p{L}\d/]|\.\d)/uy;
/** "i9-14900K": one of Intel's. */
const PROCESSOR = /i[3579]-(\d{1,2})(\d{3})([A-Z]{0,2})(?![\p{L}\d])/uy;
/** "ISO 9001:2015": a standard and its year. */
const STANDARD = /(\d{3,6}):((?:19|20)\d\d)(?![\p{L}\d:])/uy;
const BOOK_NUMBER = /(?:\d{1,7}[- ]?){3,5}[\dX](?![\p{L}\d])/uy;

/** A UUID is read character by character, group by group; so is what stands behind "ISBN". */
export const matchIdentifier: Matcher = (scan, at) => {
  if (/^(?:ISBN|ISSN|IBAN):?$/.test(previousWord(scan, at))) {
    const book = matchAt(BOOK_NUMBER, scan, at);
    if (book !== null && !book[0].endsWith('X')) return sayDigitGroups(scan, at, book[0]);
  }
  if (/^(?:ISO|IEC|EN|BS|DIN|ASTM)$/.test(previousWord(scan, at))) {
    const standard = matchAt(STANDARD, scan, at);
    if (standard !== null) return sayStandard(scan, at, standard);
  }
  const aperture = scan.text.charAt(at + 1) === '/' ? matchAt(APERTURE, scan, at) : null;
  if (aperture !== null) {
    const spoken = `F ${verbaliseNumber(aperture[1], scan.locale)}`;
    return sayToken(at, at + aperture[0].length, spoken, { letters: true });
  }
  const processor = scan.text.startsWith('i', at) ? matchAt(PROCESSOR, scan, at) : null;
  if (processor !== null) return sayProcessor(scan, at, processor);
  const weakness = scan.text.startsWith('CVE-', at) ? matchAt(WEAKNESS, scan, at) : null;
  if (weakness !== null) return sayWeakness(scan, at, weakness);
  const other = scan.text.startsWith('0', at) ? matchAt(OTHER_BASE, scan, at) : null;
  if (other !== null) {
    const [written, binary, bits, octal, eights] = other;
    const spoken = `zero ${(binary ?? octal).toUpperCase()} ${verbaliseDigits(bits ?? eights)}`;
    return sayToken(at, at + written.length, spoken, { letters: true });
  }
  const hexadecimal = matchAt(HEXADECIMAL, scan, at);
  if (hexadecimal !== null) {
    const end = at + hexadecimal[0].length;
    const spoken = `zero X ${spellSigns(hexadecimal[1])}`;
    return { end, tokens: [{ start: at, end, spoken, letters: true }] };
  }
  const colons = matchAt(HARDWARE, scan, at) ?? matchAt(IP_SIX, scan, at);
  if (colons !== null) return sayAddress(at, colons[0]);
  const match = matchAt(UUID, scan, at);
  if (match === null) return undefined;
  const tokens: Token[] = [];
  for (const group of match[0].matchAll(/-?([\da-f]+)/gi)) {
    const start = at + group.index;
    const spoken = spellSigns(group[1]);
    tokens.push({ start, end: start + group[0].length, spoken, letters: true, pauseAfter: true });
  }
  const last = tokens.at(-1);
  if (last !== undefined) delete last.pauseAfter;
  return { end: at + match[0].length, tokens };
};

function sayStandard(scan: Scan, at: number, [written, number, year]: RegExpExecArray): Match {
  const colon = at + number.length;
  const end = at + written.length;
  return {
    end,
    tokens: [
      { start: at, end: colon, spoken: verbaliseInteger(number, scan.locale) },
      { start: colon, end, spoken: verbaliseYear(year, scan.locale) },
    ],
  };
}

/** "i9-14900K" → "I nine fourteen nine hundred K", "i7-8700" → "I seven eighty-seven hundred". */
function sayProcessor(
  scan: Scan,
  at: number,
  [written, generation, model, kind]: RegExpExecArray,
): Match {
  const number = generation + model;
  const said =
    number.length === 4
      ? verbaliseCode(number, scan.locale)
      : `${verbaliseInteger(generation, scan.locale)} ${verbaliseCode(model, scan.locale)}`;
  const spoken = `I ${verbaliseInteger(written.charAt(1), scan.locale)} ${said} ${spellLetters(kind)}`;
  return sayToken(at, at + written.length, spoken.trim(), { letters: true });
}

/** CVE-2024-3094: a year and a number that counts nothing. */
function sayWeakness(scan: Scan, at: number, [written, year, number]: RegExpExecArray): Match {
  const end = at + written.length;
  const second = end - number.length;
  const first = second - year.length - 1;
  return {
    end,
    tokens: [
      { start: at, end: first - 1, spoken: 'C V E', letters: true },
      { start: first, end: second - 1, spoken: verbaliseYear(year, scan.locale) },
      { start: second, end, spoken: verbaliseDigits(number) },
    ],
  };
}

/** 00:1A:2B:3C:4D:5E, 2001:db8::1: sign by sign. */
function sayAddress(at: number, written: string): Match {
  const tokens: Token[] = [];
  for (const group of written.matchAll(/([:-]*)([\da-f]*)/gi)) {
    const colons = Array.from(group[1], (mark) => (mark === ':' ? 'colon' : 'dash'));
    const spoken = [...colons, spellSigns(group[2])].join(' ').trim();
    const start = at + group.index;
    if (spoken !== '') tokens.push({ start, end: start + group[0].length, spoken, letters: true });
  }
  return { end: at + written.length, tokens };
}

function spellSigns(group: string): string {
  return Array.from(group, (sign) =>
    /\d/.test(sign) ? verbaliseDigits(sign) : sign.toUpperCase(),
  ).join(' ');
}

const CODE_WORDS =
  /^(?:code|pin|zip|zip code|postcode|password|passcode|ext\.?|extension|extn\.?|otp|account|serial)$/i;
const DIGITS = /(?:\d{3} \d{3}|\d{3,10})(?![\p{L}\d]|[.,]\d| \d)/uy;
const ORDER = /(?:\d{5,12}|\d{3,5}(?:-\d{5,8}){1,3})(?![\p{L}\d]|[.,]\d)/uy;
const IS = / ?(?:is|:|number|no\.) ?$/;

/** Digits behind "code", "PIN", "extension" and the like are read one at a time. */
export const matchDigitCode: Matcher = (scan, at) => {
  const order = scan.text.charAt(at - 1) === '#' ? matchAt(ORDER, scan, at) : null;
  if (order !== null) return sayDigitGroups(scan, at, order[0]);
  const previous = previousWord(scan, at);
  const known =
    CODE_WORDS.test(previous) || followsCodeWord(scan, at, previous) || endsCard(scan, at);
  if (!known) return undefined;
  const match = matchAt(DIGITS, scan, at);
  return match === null ? undefined : sayDigitGroups(scan, at, match[0]);
};

/** "card ending in 4242" */
function endsCard(scan: Scan, at: number): boolean {
  return /\b(?:card|account)(?: number)? ending (?:in |with )?$/i.test(
    scan.text.slice(Math.max(0, at - 40), at),
  );
}

function followsCodeWord(scan: Scan, at: number, previous: string): boolean {
  if (previous !== 'is' && previous !== 'number' && scan.text.charAt(at - 2) !== ':') return false;
  if (!IS.test(scan.text.slice(Math.max(0, at - 12), at)) && previous !== 'is') return false;
  const before = scan.tokens.at(scan.text.charAt(at - 2) === ':' ? -1 : -2);
  return before !== undefined && CODE_WORDS.test(scan.text.slice(before.start, before.end));
}
