import { modifiesNoun } from './articles.ts';
import { countsMany } from './counted-nouns.ts';
import { NUMBER, readQuantity } from './quantity.ts';
import {
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  nextWord,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import type { Locale } from './spoken-word.ts';
import { isOne, verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

interface Currency {
  one: string;
  many: string;
  minorOne?: string;
  minorMany?: string;
}

const withCents = (one: string, many = `${one}s`): Currency => ({
  one,
  many,
  minorOne: 'cent',
  minorMany: 'cents',
});
const POUND: Currency = { one: 'pound', many: 'pounds', minorOne: 'penny', minorMany: 'pence' };
const EURO = withCents('euro');
const YEN: Currency = { one: 'yen', many: 'yen' };
const YUAN: Currency = { one: 'yuan', many: 'yuan' };
const RUPEE: Currency = { one: 'rupee', many: 'rupees', minorOne: 'paisa', minorMany: 'paise' };
const WON: Currency = { one: 'won', many: 'won' };
const FRANC: Currency = { one: 'Swiss franc', many: 'Swiss francs' };
const RUBLE: Currency = { one: 'ruble', many: 'rubles' };

const SYMBOLS = new Map<string, Currency>([
  ['$', withCents('dollar')],
  ['US$', withCents('U S dollar')],
  ['A$', withCents('Australian dollar')],
  ['AU$', withCents('Australian dollar')],
  ['C$', withCents('Canadian dollar')],
  ['CA$', withCents('Canadian dollar')],
  ['NZ$', withCents('New Zealand dollar')],
  ['HK$', withCents('Hong Kong dollar')],
  ['S$', withCents('Singapore dollar')],
  ['R$', withCents('real', 'reais')],
  ['£', POUND],
  ['€', EURO],
  ['Euro', EURO],
  ['¥', YEN],
  ['CN¥', YUAN],
  ['₹', RUPEE],
  ['Rs', RUPEE],
  ['Rs.', RUPEE],
  ['₩', WON],
  ['₽', RUBLE],
  ['₺', { one: 'lira', many: 'lira' }],
  ['₴', { one: 'hryvnia', many: 'hryvnias' }],
  ['₪', { one: 'shekel', many: 'shekels' }],
  ['₦', { one: 'naira', many: 'naira' }],
  ['₱', { one: 'peso', many: 'pesos' }],
  ['₫', { one: 'dong', many: 'dong' }],
  ['฿', { one: 'baht', many: 'baht' }],
  ['₿', { one: 'bitcoin', many: 'bitcoins' }],
]);
const CODES = new Map<string, Currency>([
  ['USD', withCents('U S dollar')],
  ['CAD', withCents('Canadian dollar')],
  ['AUD', withCents('Australian dollar')],
  ['NZD', withCents('New Zealand dollar')],
  ['EUR', EURO],
  ['GBP', POUND],
  ['JPY', YEN],
  ['CNY', YUAN],
  ['INR', RUPEE],
  ['KRW', WON],
  ['CHF', FRANC],
  ['RUB', RUBLE],
]);

const MAGNITUDES = new Map([
  ['k', 'thousand'],
  ['K', 'thousand'],
  ['thousand', 'thousand'],
  ['m', 'million'],
  ['M', 'million'],
  ['mn', 'million'],
  ['mln', 'million'],
  ['mil', 'million'],
  ['Mio', 'million'],
  ['Mrd', 'billion'],
  ['MM', 'million'],
  ['million', 'million'],
  ['b', 'billion'],
  ['B', 'billion'],
  ['bn', 'billion'],
  ['Bn', 'billion'],
  ['billion', 'billion'],
  ['t', 'trillion'],
  ['T', 'trillion'],
  ['tn', 'trillion'],
  ['trn', 'trillion'],
  ['trillion', 'trillion'],
  ['lakh', 'lakh'],
  ['crore', 'crore'],
]);
const PER = new Map([
  ['hr', 'hour'],
  ['h', 'hour'],
  ['hour', 'hour'],
  ['day', 'day'],
  ['night', 'night'],
  ['week', 'week'],
  ['wk', 'week'],
  ['month', 'month'],
  ['mo', 'month'],
  ['year', 'year'],
  ['yr', 'year'],
  ['min', 'minute'],
  ['kg', 'kilogram'],
  ['lb', 'pound'],
  ['user', 'user'],
  ['person', 'person'],
  ['unit', 'unit'],
  ['share', 'share'],
  ['barrel', 'barrel'],
  ['bbl', 'barrel'],
  ['oz', 'ounce'],
  ['gal', 'gallon'],
  ['ton', 'ton'],
  ['tonne', 'tonne'],
  ['t', 'tonne'],
  ['head', 'head'],
  ['seat', 'seat'],
  ['kWh', 'kilowatt hour'],
  ['GB', 'gigabyte'],
  ['p/h', 'hour'],
  ['p/d', 'day'],
  ['p/w', 'week'],
  ['pw', 'week'],
  ['p/m', 'month'],
  ['pcm', 'calendar month'],
  ['p.a.', 'annum'],
  ['pa', 'annum'],
  ['pp', 'person'],
  ['ppn', 'person per night'],
  ['pppn', 'person per night'],
]);

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

const BARE_MAGNITUDE = new RegExp(
  String.raw`(${NUMBER})(?:([kKMBm])|(bn|mn|tn|trn|Bn|mln))(?![\p{L}\d'/])`,
  'uy',
);
/** "50-60k", "1.2–1.5bn" */
const MAGNITUDE_RANGE = /(\d{1,3}(?:\.\d)?)[-–](\d{1,3}(?:\.\d)?)(k|bn|mn|tn)(?![\p{L}\d'/])/uy;
const DISPLAY =
  / (?:TV|tv|[Vv]ideo|resolution|display|monitor|screen|UHD|HDR|[Cc]amera|footage|run|race)\b/uy;

/** "4B" is soft, "2B or not 2B" a pun on it. */
const PENCIL = / (?:pencils?|graphite|leads?|or (?:not |an? )?(?:\d?[HB]|HB))(?![\p{L}\d])/uy;

/** "3M" is a company where nothing is counted: "works at 3M", "3M's tape", "3M shares fell". */
const COMPANY_BEFORE =
  /\b(?:(?:employed|engineers?|jobs?|work(?:s|ed|ing)?) (?:at|by|for)|joined|sued) $/i;
const COMPANY_BEHIND =
  /'s(?!\p{L})| (?:Co\.?|Company|Corp\.?|announced?s?|cuts?|employees?|said|says|makes?|made|products?|recalls?|settles?|settled|stock|tape|shares (?:are|drop|fall|fell|gain|jump|rise|rose|slid|slip|were)\p{L}*)(?!\p{L})/uy;

function isCompany(scan: Scan, at: number, end: number): boolean {
  if (scan.text.slice(at, end) !== '3M') return false;
  if (looksAt(COMPANY_BEHIND, scan, end)) return true;
  return COMPANY_BEFORE.test(scan.text.slice(Math.max(0, at - 24), at));
}

/** "221B Baker Street" is a house. */
const NAME_FOLLOWS = / \p{Lu}\p{Ll}/uy;

/** "ran a 5K": five kilometres have no plural behind them. */
function isRace(scan: Scan, at: number, end: number): boolean {
  const first = /^(?:a|the|my|his|her|our|their|first)$/i.test(previousWord(scan, at));
  return first && !/s$/.test(nextWord(scan, end));
}

/** 10k, 5M, 1.2bn, "3m people": a magnitude without a currency. */
export const matchMagnitude: Matcher = (scan, at) => {
  const range = /[-–]/.test(scan.text.slice(at, at + 6))
    ? matchAt(MAGNITUDE_RANGE, scan, at)
    : null;
  if (range !== null) {
    const [written, low, high, scale] = range;
    const [from, to] = [low, high].map((number) => verbaliseNumber(number, scan.locale));
    return sayToken(at, at + written.length, `${from} to ${to} ${MAGNITUDES.get(scale)}`);
  }
  const match = matchAt(BARE_MAGNITUDE, scan, at);
  if (match === null) return undefined;
  const [written, number, letter, longer] = match;
  const end = at + written.length;
  if (/^[1-9]\d?B$/.test(written) && looksAt(PENCIL, scan, end)) return undefined;
  if (looksAt(DISPLAY, scan, end) || /^[48]K$/.test(written)) return undefined;
  if (isCompany(scan, at, end)) return undefined;
  if (letter === 'm' && !countsMany(scan, end)) return undefined;
  if (letter === 'K' && isRace(scan, at, end)) return undefined;
  const named =
    looksAt(NAME_FOLLOWS, scan, end) ||
    (/[\p{L}\d]-$/u.test(scan.text.slice(Math.max(0, at - 2), at)) &&
      scan.tokens.at(-1)?.spoken !== 'to');
  if (letter !== undefined && named) return undefined;
  const word = MAGNITUDES.get(letter ?? longer ?? '');
  return sayToken(at, end, `${verbaliseNumber(number, scan.locale)} ${word}`);
};

const SYMBOL_ALONE = /[$£€¥₹₩₽₺₴₪₦₱₫฿₿¢]/uy;

/** A currency sign without an amount is read by its name. */
export const matchCurrencySign: Matcher = (scan, at) => {
  const match = matchAt(SYMBOL_ALONE, scan, at);
  if (match === null) return undefined;
  const spoken = match[0] === '¢' ? 'cent' : (SYMBOLS.get(match[0])?.one ?? '');
  return sayToken(at, at + 1, spoken);
};
