import { modifiesNoun } from './articles.ts';
import { isCounted } from './counted-nouns.ts';
import { NUMBER, readQuantity } from './quantity.ts';
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
import type { Locale } from './spoken-word.ts';
import {
  MOST_CARDINAL_DIGITS,
  pluraliseNumber,
  verbaliseCode,
  verbaliseDigits,
  verbaliseInteger,
  verbaliseNumber,
  verbaliseOrdinal,
} from './verbalise-number.ts';

const LONG_DIGITS = new RegExp(String.raw`\d{${MOST_CARDINAL_DIGITS + 1},}`, 'uy');
const LONG_DECIMALS = new RegExp(String.raw`(\d{1,${MOST_CARDINAL_DIGITS}})?\.(\d{13,})`, 'uy');
const ORDINAL =
  /(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(?:st|nd|rd|th|ST|ND|RD|TH|ˢᵗ|ⁿᵈ|ʳᵈ|ᵗʰ|º)(?![\p{L}\d])/uy;
const ORDINAL_BEHIND = /[–-](\d{1,6})(?:st|nd|rd|th)(?![\p{L}\d-])/uy;
const EQUALS = / ?[=?]/uy;
const PLAIN = new RegExp(NUMBER, 'uy');
const LEFT_OVER = /\d{1,15}/uy;
const DIGITS_PER_GROUP = 4;
const SIDE = NUMBER.replace('(?!\\d)', '');
const DIMENSION = new RegExp(String.raw`${SIDE}(?:[x×]${SIDE}){1,3}(?![\p{L}\d^⁰-⁹²³¹⁻])`, 'uy');
/** "2x4s": boards. */
const BOARDS = /([1-9]\d?)x([1-9]\d?)s(?![\p{L}\d])/uy;
const TIMES = /[x×](?![\p{L}\d]| ?[+−=^²³*/)]| - \d)/uy;
const POWER_OF_TEN = /(\d{1,6}(?:\.\d{1,9})?)[x×](?=10(?:\^|[⁰-⁹²³¹⁻]))/uy;
const FIRST_SIDE = /(\d{1,4})[x×](?=\d{1,4}(?:m|cm|mm|km|ft|in)(?!\p{L}))/uy;
const FEET_INCHES =
  /(\d{1,3}) ?'(?: ?(\d{1,2}(?:\.\d)?)(?: ?(?:"|''))?)?(?![\p{L}\d])|([3-8])ft ?(\d|1[01])(?![\p{L}\d]|[.,]\d| ?(?:in|"|kg|lb|m))/uy;
/** "5'-ATG-3'": the ends of a strand. */
const STRAND_END = /[35]'(?=-\p{Lu}{2})|(?<=\p{Lu}{2}-)[35]'/uy;
/** "90+4'": of a match. */
const ADDED_TIME = /(\d{2,3})\+(\d{1,2})'(?!\d|')/uy;
const FEET_RANGE = /(\d{1,3})'?[-–](\d{1,3})'(?! ?\d|')/uy;
const BEARING = /(\d{1,3}(?:\.\d{1,8})?)° ?([NSEW])(?!\p{L})/uy;
const ANGLE =
  /(\d{1,3})° ?(\d{1,2})'(?: ?(\d{1,2}(?:\.\d{1,4})?)(?:"|''))?(?: ?([NSEW])(?!\p{L}))?/uy;
const COMPASS = new Map([
  ['N', 'north'],
  ['S', 'south'],
  ['E', 'east'],
  ['W', 'west'],
]);

/** Too long to be a count unless round, or followed by what is counted. */
const UNCOUNTED = /(?!\d{4,}0{6}(?!\d))\d{11,}(?![\d%]|[.,]\d| ?[-+×*/=^])/uy;

/** Too long to be a count: in groups of four digits. */
export const matchLongDigits: Matcher = (scan, at) => {
  // Most numbers are short, and this is asked of each.
  const bare = /\d/.test(scan.text.charAt(at + 10)) ? matchAt(UNCOUNTED, scan, at) : null;
  const match =
    bare !== null && !isCounted(scan, at + bare[0].length) ? bare : matchAt(LONG_DIGITS, scan, at);
  if (match !== null) {
    const end = at + match[0].length;
    return { end, tokens: digitGroups(match[0], at) };
  }
  const decimals = matchAt(LONG_DECIMALS, scan, at);
  if (decimals === null) return undefined;
  const [written, whole = '', digits] = decimals;
  const point = at + whole.length;
  const integer = whole === '' ? '' : `${verbaliseInteger(whole, scan.locale)} `;
  const head: Token = { start: at, end: point + 1, spoken: `${integer}point` };
  return { end: at + written.length, tokens: [head, ...digitGroups(digits, point + 1)] };
};

function digitGroups(digits: string, start: number): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < digits.length; at += DIGITS_PER_GROUP) {
    const group = digits.slice(at, at + DIGITS_PER_GROUP);
    tokens.push({
      start: start + at,
      end: start + at + group.length,
      spoken: verbaliseDigits(group),
    });
  }
  return tokens;
}

