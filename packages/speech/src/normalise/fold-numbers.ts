import type { FoldedText } from './fold-text.ts';

/** "1 000 000", "12 000", "1_000_000"; not the groups of a phone number. */
const SPACED =
  /(?<![\p{L}\d+(#.,:/_-]|[\d)] |(?:call|dial|phone|fax|tel|text|ring|number|is)[:.]? )[1-9]\d{0,2}(?:(?:[ _]\d{3}){2,5}|[ _]000)(?:,\d{1,2})?(?![\p{L}\d_]|[ .,:/–-]\d)/giu;
/** "1.234.567", "1.234,56". */
const DOTTED =
  /(?<![\p{L}\d.,])\d{1,3}(?:(?:\.\d{3}){2,5}(?:,\d{1,2})?|\.\d{3},\d{2})(?![\p{L}\d]|[.,]\d)/gu;
/** "4'500", "1'234'567.50". */
const SWISS = /(?<![\p{L}\d.,'])\d{1,3}(?:'\d{3})+(?![\p{L}\d'])/gu;
/** "6,5%", "0,75 l", "19,99 €". */
const MEASURED =
  /(?<![\p{L}\d.,])\d{1,4},\d{1,2}(?= ?(?:[%€°]|EUR|Mio\b|Mrd\b|[kmc]?m\b|[km]?g\b|[cm]?l\b)| (?:percent|per cent|million|billion|lit(?:re|er)s?|met(?:re|er)s?)\b)/giu;
/** "€19,99", "$ 4,50". */
const PRICED = /(?<=[$£€] ?\d{1,6}),(?=\d{2}(?![\d,]|\.\d))/g;

/**
 * Brings numbers of other countries into the English form, mark by mark: thousands have commas,
 * decimals a point.
 */
export function foldNumbers({ text, starts, ends }: FoldedText): FoldedText {
  if (!/\d[ _.,']\d/.test(text)) return { text, starts, ends };
  const folded = text
    .replaceAll(SPACED, swapMarks)
    .replaceAll(DOTTED, (number) => (isAddress(number) ? number : swapMarks(number)))
    .replaceAll(SWISS, (number) => number.replaceAll("'", ','))
    .replaceAll(MEASURED, (number) => number.replace(',', '.'))
    .replaceAll(PRICED, '.');
  return { text: folded, starts, ends };
}

/** What groups becomes a comma, the comma a point. */
function swapMarks(number: string): string {
  return number.replaceAll(/[ _.,]/g, (mark) => (mark === ',' ? '.' : ','));
}

/** Four groups up to 255 are an IP address. */
function isAddress(number: string): boolean {
  const groups = number.split('.');
  return groups.length === 4 && groups.every((group) => Number(group) <= 255);
}
