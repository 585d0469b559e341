import {
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  previousWord,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { verbaliseOrdinal, verbaliseYear } from './verbalise-number.ts';

const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
/** A month by its name or abbreviation, as the source of a pattern. */
export const MONTH_SOURCE =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|' +
  'JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)';

/** A weekday's whole name, as the source of a pattern. */
export const WEEKDAY_NAME = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?';

const MONTH_ALONE = new RegExp(`(${MONTH_SOURCE})(\\.?)(?![\\p{L}\\d])`, 'uy');
const DAY_BEHIND =
  /(,? )(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\p{L}\d%°:/]|[.,]\d| ?(?:[ap]\.?m|km|kg|%|million|billion|percent)\b)/uy;
const DAY_RANGE = /( ?[–-] ?)(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\p{L}\d%/-])/uy;
const YEAR_BEHIND = /,? ('?)([12]\d{3})(?![\p{L}\d%°/]|[,:]\d|\.\d)/uy;
const DAY_FIRST = new RegExp(
  `(0?[1-9]|[12]\\d|3[01])(st|nd|rd|th)?(?:( ?[–-] ?)(0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?)?( |-| of )(?=${MONTH_SOURCE}(?![\\p{L}\\d]))`,
  'uy',
);
const ISO =
  /((?:19|20)\d\d(?=\.)|\d{4}(?!\.))([-/.])(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d|-\d)(?:T(?=\d\d:))?/uy;
const NUMERIC = /(\d{1,2})([/.-])(\d{1,2})\2((?:1[5-9]|20|21)\d\d|\d\d)(?![\p{L}\d/-]|\.\d)/uy;
const MONTH_AND_YEAR = /(0[1-9]|1[0-2])\/((?:19|20)\d\d)(?![\p{L}\d/]|\.\d)/uy;
const SHORT = /(\d{1,2})\/(\d{1,2})(?![\p{L}\d/]|\.\d)/uy;
const DATE_PREPOSITIONS = new Set([
  'on',
  'by',
  'since',
  'until',
  'dated',
  'before',
  'after',
  'due',
  'from',
]);
/** "the week of 3/15", and the second date of "from 3/4 to 5/6". */
const DATE_BEFORE =
  /(?:\bweek of |\b(?:on|from|between) \d{1,2}\/\d{1,2} ?(?:to|through|until|till|and|[–-]) ?|(?:^|[^\d/])\d{1,2}\/\d{1,2}[–-])$/i;
const DATED_RANGE = /^\d{1,2}\/\d{1,2}[–-]\d{1,2}\/\d{1,2}(?![\d/])/;
/** "from 1/2 to 3/4 cup" */
const MEASURED =
  /(?: ?(?:to|and|or|[–-]) ?\d{1,2}\/\d{1,2})?[ -](?:of (?:an? )?)?(?:cups?|inch(?:es)?|miles?|teaspoons?|tablespoons?|tsp|tbsp|pounds?|lbs?|ounces?|oz|pints?|gallons?|quarts?|hours?|acres?)(?![\p{L}\d])/uy;
const HYPHEN_YEAR = /-((?:19|20)\d\d|\d\d)(?![\p{L}\d-])/uy;

/** Dates that begin with a digit: 2024-01-15, 01/15/2024, 15.01.2024, 15 Jan 2024, 15th of January. */
export const matchDate: Matcher = (scan, at) =>
  matchIso(scan, at) ??
  matchNumeric(scan, at) ??
  matchDayFirst(scan, at) ??
  matchMonthAndYear(scan, at) ??
  matchShort(scan, at);

function matchIso(scan: Scan, at: number): Match | undefined {
  const match = matchAt(ISO, scan, at);
  if (match === null) return undefined;
  const [written, year, , month, day] = match;
  const spoken = wholeDate(scan, at, Number(day), Number(month), year);
  const end = at + written.length;
  return { end, tokens: [{ start: at, end: written.endsWith('T') ? end - 1 : end, spoken }] };
}

function matchNumeric(scan: Scan, at: number): Match | undefined {
  const match = matchAt(NUMERIC, scan, at);
  if (match === null) return undefined;
  const [written, first, separator, second, year] = match;
  const padded = separator === '.' && first.length === 2 && second.length === 2;
  if (separator !== '/' && year.length === 2 && !padded) return undefined;
  const date = orderDayAndMonth(scan, Number(first), Number(second), separator === '.');
  if (date === undefined) return undefined;
  return sayToken(at, at + written.length, wholeDate(scan, at, date.day, date.month, year));
}

function matchMonthAndYear(scan: Scan, at: number): Match | undefined {
  const match = matchAt(MONTH_AND_YEAR, scan, at);
  if (match === null) return undefined;
  const [written, month, year] = match;
  const spoken = `${MONTHS[Number(month) - 1]} ${verbaliseYear(year, scan.locale)}`;
  return sayToken(at, at + written.length, spoken);
}

function matchShort(scan: Scan, at: number): Match | undefined {
  const match = matchAt(SHORT, scan, at);
  if (match === null) return undefined;
  if (looksAt(MEASURED, scan, at + match[0].length)) return undefined;
  const dated =
    followsWeekday(scan, at) ||
    DATE_PREPOSITIONS.has(previousWord(scan, at).toLowerCase()) ||
    DATE_BEFORE.test(scan.text.slice(Math.max(0, at - 16), at)) ||
    DATED_RANGE.test(match[0] + scan.text.slice(at + match[0].length, at + match[0].length + 12));
  if (!dated && !isHardlyFraction(scan, match[1], match[2])) return undefined;
  if (/^(?:9\/11|24\/7|50\/50)$/.test(match[0])) return undefined;
  const date = orderDayAndMonth(scan, Number(match[1]), Number(match[2]), false);
  if (date === undefined) return undefined;
  return sayToken(at, at + match[0].length, wholeDate(scan, at, date.day, date.month, undefined));
}

/** "Tues. 3/4", "Friday, 5/6" */
function followsWeekday(scan: Scan, at: number): boolean {
  const last = scan.tokens.at(-1);
  if (last === undefined || !/^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$/.test(last.spoken)) {
    return false;
  }
  return /^\.?,? $/.test(scan.text.slice(last.end, at));
}

/** "12/25" in America, "25/12" in Britain and "07/04" anywhere are no usual fractions. */
function isHardlyFraction(scan: Scan, first: string, second: string): boolean {
  if (/^0[1-9]$/.test(first) && second.length === 2) return true;
  const month = Number(scan.locale === 'en-US' ? first : second);
  const day = Number(scan.locale === 'en-US' ? second : first);
  return month >= 1 && month <= 12 && day > 16 && day <= 31 && day !== 20 && day !== 24;
}

/** Americans write the month first; where that cannot be, the other order was meant. */
function orderDayAndMonth(
  scan: Scan,
  first: number,
  second: number,
  dotted: boolean,
): { day: number; month: number } | undefined {
  const monthFirst = { day: second, month: first };
  const dayFirst = { day: first, month: second };
  const american = scan.locale === 'en-US' && !dotted;
  const orders = american ? [monthFirst, dayFirst] : [dayFirst, monthFirst];
  return orders.find(({ day, month }) => month >= 1 && month <= 12 && day >= 1 && day <= 31);
}

function wholeDate(
  scan: Scan,
  at: number,
  day: number,
  month: number,
  year: string | undefined,
): string {
  const ordinal = dayWords(scan, String(day));
  const name = MONTHS[month - 1];
  const tail = year === undefined ? '' : ` ${yearWords(scan, year)}`;
  if (scan.locale === 'en-US') return `${name} ${ordinal}${tail}`;
  return `${definite(scan, at)}${ordinal} of ${name}${tail}`;
}

/** "05" is the fifth. */
function dayWords(scan: Scan, day: string): string {
  return verbaliseOrdinal(String(Number(day)), scan.locale);
}

function yearWords(scan: Scan, year: string): string {
  if (year.length === 4) return verbaliseYear(year, scan.locale);
  return verbaliseYear(`${Number(year) < 50 ? '20' : '19'}${year}`, scan.locale);
}

function definite(scan: Scan, at: number): string {
  return previousWord(scan, at).toLowerCase() === 'the' ? '' : 'the ';
}

function monthName(written: string): string {
  const prefix = written.slice(0, 3).toLowerCase();
  return MONTHS.find((month) => month.toLowerCase().startsWith(prefix)) ?? written;
}

function matchDayFirst(scan: Scan, at: number): Match | undefined {
  const match = matchAt(DAY_FIRST, scan, at);
  if (match === null) return undefined;
  const [written, day, , rangeSign, lastDay, link] = match;
  const monthStart = at + written.length;
  const month = matchAt(MONTH_ALONE, scan, monthStart);
  if (month === null) return undefined;
  const tokens: Token[] = [];
  let dayEnd = at + written.length - link.length;
  let ordinal = definite(scan, at) + dayWords(scan, day);
  if (rangeSign !== undefined && lastDay !== undefined) {
    ordinal += ` to ${definite(scan, at)}${dayWords(scan, lastDay)}`;
  }
  if (link === ' of ') dayEnd += link.length - 1;
  tokens.push({ start: at, end: dayEnd, spoken: `${ordinal} of` });
  const monthEnd = monthStart + month[0].length;
  tokens.push(monthToken(scan, monthStart, month));
  const hyphenYear = link === '-' ? matchAt(HYPHEN_YEAR, scan, monthEnd) : null;
  if (hyphenYear !== null) {
    const end = monthEnd + hyphenYear[0].length;
    tokens.push({ start: monthEnd + 1, end, spoken: yearWords(scan, hyphenYear[1]) });
    return { end, tokens };
  }
  return withYear(scan, monthEnd, tokens);
}

/** A month with a day or year behind it: "May 5", "Jan. 15th, 2024", "March 2024"; or its abbreviation. */
export const matchMonth: Matcher = (scan, at) => {
  const month = matchAt(MONTH_ALONE, scan, at);
  if (month === null) return undefined;
  const token = monthToken(scan, at, month);
  const day = matchAt(DAY_BEHIND, scan, at + month[0].length);
  if (day === null) {
    const dated = withYear(scan, token.end, [token]);
    const abbreviated =
      month[2] === '.' ||
      isRangeEnd(scan, at, token.end) ||
      /^(?:Jan|Feb|Apr|Aug|Sept|Oct|Nov)$/.test(month[1]);
    return dated.tokens.length > 1 || (abbreviated && token.spoken !== month[1])
      ? dated
      : undefined;
  }
  const article = scan.locale === 'en-GB' ? 'the ' : '';
  const start = token.end + day[1].length;
  let end = token.end + day[0].length;
  let spoken = article + dayWords(scan, day[2]);
  const range = matchAt(DAY_RANGE, scan, end);
  if (range !== null) {
    end += range[0].length;
    spoken += ` to ${article}${dayWords(scan, range[2])}`;
  }
  return withYear(scan, end, [token, { start, end, spoken }]);
};

/** "Jan–Mar", "Mar–May": names of people elsewhere. */
function isRangeEnd(scan: Scan, at: number, end: number): boolean {
  if (looksAt(MONTH_RANGE, scan, end)) return true;
  return (
    /[-–] ?$/.test(scan.text.slice(Math.max(0, at - 2), at)) && scan.tokens.at(-1)?.spoken === 'to'
  );
}

const MONTH_RANGE = new RegExp(` ?[-–] ?${MONTH_SOURCE}(?![\\p{L}\\d])`, 'uy');
const WHOLE_MONTH = /^(?:May|MAY)$/;

function monthToken(scan: Scan, at: number, month: RegExpExecArray): Token {
  const name = monthName(month[1]);
  const whole = month[1].toLowerCase() === name.toLowerCase() || WHOLE_MONTH.test(month[1]);
  const dotted = month[2] === '.' && !whole;
  const end = at + month[1].length + (dotted ? 1 : 0);
  const period = dotted && looksAt(/ \p{Lu}/uy, scan, end) ? 'beforeCapital' : 'inner';
  return { start: at, end, spoken: name, ...(dotted ? { period } : {}) };
}

function withYear(scan: Scan, at: number, tokens: Token[]): Match {
  const year = matchAt(YEAR_BEHIND, scan, at);
  if (year === null) return { end: at, tokens };
  const end = at + year[0].length;
  const start = end - year[2].length;
  tokens.push({ start, end, spoken: verbaliseYear(year[2], scan.locale) });
  return { end, tokens };
}

const WEEKDAYS = new Map([
  ['Mon', 'Monday'],
  ['Tue', 'Tuesday'],
  ['Tues', 'Tuesday'],
  ['Wed', 'Wednesday'],
  ['Thu', 'Thursday'],
  ['Thur', 'Thursday'],
  ['Thurs', 'Thursday'],
  ['Fri', 'Friday'],
  ['Sat', 'Saturday'],
  ['Sun', 'Sunday'],
]);
const WEEKDAY_SOURCE = '(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)';
const WEEKDAY = new RegExp(`${WEEKDAY_SOURCE}(\\.?)(?![\\p{L}\\d])`, 'uy');
const DATE_FOLLOWS = new RegExp(`,? (?:\\d|${MONTH_SOURCE}\\b|at )`, 'uy');
const WEEKDAY_RANGE = new RegExp(`( ?[–-] ?|/)(?=${WEEKDAY_SOURCE}(?!\\p{L}))`, 'uy');

/** "Mon–Fri", "Tue, 5 May", "Thurs.": a weekday's abbreviation where it cannot be a word. */
export const matchWeekday: Matcher = (scan, at) => {
  const match = matchAt(WEEKDAY, scan, at);
  if (match === null) return undefined;
  const [written, day] = match;
  const end = at + written.length;
  const range = matchAt(WEEKDAY_RANGE, scan, end);
  const isWord = day === 'Mon' || day === 'Wed' || day === 'Sat' || day === 'Sun';
  const cutShort = match[2] === '.' && /^[,;)]/.test(scan.text.slice(end, end + 1));
  const dated = range !== null || cutShort || looksAt(DATE_FOLLOWS, scan, end);
  if (isWord && !dated) return undefined;
  const spoken = WEEKDAYS.get(day) ?? day;
  const token: Token = { start: at, end, spoken, ...(match[2] === '.' ? { period: 'inner' } : {}) };
  if (range === null) return { end, tokens: [token] };
  const second = matchAt(WEEKDAY, scan, end + range[0].length);
  if (second === null) return { end, tokens: [token] };
  const secondStart = end + range[0].length;
  const secondEnd = secondStart + second[1].length;
  const name = WEEKDAYS.get(second[1]) ?? second[1];
  return {
    end: secondEnd,
    tokens: [
      token,
      { start: secondStart, end: secondEnd, spoken: range[1] === '/' ? name : `to ${name}` },
    ],
  };
};
