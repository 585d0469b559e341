import { modifiesNoun } from './articles.ts';
import { readQuantity } from './quantity.ts';
import { looksAt, type Match, type Matcher, matchAt, type Scan, sayToken } from './scan.ts';
import { unitNames } from './unit-names.ts';

const SUPERSCRIPTS = new Map([
  ['²', 'square'],
  ['2', 'square'],
  ['³', 'cubic'],
  ['3', 'cubic'],
]);

/** Letters that are also words, articles or names: units only directly behind the number, or last. */
const AMBIGUOUS = new Set(Array.from('ABCFHJKMNRT'));

const SEPARATOR = /( ?)(-?)/uy;
const SYMBOL = /(?:sq\.? ?|cu\.? ?)?(?:°(?: ?[CFK](?![\p{L}\d]))?|[\p{L}Ω"'%‰]{1,9})/uy;
const EXPONENT = /[²³]|[23](?![\p{L}\d])/uy;
const DENOMINATOR = /\/(\p{L}{1,5})([²³]?)(?![\p{L}\d/])/uy;
const DOT = /\.(?!\p{L})/uy;
const WORD_FOLLOWS = / +\p{L}/uy;
const MEASURE_FOLLOWS =
  / (?:wide|long|tall|high|deep|thick|across|diameter|of (?:rain|snow)|by |x |×)/uy;
/** A quotation begun shortly before, which the mark then ends. */
const OPEN_QUOTE = /(?:^|[ (])"(?=\S)[^"]*$/;
const COMPOUND =
  /(?:[kcm]?m|mg|g|kg|[kMGT]?[Bb]|ft|mi|L)\/(?:hr?|s|dL|L|m|min|kg|day)(?![\p{L}\d])/uy;
const BOUNDARY = /(?![\p{L}\d])/uy;

interface Unit {
  end: number;
  one: string;
  many: string;
}

/** 5 km, 60 mph, 72°F, 10GB, 3 Mbps, 5 km/h, 20 m², 5–10%, 5-km: a number with its unit. */
export const matchMeasure: Matcher = (scan, at) => {
  const quantity = readQuantity(scan, at);
  if (quantity === undefined) return undefined;
  const separator = matchAt(SEPARATOR, scan, quantity.end);
  if (separator === null) return undefined;
  const [between, space, hyphen] = separator;
  if (space !== '' && hyphen !== '') return undefined;
  const unit = readUnit(scan, quantity.end + between.length, space !== '');
  if (unit === undefined) return undefined;
  const singular = quantity.one || hyphen !== '' || modifiesNoun(scan, at, unit.end);
  if (quantity.fraction && unit.many !== 'percent') {
    const part = quantity.spoken === 'one half' ? 'half' : `${quantity.spoken} of`;
    return measureToken(at, unit.end, `${part} ${article(unit.one)} ${unit.one}`, scan);
  }
  const spoken = `${quantity.spoken} ${singular ? unit.one : unit.many}`;
  return measureToken(at, unit.end, spoken, scan);
};

/** "km/h" without a number. */
export const matchUnitAlone: Matcher = (scan, at) => {
  const match = matchAt(COMPOUND, scan, at);
  const [above, below] = match?.[0].split('/') ?? [];
  const [, many] = unitNames(above ?? '', scan.locale) ?? [];
  const [per] = unitNames(below ?? '', scan.locale) ?? [];
  if (match === null || many === undefined || per === undefined) return undefined;
  return sayToken(at, at + match[0].length, `${many} per ${per}`);
};

/** A unit's full stop ("5 ft.") may end the sentence as well. */
function measureToken(start: number, end: number, spoken: string, scan: Scan): Match {
  const dotted = scan.text.charAt(end - 1) === '.';
  return sayToken(start, end, spoken, dotted ? { period: 'beforeCapital' } : {});
}

function article(noun: string): string {
  return /^(?:[aeio]|hour)/.test(noun) ? 'an' : 'a';
}

function readUnit(scan: Scan, at: number, spaced: boolean): Unit | undefined {
  const match = matchAt(SYMBOL, scan, at);
  if (match === null) return undefined;
  for (let length = match[0].length; length > 0; length--) {
    const symbol = match[0].slice(0, length);
    const unit = finishUnit(scan, at, symbol, spaced);
    if (unit !== undefined) return unit;
    if (/^\p{L}+$/u.test(symbol)) return undefined;
  }
  return undefined;
}

function finishUnit(scan: Scan, at: number, symbol: string, spaced: boolean): Unit | undefined {
  const prefix = /^(sq|cu)\.? ?(?=\p{L})/u.exec(symbol);
  const base = symbol.slice(prefix?.[0].length ?? 0).replaceAll(' ', '');
  const names = unitNames(base, scan.locale);
  if (names === undefined) return undefined;
  let end = at + symbol.length;
  let [one, many] = names;
  const power =
    prefix === null ? powerAt(scan, base, end) : prefix[1] === 'sq' ? 'square' : 'cubic';
  if (power !== '') {
    if (prefix === null) end++;
    one = `${power} ${one}`;
    many = `${power} ${many}`;
  }
  const per = matchAt(DENOMINATOR, scan, end);
  const below = unitNames(per?.[1] ?? '', scan.locale);
  if (per !== null && below !== undefined) {
    end += per[0].length;
    const squared = per[2] === '²' ? ' squared' : per[2] === '³' ? ' cubed' : '';
    const tail = ` per ${below[0]}${squared}`;
    return { end, one: one + tail, many: many + tail };
  }
  if (/\p{L}$/u.test(symbol) && !looksAt(BOUNDARY, scan, end)) return undefined;
  const dotted = /\p{L}$/u.test(symbol) && looksAt(DOT, scan, end);
  if (base === '"' && OPEN_QUOTE.test(scan.text.slice(Math.max(0, at - 80), at))) return undefined;
  if (!allowed(scan, base, end, spaced, dotted)) return undefined;
  return { end: dotted && hasDottedForm(base) ? end + 1 : end, one, many };
}

function powerAt(scan: Scan, base: string, end: number): string {
  if (!/^(?:[kcmdμn]?m|km|ft|in|mi|yd)$/u.test(base)) return '';
  return SUPERSCRIPTS.get(matchAt(EXPONENT, scan, end)?.[0] ?? '') ?? '';
}

/** Customary units are abbreviated with a full stop; symbols of the SI are not. */
function hasDottedForm(base: string): boolean {
  return /^(?:in|ft|yd|mi|oz|lbs?|pt|qt|gal|hrs?|mins?|secs?|yrs?|wks?|mos?|tbsp|tsp|sq|cu)$/.test(
    base,
  );
}

/** Whether the letters behind the number are a unit here, and not a word, an article or a name. */
function allowed(scan: Scan, base: string, end: number, spaced: boolean, dotted: boolean): boolean {
  if (!spaced) return base !== 'K' && base !== 'B';
  if (base === 'in') return dotted || looksAt(MEASURE_FOLLOWS, scan, end);
  if (base === "'" || base === '"') return false;
  if (base === 'st') return scan.locale === 'en-GB';
  if (!AMBIGUOUS.has(base)) return true;
  return !looksAt(WORD_FOLLOWS, scan, end);
}
