import { levelDigits } from './raised-digits.ts';
import { type Matcher, matchAt, sayToken } from './scan.ts';
import { spellLetters } from './verbalise-letters.ts';
import { verbaliseInteger } from './verbalise-number.ts';

/** With a lowered number or a charge in it, so that no word looks like it. */
const FORMULA =
  /(?=[A-Za-z]{1,6}[₀-₉²³⁴⁺⁻])(?:[A-Z][a-z]?[₀-₉]{0,3}){1,8}(?:[²³⁴]?[⁺⁻])?(?![\p{L}\d₀-₉])/uy;
const ELEMENT = '(?:A[lgu]|B[ar]?|C[alu]?|F[e]?|H|I|K|Li|M[gn]|N[a]?|O|P[b]?|S[in]?|Ti|Zn)';
/** With plain numbers: one inside, or a symbol of two letters, tells it from a code. */
const PLAIN_FORMULA = new RegExp(
  String.raw`(?=\p{L}{1,8}\d)(?=(?:${ELEMENT}\d{0,2}){0,8}?(?:${ELEMENT}\d{1,2}[A-Z]|[A-Z][a-z]))(?:${ELEMENT}\d{0,2}){2,8}(?![\p{L}\d-])|[NS]O[2-4](?![\p{L}\d-])`,
  'uy',
);
const PARTS = /([A-Z][a-z]?)|([₀-₉\d]+)|([²³⁴])|([⁺⁻])/gu;

/** H₂SO₄, H2SO4, Na⁺, Ca²⁺: a formula is spelt. */
export const matchFormula: Matcher = (scan, at) => {
  const first = scan.text.charAt(at);
  if (first < 'A' || first > 'Z') return undefined;
  const match = matchAt(FORMULA, scan, at) ?? matchAt(PLAIN_FORMULA, scan, at);
  if (match === null) return undefined;
  const words = Array.from(match[0].matchAll(PARTS), ([, element, count, charges, sign]) => {
    if (element !== undefined) return spellLetters(element);
    if (sign !== undefined) return sign === '⁺' ? 'plus' : 'minus';
    return verbaliseInteger(levelDigits(count ?? charges ?? ''), scan.locale);
  });
  return sayToken(at, at + match[0].length, words.join(' '), { letters: true });
};