/** 1st, 22nd, 19th, 1,000th. */
export const matchOrdinal: Matcher = (scan, at) => {
  const match = matchAt(ORDINAL, scan, at);
  if (match === null || /^0/.test(match[1])) return undefined;
  // "11st" is eleven stone.
  if (/1[1-3](?:st|nd|rd)$/.test(match[0])) return undefined;
  const end = at + match[0].length;
  const first: Token = { start: at, end, spoken: verbaliseOrdinal(match[1], scan.locale) };
  const second = matchAt(ORDINAL_BEHIND, scan, end);
  if (second === null) return { end, tokens: [first] };
  const last = end + second[0].length;
  const spoken = `to ${verbaliseOrdinal(second[1], scan.locale)}`;
  return { end: last, tokens: [first, { start: end + 1, end: last, spoken }] };
};

/** 5'10", 6' 2", 40°26'46" N: feet and inches, degrees and minutes. */
export const matchPrimes: Matcher = (scan, at) => {
  const bearing = matchAt(BEARING, scan, at);
  if (bearing !== null) {
    const [written, degrees, side] = bearing;
    const spoken = `${counted(degrees, 'degree')} ${COMPASS.get(side) ?? ''}`;
    return sayToken(at, at + written.length, spoken);
  }
  const angle = matchAt(ANGLE, scan, at);
  if (angle !== null) {
    const [written, degrees, minutes, seconds, side] = angle;
    const parts = [
      counted(degrees, 'degree'),
      counted(minutes, 'minute'),
      ...(seconds === undefined ? [] : [counted(seconds, 'second')]),
      ...(side === undefined ? [] : [COMPASS.get(side) ?? '']),
    ];
    return sayToken(at, at + written.length, parts.join(' '));
  }
  const strandEnd = matchAt(STRAND_END, scan, at)?.[0];
  if (strandEnd !== undefined) {
    return sayToken(at, at + 2, `${verbaliseInteger(strandEnd.charAt(0), scan.locale)} prime`);
  }
  const added = matchAt(ADDED_TIME, scan, at);
  if (added !== null) {
    const [minutes, more] = [added[1], added[2]].map((part) => verbaliseInteger(part, scan.locale));
    return sayToken(at, at + added[0].length, `${minutes} plus ${more} minutes`);
  }
  const feetRange = matchAt(FEET_RANGE, scan, at);
  if (feetRange !== null) {
    const [written, low, high] = feetRange;
    const [from, to] = [low, high].map((side) => verbaliseInteger(side, scan.locale));
    const noun = modifiesNoun(scan, at, at + written.length) ? 'foot' : 'feet';
    return sayToken(at, at + written.length, `${from} to ${to} ${noun}`);
  }
  const match = matchAt(FEET_INCHES, scan, at);
  if (match === null) return undefined;
  const [written, primeFeet, primeInches, letterFeet, letterInches] = match;
  const feet = primeFeet ?? letterFeet;
  const inches = primeInches ?? letterInches;
  if (inches === undefined) return undefined;
  if (modifiesNoun(scan, at, at + written.length)) {
    const height = `${verbaliseInteger(feet, scan.locale)} foot ${verbaliseNumber(inches, scan.locale)}`;
    return sayToken(at, at + written.length, height);
  }
  const foot = feet === '1' ? 'foot' : 'feet';
  const spoken = `${verbaliseInteger(feet, scan.locale)} ${foot} ${verbaliseNumber(inches, scan.locale)} ${inches === '1' ? 'inch' : 'inches'}`;
  return sayToken(at, at + written.length, spoken);

  function counted(count: string, noun: string): string {
    return `${verbaliseNumber(count, scan.locale)} ${noun}${count === '1' ? '' : 's'}`;
  }
};

/** 1920x1080, 4x4, 3x5x2 as "by"; 3x as "three times". */
export const matchDimension: Matcher = (scan, at) => {
  const by = matchAt(DIMENSION, scan, at);
  if (by !== null) return sayDimension(scan, at, by);
  const boards = matchAt(BOARDS, scan, at);
  if (boards !== null) {
    const [width, height] = [boards[1], boards[2]].map((side) =>
      verbaliseInteger(side, scan.locale),
    );
    return sayToken(at, at + boards[0].length, `${width} by ${pluraliseNumber(height)}`);
  }
  const side = matchAt(FIRST_SIDE, scan, at);
  if (side !== null) return sayFactor(scan, at, side[1], 'by');
  const power = matchAt(POWER_OF_TEN, scan, at);
  if (power !== null) return sayFactor(scan, at, power[1], 'times');
  const count = readQuantity(scan, at);
  if (count === undefined || !looksAt(TIMES, scan, count.end)) return undefined;
  return sayToken(at, count.end + 1, `${count.spoken} ${count.one ? 'time' : 'times'}`);
};

