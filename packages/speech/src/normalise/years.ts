import {
  looksAt,
  type Matcher,
  matchAt,
  nextWord,
  possessiveAt,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import {
  pluraliseNumber,
  verbaliseInteger,
  verbaliseTwoDigits,
  verbaliseYear,
} from './verbalise-number.ts';

const DECADE = /(\d{1,3},000|\d{1,4})'?s(?![\p{L}\d])/uy;
/** "100s", "1,000s": so many that nobody counts them. */
const CROWDS = new Map([
  ['100', 'hundreds'],
  ['1000', 'thousands'],
  ['1,000', 'thousands'],
  ['10,000', 'tens of thousands'],
  ['100,000', 'hundreds of thousands'],
]);
const SHORT_YEAR = /'(\d\d)('?s)?(?![\p{L}\d'"′″]|\.\d)/uy;
const SPAN =
  /((?:1[0-9]|20|21)\d\d)( ?[–—-] ?|\/)((?:1[0-9]|20|21)\d\d|\d\d?)(?![\p{L}\d%/-]|[.,:]\d)/uy;
const YEAR = /(\d{4})(?![\d%°]|[.,:]\d)/uy;
const ERA_YEAR = /(\d{1,4}) ?(?=(?:BCE?|CE|AD|B\.C\.(?:E\.)?|A\.D\.)(?![\p{L}\d]))/uy;
const YEAR_PREPOSITIONS = new Set(
  'in since by from until till of year circa c. during before after between around early late mid spring summer autumn fall winter to and class ad a.d. copyright ©'.split(
    ' ',
  ),
);
const COUNT_NOUNS = new Set(
  'people men women children persons police feet mice sheep fish staff dollar pound euro mile meter metre foot hours and'.split(
    ' ',
  ),
);
/** Words in -s behind a year that are not what it counts. */
const NOT_COUNTED = new Set(
  'was is has as this its us thus always perhaps sees marks ends begins'.split(' '),
);

/** '90s, 1990s, 20s, 1800s, '69. */
export const matchDecade: Matcher = (scan, at) => {
  const short = matchAt(SHORT_YEAR, scan, at);
  if (short !== null && !/[\p{L}\d]/u.test(scan.text.charAt(at - 1))) {
    const year = short[1] === '00' ? 'two thousand' : verbaliseTwoDigits(short[1], scan.locale);
    const spoken = short[2] === undefined ? year : pluraliseNumber(year);
    return sayToken(at, at + short[0].length, spoken);
  }
  const match = matchAt(DECADE, scan, at);
  if (match === null) return undefined;
  const [written, number] = match;
  const long = /^[1-9]\d{3}$/.test(number);
  const words = long ? verbaliseYear(number, scan.locale) : verbaliseInteger(number, scan.locale);
  if (!number.endsWith('0')) {
    if (!written.includes("'")) return sayToken(at, at + written.length, pluraliseNumber(words));
    return sayToken(at, at + written.length, `${words}'s`);
  }
  const crowd = CROWDS.get(number);
  if (crowd !== undefined) return sayToken(at, at + written.length, crowd);
  return sayToken(at, at + written.length, pluraliseNumber(words));
};

/** 1939–45, 2001-2, 2019/20, 1914-1918. */
export const matchYearSpan: Matcher = (scan, at) => {
  const match = matchAt(SPAN, scan, at);
  if (match === null) return undefined;
  const [written, first, sign, given] = match;
  if (given.length === 1 && !/^[–-]$/.test(sign)) return undefined;
  // "1914–8" ends in 1918.
  const second = given.length === 1 ? first.charAt(2) + given : given;
  const rises = second.length === 4 ? second > first : Number(second) > Number(first.slice(2));
  if (!rises || (sign === '/' && second.length === 4 && Number(second) !== Number(first) + 1)) {
    return undefined;
  }
  const last =
    second.length === 4
      ? verbaliseYear(second, scan.locale)
      : given.length === 1 && second.startsWith('0')
        ? verbaliseInteger(given, scan.locale)
        : verbaliseTwoDigits(second, scan.locale);
  const link = sign === '/' ? ' ' : ' to ';
  return sayToken(at, at + written.length, `${verbaliseYear(first, scan.locale)}${link}${last}`);
};

/** Four digits that are a year rather than a count; and any year before BC, AD and the like. */
export const matchYear: Matcher = (scan, at) => {
  const era = matchAt(ERA_YEAR, scan, at);
  if (era !== null) {
    return sayToken(at, at + era[1].length, verbaliseYear(era[1], scan.locale));
  }
  const match = matchAt(YEAR, scan, at);
  if (match === null || !isYear(scan, at, match[1])) return undefined;
  const end = at + match[0].length;
  const possessive = possessiveAt(scan, end);
  return sayToken(at, end + possessive.length, verbaliseYear(match[1], scan.locale) + possessive);
};

const AND_YEAR = / and \d{4}(?!\d)/uy;

function isYear(scan: Scan, at: number, digits: string): boolean {
  const year = Number(digits);
  if (year < 1000 || year > 2199) return false;
  const preceded = YEAR_PREPOSITIONS.has(previousWord(scan, at).toLowerCase());
  const next = nextWord(scan, at + 4);
  const counts =
    COUNT_NOUNS.has(next) ||
    (/^\p{Ll}+s$/u.test(next) && !next.endsWith('ss') && !NOT_COUNTED.has(next));
  if (preceded && previousWord(scan, at).toLowerCase() !== 'of') {
    return (
      !counts || looksAt(AND_YEAR, scan, at + 4) || /^(?:in|since)$/i.test(previousWord(scan, at))
    );
  }
  if (counts) return false;
  return preceded || year >= 1500;
}
