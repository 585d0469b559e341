import { matchAt, type Scan } from './scan.ts';
import { isOne, verbaliseInteger, verbaliseNumber, verbaliseOrdinal } from './verbalise-number.ts';

/** A number as written in front of a unit, a currency's magnitude or a noun. */
export interface Quantity {
  end: number;
  spoken: string;
  /** Exactly one: what is counted stays singular. */
  one: boolean;
  /** Less than one and written as a fraction: "half a mile". */
  fraction: boolean;
}

/** Digits with thousands commas and decimals, as the source of a pattern. */
export const NUMBER = String.raw`(?:(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,2}(?:,\d{2}){1,4},\d{3}|\d{1,15})(?:\.\d{1,12})?|\.\d{1,12})(?!\d)`;

const FRACTION_SIGNS = new Map([
  ['½', [1, 2]],
  ['⅓', [1, 3]],
  ['⅔', [2, 3]],
  ['¼', [1, 4]],
  ['¾', [3, 4]],
  ['⅕', [1, 5]],
  ['⅖', [2, 5]],
  ['⅗', [3, 5]],
  ['⅘', [4, 5]],
  ['⅙', [1, 6]],
  ['⅚', [5, 6]],
  ['⅐', [1, 7]],
  ['⅛', [1, 8]],
  ['⅜', [3, 8]],
  ['⅝', [5, 8]],
  ['⅞', [7, 8]],
  ['⅑', [1, 9]],
  ['⅒', [1, 10]],
]);

export const FRACTION_SIGN = `[${[...FRACTION_SIGNS.keys()].join('')}]`;

const SIGNED_FRACTION = new RegExp(String.raw`(\d{1,6})? ?(${FRACTION_SIGN})`, 'uy');
const WRITTEN_FRACTION = /(?:(\d{1,3})[ -])?(\d{1,3})\/(\d{1,4})(?![\d/.,]\d|\d|\/)/uy;
const EXPONENT = new RegExp(
  String.raw`(${NUMBER.replace('(?!\\d)', '')})[eE]([+-]?)(\d{1,3})(?![\p{L}\d])`,
  'uy',
);
const PLAIN = new RegExp(NUMBER, 'uy');
const RANGE_SIGN = /(?:[–—-]| [–—-] )(?=[\d.½¼¾])/uy;

/** "3", "1,250.50", "2½", "1 1/2", "¾", "1e6": one number, without its sign. */
export function readNumber(scan: Scan, at: number): Quantity | undefined {
  return (
    readSignedFraction(scan, at) ??
    readWrittenFraction(scan, at) ??
    readExponent(scan, at) ??
    readPlain(scan, at)
  );
}

/** A number, or a range of two ("5–10" → "five to ten"). */
export function readQuantity(scan: Scan, at: number): Quantity | undefined {
  const low = readNumber(scan, at);
  if (low === undefined) return undefined;
  const sign = matchAt(RANGE_SIGN, scan, low.end);
  if (sign === null) return low;
  const high = readNumber(scan, low.end + sign[0].length);
  if (high === undefined) return low;
  return { end: high.end, spoken: `${low.spoken} to ${high.spoken}`, one: false, fraction: false };
}

function readPlain(scan: Scan, at: number): Quantity | undefined {
  const match = matchAt(PLAIN, scan, at);
  if (match === null) return undefined;
  const [written] = match;
  return {
    end: at + written.length,
    spoken: verbaliseNumber(written, scan.locale),
    one: isOne(written),
    fraction: false,
  };
}

function readExponent(scan: Scan, at: number): Quantity | undefined {
  const match = matchAt(EXPONENT, scan, at);
  if (match === null) return undefined;
  const [written, mantissa, sign, exponent] = match;
  const power = verbaliseInteger(String(Number(exponent)), scan.locale);
  return {
    end: at + written.length,
    spoken: `${verbaliseNumber(mantissa, scan.locale)} times ten to the power of ${sign === '-' ? 'minus ' : ''}${power}`,
    one: false,
    fraction: false,
  };
}

function readSignedFraction(scan: Scan, at: number): Quantity | undefined {
  const match = matchAt(SIGNED_FRACTION, scan, at);
  if (match === null) return undefined;
  const [written, whole, sign] = match;
  const [numerator, denominator] = FRACTION_SIGNS.get(sign) ?? [1, 2];
  return mixedNumber(scan, at + written.length, whole, String(numerator), String(denominator));
}

function readWrittenFraction(scan: Scan, at: number): Quantity | undefined {
  const match = matchAt(WRITTEN_FRACTION, scan, at);
  if (match === null) return undefined;
  const [written, whole, numerator, denominator] = match;
  if (!isProperFraction(numerator, denominator)) return undefined;
  return mixedNumber(scan, at + written.length, whole, numerator, denominator);
}

function isProperFraction(numerator: string, denominator: string): boolean {
  const below = Number(denominator);
  const common = below <= 16 || [20, 32, 50, 64, 100, 128, 1000].includes(below);
  return !numerator.startsWith('0') && common && below > 1 && Number(numerator) < below;
}

function mixedNumber(
  scan: Scan,
  end: number,
  whole: string | undefined,
  numerator: string,
  denominator: string,
): Quantity {
  const part = verbaliseFraction(numerator, denominator, scan);
  if (whole === undefined) return { end, spoken: part, one: false, fraction: true };
  const rest = part === 'one half' ? 'a half' : part === 'one quarter' ? 'a quarter' : part;
  const spoken = `${verbaliseInteger(whole, scan.locale)} and ${rest}`;
  return { end, spoken, one: false, fraction: false };
}

function verbaliseFraction(numerator: string, denominator: string, scan: Scan): string {
  const many = numerator !== '1';
  const count = verbaliseInteger(numerator, scan.locale);
  if (denominator === '2') return `${count} half`;
  const part = denominator === '4' ? 'quarter' : verbaliseOrdinal(denominator, scan.locale);
  return `${count} ${part}${many ? 's' : ''}`;
}
