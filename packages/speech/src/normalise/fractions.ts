import { type Quantity, readNumber } from './quantity.ts';
import { type Matcher, matchAt, nextWord, type Scan, sayToken } from './scan.ts';
import { verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

const SLASHED = /(\d{1,4}(?:\.\d{1,2})?)\/(\d{1,4})(?![\p{L}\d/]|[.,]\d)/uy;
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
  const slashed = matchAt(SLASHED, scan, at);
  if (slashed !== null) {
    const [written, upper, lower] = slashed;
    const end = at + written.length;
    const idiom = IDIOMS.get(written);
    if (idiom !== undefined) return sayToken(at, end, idiom);
    const top = verbaliseNumber(upper, scan.locale);
    const bottom = verbaliseInteger(lower, scan.locale);
    if (isMark(upper, lower, nextWord(scan, end))) {
      return sayToken(at, end, `${top} out of ${bottom}`);
    }
    const fraction = readNumber(scan, at);
    if (fraction?.end === end) return sayToken(at, end, partOf(scan, fraction));
    return sayToken(at, end, `${top} over ${bottom}`);
  }
  const number = readNumber(scan, at);
  if (number === undefined || !/[/¼-¾⅐-⅞e]/i.test(scan.text.slice(at, number.end)))
    return undefined;
  return sayToken(at, number.end, partOf(scan, number));
};

const MEASURES = new Set(
  'cup mile teaspoon tablespoon hour pound inch ounce pint gallon quart kilometre kilometer metre meter litre liter day year acre page dozen million billion'.split(
    ' ',
  ),
);

/** "½ mile" → "half a mile", "3/4 cup" → "three quarters of a cup". */
function partOf(scan: Scan, number: Quantity): string {
  const next = nextWord(scan, number.end);
  if (!number.fraction || !MEASURES.has(next)) return number.spoken;
  const article = /^(?:[aeio]|hour)/.test(next) ? 'an' : 'a';
  return number.spoken === 'one half' ? `half ${article}` : `${number.spoken} of ${article}`;
}

function isMark(upper: string, lower: string, next: string): boolean {
  if (next === 'stars' || next === 'points' || next === 'marks') return true;
  if (upper.includes('.')) return true;
  return (lower === '10' || lower === '100') && Number(upper) > 1 && Number(upper) <= Number(lower);
}
