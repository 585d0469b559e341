import { MONTH_SOURCE, WEEKDAY_NAME } from './dates.ts';
import { type Matcher, matchAt, sayToken } from './scan.ts';

const SIGN = /[-–](?: (?=[\d\p{L}]))?/uy;
const MONTH = `${MONTH_SOURCE}\\.?`;
const DAY = '\\d{1,2}(?:st|nd|rd|th)?';
const DATE = `(?:${MONTH} ${DAY}|${DAY} ${MONTH})`;

/** What stands on either side of a sign that is said as "to". */
const ENDS: readonly (readonly [before: RegExp, behind: RegExp])[] = [
  [new RegExp(`\\b${DATE}(?:,? \\d{4})?$`), new RegExp(`^${DATE}(?![\\p{L}\\d])`, 'u')],
  [new RegExp(`\\b${MONTH}$`), new RegExp(`^${MONTH}(?![\\p{L}\\d])`, 'u')],
  [new RegExp(`\\b${WEEKDAY_NAME}$`), new RegExp(`^${WEEKDAY_NAME}(?![\\p{L}\\d])`, 'u')],
  [/(?:^|[^\d/])\d{1,2}\/\d{1,2}$/, /^\d{1,2}\/\d{1,2}(?![\d/])/],
  [/\d ?(?:BCE?|CE|AD|B\.C\.(?:E\.)?|A\.D\.)$/, /^\d/],
  [/(?:noon|midnight)$/i, /^\d{1,2}(?::\d\d)? ?[ap]\.?m/iu],
  [/\d ?[ap]\.?m\.?$/i, /^(?:noon|midnight|late|close)(?!\p{L})/iu],
  [/(?:1[5-9]|20)\d\d$/, /^(?:present|now|today|ongoing|date)(?!\p{L})/iu],
  [/(?:^|[^\d])'\d\d$/, /^'\d\d(?![\p{L}\d])/u],
  [/\d'\d{1,2}"$/, /^\d'\d{1,2}"/],
  [/\d[a-g]$/, /^[b-h](?![\p{L}\d])/u],
  [/\d0'?s$/, /^'?\d{0,3}0s(?!\p{L})/u],
];
/** "5%–10%", "20 km–30 km": both ends have the same unit. */
const SAME_UNIT =
  /(?:^|[^\p{L}\d.])[\d.,½¼¾]+( ?(?:[%°"]|°[CF]|\p{L}{1,4}))[-–] ?[\d.,½¼¾]+\1(?![\p{L}\d])/u;
/** "Q1–Q3", "J12-J15", "#1-#5": both ends are named alike. */
const SAME_NAME = /(?:^|[^\p{L}\d])(\p{Lu}{1,2}|#)\d{1,4}[-–]\1\d{1,4}(?![\p{L}\d])/u;
const LONGEST_END = 24;

/** "June 30–July 2", "753 BC–476 AD", "10 AM–noon", "2019–present", "1980s–90s", "5%–10%". */
export const matchRangeSign: Matcher = (scan, at) => {
  const sign = matchAt(SIGN, scan, at);
  const last = scan.tokens.at(-1);
  if (sign === null || last === undefined || at - last.end > 1) return undefined;
  const spaced = at > last.end;
  if (spaced !== sign[0].endsWith(' ')) return undefined;
  const end = at + sign[0].length;
  const before = scan.text.slice(Math.max(0, last.end - LONGEST_END), last.end);
  const behind = scan.text.slice(end, end + LONGEST_END);
  const isRange =
    ENDS.some(([first, second]) => first.test(before) && second.test(behind)) ||
    (!spaced && [SAME_UNIT, SAME_NAME].some((pair) => pair.test(`${before}-${behind}`)));
  return isRange ? sayToken(at, at + 1, 'to') : undefined;
};