/** A number and the sign of one character behind it; what follows is read by itself. */
function sayFactor(scan: Scan, at: number, number: string, sign: string): Match {
  const end = at + number.length;
  const tokens = [
    { start: at, end, spoken: verbaliseNumber(number, scan.locale) },
    { start: end, end: end + 1, spoken: sign },
  ];
  return { end: end + 1, tokens };
}

function sayDimension(scan: Scan, at: number, match: RegExpExecArray): Match {
  const link = looksAt(EQUALS, scan, at + match[0].length) ? 'times' : 'by';
  const tokens: Token[] = [];
  for (const part of match[0].matchAll(/(x|×)?([^x×]+)/g)) {
    const start = at + part.index;
    const side = sideWords(part[2], scan.locale);
    const spoken = part[1] === undefined ? side : `${link} ${side}`;
    tokens.push({ start, end: start + part[0].length, spoken });
  }
  return { end: at + match[0].length, tokens };
}

/** Pixels are said in pairs: "1920" → "nineteen twenty". */
function sideWords(side: string, locale: Locale): string {
  if (!/^[1-9]\d{3}$/.test(side) || side.endsWith('00')) return verbaliseNumber(side, locale);
  return verbaliseCode(side, locale);
}

const NUMBERED_THINGS =
  /^(?:boeing|airbus|flight|room|rm\.|highway|route|rt\.|rte\.?|interstate|bus|suite|ste\.|hwy\.?|rtx|gtx|xbox|porsche|rover|peugeot|form|area|rfc|http|error|port)$/i;
/** The letter is a part of the name: "Room 12B", "Seat 23A". */
const LETTERED = /(\d{1,4})([A-Z])(?![\p{L}\d])/uy;
const LETTERED_THINGS =
  /^(?:apartment|apt\.?|flat|unit|gate|seat|row|bay|block|no\.?|number|platform|building|house|class|year|grade|group|exhibit|figure|fig\.|table|step|question|item|section|level|stand|terminal|track|lot|box|page|form|stall|exit|junction|door|locker|desk|pier|stop|hall|studio|rm\.|bldg\.|ste\.)$/i;
/** "Boeing 747-8" */
const AIRCRAFT = /(\d{3})-(\d{1,4})(?![\d])/uy;
const CODE = /\d{3,4}(?![\p{L}\d%]|[.,:/-]\d)/uy;

/** 401k, 403b: American plans. */
const PENSION = /(401(?=k)|403(?=b))([kb])(?![\p{L}\d])/uy;

/** Room 101, Boeing 747, F-150: numbers that name rather than count. */
export const matchNumberedThing: Matcher = (scan, at) => {
  const plan = scan.text.startsWith('40', at) ? matchAt(PENSION, scan, at) : null;
  if (plan !== null) {
    const spoken = `${verbaliseCode(plan[1], scan.locale)} ${plan[2].toUpperCase()}`;
    return sayToken(at, at + plan[0].length, spoken, { letters: true });
  }
  const lettered = matchLettered(scan, at);
  if (lettered !== undefined) return lettered;
  const hyphenated = /^[A-Z]-$/.test(scan.text.slice(at - 2, at));
  if (!hyphenated && !NUMBERED_THINGS.test(previousWord(scan, at))) return undefined;
  const aircraft = matchAt(AIRCRAFT, scan, at);
  if (aircraft !== null && /^(?:boeing|airbus)$/i.test(previousWord(scan, at))) {
    const [written, family, series] = aircraft;
    const [first, second] = [family, series].map((part) => verbaliseCode(part, scan.locale));
    return sayToken(at, at + written.length, `${first} ${second}`);
  }
  const match = matchAt(CODE, scan, at);
  if (match === null) return undefined;
  return sayToken(at, at + match[0].length, verbaliseCode(match[0], scan.locale));
};

function matchLettered(scan: Scan, at: number): Match | undefined {
  const previous = previousWord(scan, at);
  if (!LETTERED_THINGS.test(previous) && !NUMBERED_THINGS.test(previous)) return undefined;
  const match = matchAt(LETTERED, scan, at);
  if (match === null) return undefined;
  const spoken = `${verbaliseCode(match[1], scan.locale)} ${match[2]}`;
  return sayToken(at, at + match[0].length, spoken, { letters: true });
}

