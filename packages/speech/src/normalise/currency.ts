import { modifiesNoun } from './articles.ts';
import { CODES, type Currency, PER, POUND, SYMBOLS } from './currencies.ts';
import { MAGNITUDES } from './magnitudes.ts';
import { readQuantity } from './quantity.ts';
import { looksAt, type Match, type Matcher, matchAt, type Scan, sayToken } from './scan.ts';
import type { Locale } from './spoken-word.ts';
import { isOne, verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

const SYMBOL_SOURCE = String.raw`(?:US|AU|A|CA|C|NZ|HK|S|R)?\$|CN¥|Rs(?=[. ]? ?\d)\.?|[£€¥₹₩₽₺₴₪₦₱₫฿₿]`;
const CODE_SOURCE = [...CODES.keys()].join('|');
const LEADING = new RegExp(
  String.raw`(?:(${SYMBOL_SOURCE})|(?<!/)(${CODE_SOURCE})(?= ?\d)) ?(?=[\d.½])`,
  'uy',
);
const LEADING_AGAIN = new RegExp(String.raw` ?[-–—] ?(?:${SYMBOL_SOURCE})(?=\d)`, 'uy');
const TRAILING = new RegExp(
  String.raw` ?(?:([€£₹₽₺₴₪₫฿]|(?<=M(?:io|rd)\.? )Euro)|(${CODE_SOURCE}))(?![\p{L}\d])`,
  'uy',
);
const MAGNITUDE =
  /(?:[ -]?(thousand|million|billion|trillion|lakh|crore)|(k|K|m|M|mn|mln|mil|MM|b|B|bn|Bn|t|T|tn|trn)| ?(Mio|Mrd)\.?)(?![\p{L}\d])/uy;
const MINOR = /(\d{1,4}(?:\.\d{1,2})?) ?(¢|p(?=[^\p{L}\d]|$)|c(?=[^\p{L}\d]|$))/uy;
const PER_UNIT = /(?:\/| per )(\p{L}{1,6})(?![\p{L}\d/])/uy;
/** Rents and rates: "£950 pcm", "£9.99 p/m", "£30,000 p.a.". */
const RATE = / ?(p\/h|p\/d|p\/w|p\/m|p\.a\.|pcm|pppn|ppn|pp|pw|pa)(?![\p{L}\d])/uy;
const HYPHEN = /-(?=\p{L})/uy;
/** Some write the sign at either end: "£1.20p". */
const SECOND_SIGN = /p(?![\p{L}\d])/uy;
/** Heights of pictures: "1080p" is not money. */
const SCAN_LINES = new Set(['144', '240', '360', '480', '540', '720', '1080', '1440', '2160']);

/** $3.50, £1.2bn, US$5 million, €5–10, USD 20, 20 €, 50¢, 20p, $15/hr. */
export const matchCurrency: Matcher = (scan, at) =>
  matchLeading(scan, at) ?? matchMinor(scan, at) ?? matchTrailing(scan, at);

function matchLeading(scan: Scan, at: number): Match | undefined {
  const match = matchAt(LEADING, scan, at);
  if (match === null) return undefined;
  const currency = SYMBOLS.get(match[1] ?? '') ?? CODES.get(match[2] ?? '');
  if (currency === undefined) return undefined;
  return finishAmount(scan, at, at + match[0].length, currency);
}

function matchTrailing(scan: Scan, at: number): Match | undefined {
  const quantity = readQuantity(scan, at);
  if (quantity === undefined) return undefined;
  const magnitude = matchAt(MAGNITUDE, scan, quantity.end);
  const numberEnd = quantity.end + (magnitude?.[0].length ?? 0);
  const match = matchAt(TRAILING, scan, numberEnd);
  if (match === null) return undefined;
  const currency = SYMBOLS.get(match[1] ?? '') ?? CODES.get(match[2] ?? '');
  if (currency === undefined) return undefined;
  const end = numberEnd + match[0].length;
  const spoken = amountWords(scan, at, quantity.end, magnitude, currency, false);
  return spokenAmount(at, end, spoken);
}

function finishAmount(
  scan: Scan,
  at: number,
  number: number,
  currency: Currency,
): Match | undefined {
  const quantity = readQuantity(scan, number);
  if (quantity === undefined) return undefined;
  let magnitude = matchAt(MAGNITUDE, scan, quantity.end);
  let end = quantity.end + (magnitude?.[0].length ?? 0);
  let low = '';
  const again = matchAt(LEADING_AGAIN, scan, end);
  let from = number;
  if (again !== null) {
    const second = readQuantity(scan, end + again[0].length);
    if (second !== undefined) {
      const lowScale = magnitudeWord(magnitude);
      const written = scan.text.slice(number, quantity.end);
      // "$1.10–$1.15": both ends have cents.
      low = /\.\d\d$/.test(written)
        ? `${amountWords(scan, number, quantity.end, magnitude, currency, false)} to `
        : `${quantity.spoken}${lowScale} to `;
      from = end + again[0].length;
      magnitude = matchAt(MAGNITUDE, scan, second.end);
      end = second.end + (magnitude?.[0].length ?? 0);
    }
  }
  const hyphened = magnitude?.[0].startsWith('-') === true;
  const singular = hyphened || looksAt(HYPHEN, scan, end) || modifiesNoun(scan, at, end);
  const numberEnd = end - (magnitude?.[0].length ?? 0);
  const amount = low + amountWords(scan, from, numberEnd, magnitude, currency, singular);
  if (currency === POUND && looksAt(SECOND_SIGN, scan, end)) end++;
  const rate = readRate(matchAt(PER_UNIT, scan, end) ?? matchAt(RATE, scan, end));
  return spokenAmount(at, end + rate.length, amount + rate.spoken);
}

/** What stands behind an amount, where it is for a unit that is known; nothing otherwise. */
function readRate(match: RegExpExecArray | null): { length: number; spoken: string } {
  const unit = PER.get(match?.[1] ?? '');
  if (match === null || unit === undefined) return { length: 0, spoken: '' };
  return { length: match[0].length, spoken: ` per ${unit}` };
}

function amountWords(
  scan: Scan,
  start: number,
  end: number,
  magnitude: RegExpExecArray | null,
  currency: Currency,
  singular: boolean,
): string {
  const written = scan.text.slice(start, end);
  const scale = magnitudeWord(magnitude);
  const exact = /^([\d,]{0,20})\.(\d\d)$/.exec(written);
  if (exact !== null && scale === '' && currency.minorOne !== undefined) {
    return coins(exact[1] === '' ? '0' : exact[1], exact[2], currency, scan.locale);
  }
  const quantity = readQuantity(scan, start);
  const one = singular || (isOne(written) && scale === '');
  return `${quantity?.spoken ?? ''}${scale} ${one ? currency.one : currency.many}`;
}

function magnitudeWord(magnitude: RegExpExecArray | null): string {
  const word = MAGNITUDES.get(magnitude?.[1] ?? magnitude?.[2] ?? magnitude?.[3] ?? '');
  return word === undefined ? '' : ` ${word}`;
}

function coins(whole: string, minor: string, currency: Currency, locale: Locale): string {
  const parts: string[] = [];
  if (Number(whole.replaceAll(',', '')) > 0 || minor === '00') {
    parts.push(`${verbaliseInteger(whole, locale)} ${isOne(whole) ? currency.one : currency.many}`);
  }
  if (minor !== '00') {
    const count = String(Number(minor));
    const name = isOne(count) ? currency.minorOne : currency.minorMany;
    parts.push(`${verbaliseInteger(count, locale)} ${name}`);
  }
  return parts.join(' and ');
}

function matchMinor(scan: Scan, at: number): Match | undefined {
  const match = matchAt(MINOR, scan, at);
  if (match === null) return undefined;
  const [written, amount, mark] = match;
  if (mark !== '¢' && (written.includes(' ') || SCAN_LINES.has(amount))) return undefined;
  const pence = mark === 'p';
  if (pence && scan.locale === 'en-US' && Number(amount) > 99) return undefined;
  const [one, many] = pence ? ['penny', 'pence'] : ['cent', 'cents'];
  const end = at + written.length;
  const rate = readRate(matchAt(PER_UNIT, scan, end));
  const spoken = `${verbaliseNumber(amount, scan.locale)} ${isOne(amount) ? one : many}${rate.spoken}`;
  return sayToken(at, end + rate.length, spoken);
}

function spokenAmount(start: number, end: number, spoken: string): Match {
  const letters = spoken.includes('U S ') ? { letters: true as const } : {};
  return sayToken(start, end, spoken, letters);
}

const SYMBOL_ALONE = /[$£€¥₹₩₽₺₴₪₦₱₫฿₿¢]/uy;

/** A currency sign without an amount is read by its name. */
export const matchCurrencySign: Matcher = (scan, at) => {
  const match = matchAt(SYMBOL_ALONE, scan, at);
  if (match === null) return undefined;
  const spoken = match[0] === '¢' ? 'cent' : (SYMBOLS.get(match[0])?.one ?? '');
  return sayToken(at, at + 1, spoken);
};
