import { levelDigits } from './raised-digits.ts';
import {
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { unitNames } from './unit-names.ts';
import { verbaliseInteger } from './verbalise-number.ts';

/** Said wherever they stand. */
const NAMES = new Map([
  ['&', 'and'],
  ['=', 'equals'],
  ['≠', 'is not equal to'],
  ['≈', 'is approximately'],
  ['≡', 'is identical to'],
  ['≤', 'less than or equal to'],
  ['≥', 'greater than or equal to'],
  ['±', 'plus or minus'],
  ['×', 'times'],
  ['÷', 'divided by'],
  ['−', 'minus'],
  ['√', 'square root of'],
  ['∛', 'cube root of'],
  ['∞', 'infinity'],
  ['∑', 'the sum of'],
  ['∏', 'the product of'],
  ['∫', 'the integral of'],
  ['∂', 'partial'],
  ['∆', 'delta'],
  ['∈', 'in'],
  ['∉', 'not in'],
  ['∪', 'union'],
  ['∩', 'intersection'],
  ['⊂', 'is a subset of'],
  ['∅', 'the empty set'],
  ['∀', 'for all'],
  ['∃', 'there exists'],
  ['∝', 'is proportional to'],
  ['∴', 'therefore'],
  ['°', 'degrees'],
  ['%', 'percent'],
  ['‰', 'per mille'],
  ['§', 'section'],
  ['¶', 'paragraph'],
  ['№', 'number'],
  ['©', 'copyright'],
  ['@', 'at'],
]);

const GREEK = new Map(
  Object.entries({
    α: 'alpha',
    β: 'beta',
    γ: 'gamma',
    δ: 'delta',
    ε: 'epsilon',
    ζ: 'zeta',
    η: 'eta',
    θ: 'theta',
    ι: 'iota',
    κ: 'kappa',
    λ: 'lambda',
    μ: 'mu',
    ν: 'nu',
    ξ: 'xi',
    π: 'pi',
    ρ: 'rho',
    σ: 'sigma',
    τ: 'tau',
    υ: 'upsilon',
    φ: 'phi',
    χ: 'chi',
    ψ: 'psi',
    ω: 'omega',
    Γ: 'gamma',
    Δ: 'delta',
    Θ: 'theta',
    Λ: 'lambda',
    Ξ: 'xi',
    Π: 'pi',
    Σ: 'sigma',
    Φ: 'phi',
    Ψ: 'psi',
    Ω: 'omega',
  }),
);

const RAISED = /([⁺⁻])?([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,15}|ⁿ)/uy;
const LOWERED = /[₀₁₂₃₄₅₆₇₈₉]{1,15}/uy;
const CARET = /\^([+-])?(?:(\d{1,4})(?![\p{L}\d])|(?=[\p{L}({]))/uy;
const GREEK_ALONE = /(?!μ[a-zA-Z])[α-ωΓΔΘΛΞΠΣΦΨΩ](?!\p{M}|[\p{L}--[a-zA-Z]]|[a-zA-Z]{2})/vy;
const OPERAND_BEFORE = /[\p{L}\d)²³%]$/u;

/** x², 10^6, 10⁻³. */
export const matchPower: Matcher = (scan, at) => {
  const raised = matchAt(RAISED, scan, at);
  if (raised !== null) {
    const [written, sign, digits] = raised;
    const end = at + written.length;
    if (isNoteMark(scan.text, at)) return { end, tokens: [] };
    if (digits === 'ⁿ') return sayToken(at, end, 'to the power of N', { letters: true });
    return sayPower(scan, at, end, powerWords(sign === '⁻', levelDigits(digits), scan.locale));
  }
  const lowered = matchAt(LOWERED, scan, at);
  if (lowered !== null) {
    const number = levelDigits(lowered[0]);
    return sayToken(at, at + lowered[0].length, verbaliseInteger(number, scan.locale));
  }
  const caret = matchAt(CARET, scan, at);
  if (caret === null || !OPERAND_BEFORE.test(scan.text.charAt(at - 1))) return undefined;
  const [written, sign, digits] = caret;
  if (digits === undefined) return sayToken(at, at + written.length, 'to the power of');
  return sayPower(scan, at, at + written.length, powerWords(sign === '-', digits, scan.locale));
};

const FUNCTIONS = /(?:^|[^p{L}])(?:sin|cos|tan|sec|csc|cot|log|sinh|cosh|tanh)$/;

/** "true.¹", "as Smith¹² showed": a raised number behind a word or its stop leads to a note. */
function isNoteMark(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 5), at);
  if (/[.,;:!?”"]$/.test(before)) return true;
  return /[\p{L}\p{M}']{3}$/u.test(before) && !FUNCTIONS.test(before);
}

const PER = /\/(\p{L}{1,2})(?![\p{L}\d])/uy;

/** "10^9/L": a power of ten and what it is counted in. */
function sayPower(scan: Scan, at: number, end: number, power: string): Match {
  const per = scan.text.slice(at - 2, at) === '10' ? matchAt(PER, scan, end) : null;
  const [unit] = unitNames(per?.[1] ?? '', scan.locale) ?? [];
  if (per === null || unit === undefined) return sayToken(at, end, power);
  return sayToken(at, end + per[0].length, `${power} per ${unit}`);
}

function powerWords(negative: boolean, digits: string, locale: 'en-US' | 'en-GB'): string {
  if (!negative && digits === '2') return 'squared';
  if (!negative && digits === '3') return 'cubed';
  return `to the power of ${negative ? 'minus ' : ''}${verbaliseInteger(digits, locale)}`;
}

const SIGN_BEFORE_NUMBER = /[-+−](?=[.\d$£€¥½¼¾√π])/uy;
const RATE =
  /\/(?=(?:second|minute|hour|day|night|week|month|year|person|user|side|serving|seat|head|acre|mile|gallon)(?!\p{L}))/uy;
const TRAILING_PLUS = /\+(?![\p{L}\d+])/uy;
const OFFSET = /[-−](?=\d)/uy;
const COUNTDOWN = /-(?=\d{1,3} (?:second|minute|hour|day|week)s?(?!\p{L}))/uy;
const ALTERNATIVE = /\/(?=(?:she|he|hers?|his|him|no|yes|herself|himself|they)(?!\p{L}))/iuy;
const ALTERNATIVES = /^(?:she|he|hers?|his|him|no|yes|herself|himself)$/i;
const BEFORE_NUMBER = /([~<>])(=?) ?(?=[.\d$£€¥½¼¾+-])/uy;
const COMPARISON = /([<>!=])=+/uy;
/** "x += 1", "i++", "i--;" */
const ASSIGNMENT = /([-+*/%])=(?!=)(?= ?[\p{L}\d('"-])/uy;
const STEP = /\+\+(?![\p{L}\d+])|--(?=[;)])/uy;
const ASSIGNMENTS = new Map([
  ['+', 'plus equals'],
  ['-', 'minus equals'],
  ['*', 'times equals'],
  ['/', 'divided by equals'],
  ['%', 'modulo equals'],
]);
/** "5! = 120", "n!/k!" */
const FACTORIAL = /(?<=(?<!\p{L})(?:\d|[a-z]))!(?= ?[=+×*/−](?!=)| - ?\d|(?<=[a-z]!)[()])/uy;
const CONNECTIVE = /(?:&&|\|\|)(?= )/uy;
const ARROW = /-{1,2}>|={1,2}>(?!=)|<-{1,2}(?!\d)|[→⇒←⇐↔⇔➔➜➡]/uy;

function matchAssignment(scan: Scan, at: number): Match | undefined {
  const behind = scan.text.charAt(at + 1);
  if (behind !== '=' && behind !== '+' && behind !== '-') return undefined;
  const before = scan.text.charAt(at - 1);
  const match = /[ \p{L}\d\])]/u.test(before) ? matchAt(ASSIGNMENT, scan, at) : null;
  if (match !== null) return sayToken(at, at + 2, ASSIGNMENTS.get(match[1]) ?? '');
  if (!/[\p{L}\d_\])]/u.test(before) || !looksAt(STEP, scan, at)) return undefined;
  return sayToken(at, at + 2, behind === '+' ? 'plus plus' : 'minus minus');
}

/** Signs of numbers, operators between operands, comparisons; arrows are silent. */
export const matchSymbol: Matcher = (scan, at) => {
  const before = scan.text.charAt(at - 1);
  const connective = matchAt(CONNECTIVE, scan, at)?.[0];
  if (connective !== undefined && before === ' ') {
    return sayToken(at, at + 2, connective === '&&' ? 'and' : 'or');
  }
  if (looksAt(FACTORIAL, scan, at)) return sayToken(at, at + 1, 'factorial');
  const arrow = matchAt(ARROW, scan, at);
  if (arrow !== null) return { end: at + arrow[0].length, tokens: [] };
  const assignment = matchAssignment(scan, at);
  if (assignment !== undefined) return assignment;
  const comparison = matchAt(COMPARISON, scan, at);
  if (comparison !== null) {
    const end = at + comparison[0].length;
    const names: Record<string, string> = {
      '<': 'less than or equal to',
      '>': 'greater than or equal to',
      '!': 'is not equal to',
      '=': 'equals',
    };
    if (end - at <= 3) return sayToken(at, end, names[comparison[1]]);
    return { end, tokens: [] };
  }
  if (/[([\s"“'=*/×÷^<>≤≥≈~–—]|^$/u.test(before)) {
    const sign = matchAt(SIGN_BEFORE_NUMBER, scan, at);
    const spacedBehindNumber = / $/.test(before) && /\d/.test(scan.text.charAt(at - 2));
    if (sign !== null && !(spacedBehindNumber && scan.text.charAt(at + 1) === ' ')) {
      return sayToken(at, at + 1, sign[0] === '+' ? 'plus' : 'minus');
    }
  }
  if (looksAt(OFFSET, scan, at) && /^(?:UTC|GMT)$/.test(previousWord(scan, at))) {
    return sayToken(at, at + 1, 'minus');
  }
  if (previousWord(scan, at) === 'T' && looksAt(COUNTDOWN, scan, at)) {
    return sayToken(at, at + 1, 'minus');
  }
  if (looksAt(ALTERNATIVE, scan, at) && ALTERNATIVES.test(previousWord(scan, at))) {
    return sayToken(at, at + 1, 'or');
  }
  if (looksAt(RATE, scan, at)) return sayToken(at, at + 1, 'per');
  if (looksAt(TRAILING_PLUS, scan, at) && /[\p{L}\d]/u.test(before))
    return sayToken(at, at + 1, 'plus');
  const prefix = matchAt(BEFORE_NUMBER, scan, at);
  if (prefix !== null)
    return sayToken(at, at + 1 + prefix[2].length, prefixWords(prefix[1], prefix[2]));
  const operator = matchOperator(scan, at);
  if (operator !== undefined) return operator;
  const name = NAMES.get(scan.text.charAt(at));
  if (name === undefined) return matchGreek(scan, at);
  if (scan.text.startsWith('§§', at)) return sayToken(at, at + 2, 'sections');
  return isRepeated(scan.text, at) ? undefined : sayToken(at, at + 1, name);
};

function prefixWords(sign: string, equal: string): string {
  const orEqual = equal === '' ? '' : ' or equal to';
  if (sign === '<') return `less than${orEqual}`;
  return sign === '>' ? `greater than${orEqual}` : 'about';
}

/** A line of signs is drawing, not speech. */
function isRepeated(text: string, at: number): boolean {
  const sign = text.charAt(at);
  return text.charAt(at + 1) === sign || text.charAt(at - 1) === sign;
}

const OPERATORS = new Map([
  ['+', 'plus'],
  ['-', 'minus'],
  ['*', 'times'],
  ['/', 'divided by'],
  ['<', 'less than'],
  ['>', 'greater than'],
]);
const OPERAND_BEHIND = / {0,2}(?:[\d($£€√π.−-]|\p{L}(?![\p{L}'])|\p{L}[²³^])/uy;

/** "2+2", "5 * 3", "a + b", "10 / 2": an operator with an operand on either side. */
const matchOperator: Matcher = (scan, at) => {
  const sign = scan.text.charAt(at);
  const name = OPERATORS.get(sign);
  const last = scan.tokens.at(-1);
  if (name === undefined || last === undefined) return undefined;
  if (sign === '+' && isPlusBetweenWords(scan.text, at)) return sayToken(at, at + 1, 'plus');
  const gap = scan.text.slice(last.end, at);
  if (!/^[ )]{0,3}$/.test(gap)) return undefined;
  const operand = scan.text.slice(last.start, last.end);
  const numeric = /[\d²³πθ%]$/u.test(operand) || /^\p{L}$/u.test(operand) || gap.startsWith(')');
  if (!numeric || matchAt(OPERAND_BEHIND, scan, at + 1) === null) return undefined;
  const spaced = gap.endsWith(' ');
  if (sign === '-' && !spaced && /^\p{L}$/u.test(operand)) return undefined;
  if (sign === '-' && !isExpression(scan.text, at)) return undefined;
  if (sign === '/' && !spaced && !isQuotient(scan.text, at)) return undefined;
  return sayToken(at, at + 1, name);
};

function isPlusBetweenWords(text: string, at: number): boolean {
  return (
    /[ \p{L}\d)]/u.test(text.charAt(at - 1)) &&
    /[ \p{L}\d(]/u.test(text.charAt(at + 1)) &&
    text.charAt(at + 1) !== ''
  );
}

/** "x/2", "1/x" and "6/3=2" divide; "FY2023/24" and "$5/£4" do not. */
function isQuotient(text: string, at: number): boolean {
  const around = text.slice(Math.max(0, at - 20), at + 20);
  if (/(?:^|[^\p{L}\d])\p{L}$/u.test(text.slice(Math.max(0, at - 2), at))) {
    return /^\d/.test(text.slice(at + 1));
  }
  if (/^\p{L}(?![\p{L}\d])/u.test(text.slice(at + 1, at + 3))) return true;
  return /\d$/.test(text.slice(0, at)) && /[=+×÷*^√²³]/u.test(around);
}

/** A hyphen is a minus where an equation or another operator is near. */
function isExpression(text: string, at: number): boolean {
  return /[=+×÷*^√²³]/u.test(text.slice(Math.max(0, at - 20), at + 20));
}

export const matchGreek: Matcher = (scan, at) => {
  const match = matchAt(GREEK_ALONE, scan, at);
  if (
    match === null ||
    (/[\p{L}\p{M}]/u.test(scan.text.charAt(at - 1)) && /[α-ωΑ-Ω]/u.test(scan.text.charAt(at - 1)))
  )
    return undefined;
  return sayToken(at, at + 1, GREEK.get(match[0]) ?? match[0]);
};