/** A power of ten or an equation: multiplication, not a size. */
const MULTIPLICATION = /[x×] ?(?:10(?:\^|[⁰-⁹²³¹⁻])|[\d.,]{1,15} ?[=?])/uy;
const BY = /[x×](?= ?[\d$£€])/uy;
/** "2 x 500mg", "3 x $5": so many of them. */
const MANY_OF =
  /[x×] ?(?:[$£€]|[\d.]{1,8} ?(?:mg|g|kg|ml|mL|cl|l|L|oz|lbs?|min|mins|hrs?|lit(?:re|er)s?)(?!\p{L}))/uy;
/** "2 x 400g tins" */
const TINS =
  /[x×] ?[\d.]{1,8} ?\p{L}{1,6} (?:bags?|blocks?|bottles?|box(?:es)?|cans?|cartons?|jars?|pack(?:et)?s?|pouch(?:es)?|sachets?|tins?|tubs?|tubes?)(?!\p{L})/uy;
/** "x3 days", "x10d": of a prescription. */
const COURSE =
  /[x×](?= ?\d{1,3} ?(?:d|days?|hrs?|hours?|weeks?|wks?|months?|mos?|years?|yrs?|nights?)(?![\p{L}\d]))/uy;

/** "5cm x 3cm": the sign between two measures; "PCIe x16": so many lanes. */
export const matchBy: Matcher = (scan, at) => {
  const match = matchAt(BY, scan, at);
  if (match === null) return undefined;
  const previous = previousWord(scan, at);
  if (previous === 'PCIe') return sayToken(at, at + 1, 'by');
  const counts = /^\d+$/.test(previous);
  if (!counts && looksAt(COURSE, scan, at)) return sayToken(at, at + 1, 'for');
  if (!/^\.?\d/.test(previous)) return undefined;
  if (looksAt(TINS, scan, at)) return { end: at + 1, tokens: [] };
  const isProduct = (counts && looksAt(MANY_OF, scan, at)) || looksAt(MULTIPLICATION, scan, at);
  return sayToken(at, at + 1, isProduct ? 'times' : 'by');
};

/** What no other class took: cardinals, decimals, ranges of them, leading zeros digit by digit. */
export const matchPlainNumber: Matcher = (scan, at) => {
  const match = matchAt(PLAIN, scan, at);
  if (match === null) {
    const rest = matchAt(LEFT_OVER, scan, at);
    if (rest === null) return undefined;
    return sayToken(at, at + rest[0].length, verbaliseInteger(rest[0], scan.locale));
  }
  const difference = matchDifference(scan, at);
  if (difference !== undefined) return difference;
  const range = /[\p{L}\d][-–]$/u.test(scan.text.slice(Math.max(0, at - 2), at))
    ? undefined
    : readQuantity(scan, at);
  const first = at + match[0].length;
  if (
    range !== undefined &&
    range.end > first &&
    isRange(scan.text.slice(first, range.end), scan, range.end)
  ) {
    return sayToken(at, range.end, range.spoken);
  }
  return sayToken(at, first, verbaliseNumber(match[0], scan.locale));
};

/** "747-400" and "2-1" do not rise: they are no range, and "5 - 2" is a sum. */
const FALLING = /(\d{1,4})(?:( ?)-( ?)|–)(\d{1,4})(?![\p{L}\d%°/]|[.,:]\d| ?[-–=] ?\d)/uy;

const OFFICE_HOURS = /^[89][-–][3456]$/;

function matchDifference(scan: Scan, at: number): Match | undefined {
  const match = matchAt(FALLING, scan, at);
  if (match === null) return undefined;
  const [written, first, before = '', behind = '', second] = match;
  if (first.length !== second.length || Number(first) < Number(second)) return undefined;
  if (before !== behind || OFFICE_HOURS.test(written)) return undefined;
  const end = at + written.length;
  const [one, other] = [first, second].map((side) => verbaliseInteger(side, scan.locale));
  const sign = at + first.length + before.length;
  return {
    end,
    tokens: [
      { start: at, end: at + first.length, spoken: one },
      ...(before === '' ? [] : [{ start: sign, end: sign + 1, spoken: 'minus' }]),
      { start: end - second.length, end, spoken: other },
    ],
  };
}

const FIRST_OF_MORE = / ?[–-] ?\d| ?=/uy;

/** A spaced hyphen before "=" is a minus, and a third number makes it no range. */
function isRange(tail: string, scan: Scan, end: number): boolean {
  if (!/^ ?[–—−-]/.test(tail) || tail.startsWith('−')) return false;
  return matchAt(FIRST_OF_MORE, scan, end) === null;
}
