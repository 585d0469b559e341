import { hasDeterminer } from './articles.ts';
import { type Quantity, readNumber } from './quantity.ts';
import {
  looksAt,
  type Matcher,
  matchAt,
  nextWord,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { verbaliseInteger, verbaliseNumber, verbaliseOrdinal } from './verbalise-number.ts';

const SLASHED = /(\d{1,4}(?:\.\d{1,2})?)\/(\d{1,4})(?=(?:ths?|rds?|nds?)?(?![\p{L}\d/]|[.,]\d))/uy;
/** "2/3rds" says its ending twice. */
const ENDING = /(?:ths?|rds?|nds?)(?![\p{L}\d])/uy;
const HYPHEN = /-(?=\p{L})/uy;
/** Beats of a bar. */
const TIME_SIGNATURE = / (?:time|metre|meter|rhythm|beat)(?!\p{L})/uy;
/** "Step 1/5": the first of five. */
const COUNTED_OFF = /^(?:chapter|day|episode|page|part|slide|step|volume|week)$/i;
/** How long a shutter is open. */
const EXPOSURE = /1\/(\d{2,4}) ?s(?:ec)?(?![\p{L}\d])/uy;
const WHOLE_YEAR = /24\/7\/365(?![\p{L}\d])/uy;
const IDIOMS = new Map([
  ['24/7', 'twenty-four seven'],
  ['9/11', 'nine eleven'],
  ['7/7', 'seven seven'],
  ['50/50', 'fifty fifty'],
  ['20/20', 'twenty twenty'],
  ['60/40', 'sixty forty'],
  ['70/30', 'seventy thirty'],
  ['80/20', 'eighty twenty'],
  ['90/10', 'ninety ten'],
]);

/** 1/2, 1 1/2, 2½, ¾; 8/10 as a mark; 120/80 as "over"; 24/7 as people say it. */
export const matchFraction: Matcher = (scan, at) => {
  if (looksAt(WHOLE_YEAR, scan, at)) {
    return sayToken(at, at + '24/7/365'.length, 'twenty-four seven three sixty-five');
  }
  const exposure = matchAt(EXPOSURE, scan, at);
  if (exposure !== null) {
    const part = verbaliseOrdinal(exposure[1], scan.locale);
    return sayToken(at, at + exposure[0].length, `one ${part} of a second`);
  }
  const slashed = matchAt(SLASHED, scan, at);
  if (slashed !== null) {
    const [written, upper, lower] = slashed;
    const end = at + written.length;
    const idiom = IDIOMS.get(written);
    if (idiom !== undefined) return sayToken(at, end, idiom);
    const top = verbaliseNumber(upper, scan.locale);
    const bottom = verbaliseInteger(lower, scan.locale);
    if (COUNTED_OFF.test(previousWord(scan, at))) return sayToken(at, end, `${top} of ${bottom}`);
    if (looksAt(TIME_SIGNATURE, scan, end)) return sayToken(at, end, `${top} ${bottom}`);
    if (suffixAt(scan, end) === 0 && isMark(upper, lower, nextWord(scan, end))) {
      return sayToken(at, end, `${top} out of ${bottom}`);
    }
    const fraction = readNumber(scan, at);
    if (fraction?.end === end)
      return sayToken(at, end + suffixAt(scan, end), partOf(scan, at, fraction));
    return sayToken(at, end, `${top} over ${bottom}`);
  }
  const number = readNumber(scan, at);
  if (number === undefined || !/[/¼-¾⅐-⅞e]/i.test(scan.text.slice(at, number.end)))
    return undefined;
  return sayToken(at, number.end + suffixAt(scan, number.end), partOf(scan, at, number));
};

const MEASURES = new Set(
  'cup mile teaspoon tablespoon hour pound inch ounce pint gallon quart kilometre kilometer metre meter litre liter day year acre page dozen million billion'.split(
    ' ',
  ),
);

/** "½ mile" → "half a mile", "3/4 cup" → "three quarters of a cup". */
function partOf(scan: Scan, at: number, number: Quantity): string {
  const next = nextWord(scan, number.end);
  if (!number.fraction || !MEASURES.has(next)) return number.spoken;
  if (looksAt(HYPHEN, scan, number.end) || hasDeterminer(scan, at)) {
    return number.spoken.replace(/^one half$/, 'half').replace(/s$/, '');
  }
  const article = /^(?:[aeio]|hour)/.test(next) ? 'an' : 'a';
  return number.spoken === 'one half' ? `half ${article}` : `${number.spoken} of ${article}`;
}

function suffixAt(scan: Scan, end: number): number {
  return matchAt(ENDING, scan, end)?.[0].length ?? 0;
}

function isMark(upper: string, lower: string, next: string): boolean {
  if (next === 'stars' || next === 'points' || next === 'marks') return true;
  if (upper.includes('.')) return true;
  return (lower === '10' || lower === '100') && Number(upper) > 1 && Number(upper) <= Number(lower);
}
