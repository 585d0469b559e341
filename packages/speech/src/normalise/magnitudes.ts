import { countsMany } from './counted-nouns.ts';
import { NUMBER } from './quantity.ts';
import {
  looksAt,
  type Matcher,
  matchAt,
  nextWord,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { verbaliseNumber } from './verbalise-number.ts';

/** What stands behind a number for thousands and more. */
export const MAGNITUDES = new Map([
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
