import { levelDigits } from './raised-digits.ts';
import { type Matcher, matchAt, sayToken } from './scan.ts';
import { spellLetters } from './verbalise-letters.ts';
import { verbaliseInteger } from './verbalise-number.ts';

/** With a lowered number or a charge in it, so that no word looks like it. */
const FORMULA =
  /(?=[A-Za-z]{1,6}[₀-₉²³⁴⁺⁻])(?:[A-Z][a-z]?[₀-₉]{0,3}){1,8}(?:[²³⁴]?[⁺⁻])?(?![\p{L}\d₀-₉])/uy;
const PARTS = /([A-Z][a-z]?)|([₀-₉]+)|([²³⁴])|([⁺⁻])/gu;

/** H₂SO₄, Na⁺, Ca²⁺: a formula is spelt. */
export const matchFormula: Matcher = (scan, at) => {
  const first = scan.text.charAt(at);
  const match = first >= 'A' && first <= 'Z' ? matchAt(FORMULA, scan, at) : null;
  if (match === null) return undefined;
  const words = Array.from(match[0].matchAll(PARTS), ([, element, count, charges, sign]) => {
    if (element !== undefined) return spellLetters(element);
    if (sign !== undefined) return sign === '⁺' ? 'plus' : 'minus';
    return verbaliseInteger(levelDigits(count ?? charges ?? ''), scan.locale);
  });
  return sayToken(at, at + match[0].length, words.join(' '), { letters: true });
};
