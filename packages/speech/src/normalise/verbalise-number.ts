import { toCardinal as toBritish } from 'n2words/en-GB';
import { toCardinal as toAmerican } from 'n2words/en-US';
import type { Locale } from './spoken-word.ts';

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Whole numbers with more digits than this are read digit by digit. */
export const MOST_CARDINAL_DIGITS = 15;

/** "105" → "one hundred (and) five"; commas allowed; leading zeros and huge numbers digit by digit. */
export function verbaliseInteger(written: string, locale: Locale): string {
  const digits = written.replaceAll(',', '');
  if (digits.length > MOST_CARDINAL_DIGITS || /^0\d/.test(digits)) return verbaliseDigits(digits);
  return locale === 'en-GB' ? toBritish(digits) : toAmerican(digits);
}

/** "205" → "two zero five"; everything but digits is ignored. */
export function verbaliseDigits(written: string, zero = 'zero'): string {
  return Array.from(written.replaceAll(/\D/g, ''), (digit) =>
    digit === '0' ? zero : DIGITS[Number(digit)],
  ).join(' ');
}

/** "1,234.50" → "one thousand two hundred thirty-four point five zero"; ".5" → "point five". */
export function verbaliseNumber(written: string, locale: Locale): string {
  const [whole = '', decimals] = written.split('.');
  const parts = whole === '' ? [] : [verbaliseInteger(whole, locale)];
  if (decimals !== undefined) parts.push('point', verbaliseDigits(decimals));
  return parts.join(' ');
}

const IRREGULAR_ORDINALS = new Map([
  ['one', 'first'],
  ['two', 'second'],
  ['three', 'third'],
  ['five', 'fifth'],
  ['eight', 'eighth'],
  ['nine', 'ninth'],
  ['twelve', 'twelfth'],
]);

/** "21" → "twenty-first". */
export function verbaliseOrdinal(written: string, locale: Locale): string {
  return toOrdinalWords(verbaliseInteger(written, locale));
}

function toOrdinalWords(cardinal: string): string {
  return cardinal.replace(/[a-z]+$/, (last) => {
    const irregular = IRREGULAR_ORDINALS.get(last);
    return irregular ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  });
}

/** Makes the last word plural: "nineteen ninety" → "nineteen nineties", "six" → "sixes". */
export function pluraliseNumber(words: string): string {
  if (words.endsWith('y')) return `${words.slice(0, -1)}ies`;
  return words.endsWith('x') ? `${words}es` : `${words}s`;
}

/** The two digits of a year, a time or a model number: "05" → "oh five", "24" → "twenty-four". */
export function verbaliseTwoDigits(written: string, locale: Locale): string {
  return written.startsWith('0')
    ? `oh ${verbaliseInteger(written.slice(1), locale)}`
    : verbaliseInteger(written, locale);
}

/** Years of one to four digits: "1905" → "nineteen oh five", "2005" → "two thousand (and) five". */
export function verbaliseYear(written: string, locale: Locale): string {
  if (written.length !== 4 || /^.00|^0/.test(written)) return verbaliseInteger(written, locale);
  const century = verbaliseInteger(written.slice(0, 2), locale);
  if (written.endsWith('00')) return `${century} hundred`;
  return `${century} ${verbaliseTwoDigits(written.slice(2), locale)}`;
}

/** Model and room numbers: "747" → "seven forty-seven", "4090" → "forty ninety", "101" → "one oh one". */
export function verbaliseCode(written: string, locale: Locale): string {
  if (written.length < 3 || /^\d0+$/.test(written)) return verbaliseInteger(written, locale);
  if (written.length > 4 || written.startsWith('0')) return verbaliseDigits(written);
  const head = written.slice(0, -2);
  const tail = written.slice(-2);
  if (tail === '00') return `${verbaliseInteger(head, locale)} hundred`;
  return `${verbaliseInteger(head, locale)} ${verbaliseTwoDigits(tail, locale)}`;
}

/** "three dollars", "one dollar": the plural unless the number written is exactly one. */
export function isOne(written: string): boolean {
  return written === '1';
}
