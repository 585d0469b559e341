import {
  isCapitalised,
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  nextWord,
  possessiveAt,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { verbaliseInteger, verbaliseOrdinal, verbaliseYear } from './verbalise-number.ts';

const NUMERAL =
  /(?=[IVXLCDM])(M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3}))((?<=[IVX])(?:th|st|nd|rd))?(?![\p{L}\d]|\.\p{L})/uy;
const SMALL = /(?=[ivxl])((?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3}))(?![\p{L}\d']|\.\p{L})/uy;
const LISTED = /[ivx]{2,5}[),]|i(?=[),][^\u2029]{0,200}[\u2028\u2029 (]{1,2}ii[),])/uy;
/** "Part IIIA" */
const LETTERED = /([IVX]{1,5})([A-H])(?![\p{L}\d])/uy;
const RANGE = /[-–]([IVXLC]{1,8})(?![\p{L}\d])/uy;
/** "NaCl IV", "IV fluids": into the vein. */
const INTRAVENOUS =
  /^(?:access|antibiotics?|bags?|bolus|cannulas?|catheters?|contrast|drips?|drugs?|fluids?|hydration|infusions?|insulin|lines?|medications?|morphine|needles?|paracetamol|pole|poles|push|saline|sites?|steroids?|therapy|treatment)$/;
const WORLD_WAR = /WW(I{1,2}|[12])(?![\p{L}\d])/uy;
const MARK = /Mk(?=(?: (?:[IVX]{1,5}|\d{1,2})|\d{1,2})(?![\p{L}\d]))/uy;
/** No initials and no word look like these. */
const UNMISTAKABLE = /^(?:X{0,2}(?:III?|VIII?|IX)|X{1,2}IV|X{1,3}VI{0,1})$/;
const VALUES = new Map([
  ['I', 1],
  ['V', 5],
  ['X', 10],
  ['L', 50],
  ['C', 100],
  ['D', 500],
  ['M', 1000],
]);

const NUMBERED = new Set(
  'act act. appendix article book canto chapter ch. class division episode figure fig. game grade group lesson level mark mk no. number page pages pp. p. paragraph part phase psalm question round section sec. sc sc. scene song stage acts books cantos chapters parts phases schedules sections stages tables titles types volumes vols vols. stanza step table title tome type unit verse vol. volume war'.split(
    ' ',
  ),
);
const RULERS = new Set(
  (
    'Albert Alexander Alfonso Benedict Boniface Carl Catherine Charles Christian Christina Clement Constantine ' +
    'Cosimo Darius David Edward Elizabeth Emmanuel Ferdinand Francis Frederick George Gregory Gustav Gustavus Haakon Harald ' +
    'Henry Innocent Isabella Ivan James John Joseph Julius Juan Leo Leopold Louis Ludwig Manuel Margaret Maria Mary Maximilian ' +
    'Mehmed Mohammed Napoleon Nicholas Olaf Otto Paul Pedro Peter Philip Pius Ptolemy Ramesses Ramses Richard Robert Rudolf Selim ' +
    'Stephen Suleiman Umberto Urban Victor Victoria Vittorio Wilhelm William Xerxes'
  ).split(' '),
);
/** Behind a name, "I" is the numeral only where no verb of the first person can follow. */
const REGNAL_VERBS = new Set(
  'of was is died became reigned ruled had and in succeeded married married, abdicated ordered founded granted'.split(
    ' ',
  ),
);

/** Henry VIII, World War II, Chapter IV, Act I, the XIX century: Roman numerals by what stands around. */
export const matchRoman: Matcher = (scan, at) => {
  const previous = previousWord(scan, at);
  const war = matchAt(WORLD_WAR, scan, at);
  if (war !== null) {
    const number = /^(?:II|2)$/.test(war[1]) ? 'two' : 'one';
    const suffix = possessiveAt(scan, at + war[0].length);
    return sayToken(at, at + war[0].length + suffix.length, `World War ${number}${suffix}`);
  }
  const mark = scan.text.startsWith('Mk', at) ? matchAt(MARK, scan, at) : null;
  if (mark !== null) return sayToken(at, at + 2, 'Mark');
  const listed =
    (at === 0 || /[(\u2028\u2029]/.test(scan.text.charAt(at - 1))) && looksAt(LISTED, scan, at);
  const small = listed || NUMBERED.has(previous.toLowerCase()) ? matchAt(SMALL, scan, at) : null;
  const lettered = NUMBERED.has(previous.toLowerCase()) ? matchAt(LETTERED, scan, at) : null;
  if (lettered !== null) {
    const number = verbaliseInteger(String(romanValue(lettered[1])), scan.locale);
    return sayToken(at, at + lettered[0].length, `${number} ${lettered[2]}`, { letters: true });
  }
  const match = matchAt(NUMERAL, scan, at) ?? small;
  if (match === null || match[1] === '') return undefined;
  const [written, numeral, suffix] = match;
  const end = at + written.length;
  const value = String(romanValue(numeral.toUpperCase()));
  const next = nextWord(scan, end);
  if (numeral === 'IV' && (INTRAVENOUS.test(next) || /\p{Ll}\p{Lu}/u.test(previous))) {
    return undefined;
  }
  // "Ind" is no first.
  if (suffix !== undefined && !verbaliseOrdinal(value, scan.locale).endsWith(suffix))
    return undefined;
  if (suffix !== undefined || /^centur(?:y|ies)$/.test(next)) {
    if (numeral.length === 1 && suffix === undefined && numeral === 'I') return undefined;
    return sayToken(at, end, verbaliseOrdinal(value, scan.locale));
  }
  if (listed) return sayToken(at, end, verbaliseInteger(value, scan.locale));
  if (NUMBERED.has(previous.toLowerCase())) {
    if (numeral.length === 1 && 'CDLM'.includes(numeral)) return undefined;
    return sayNumber(scan, at, end, value);
  }
  if (RULERS.has(previous) && isRegnal(scan, numeral, end, next)) {
    const possessive = possessiveAt(scan, end);
    const spoken = `the ${verbaliseOrdinal(value, scan.locale)}${possessive}`;
    return sayToken(at, end + possessive.length, spoken);
  }
  if (isSecondReign(scan, previous) && isRegnal(scan, numeral, end, next)) {
    return sayToken(at, end, `the ${verbaliseOrdinal(value, scan.locale)}`);
  }
  if (isYearNumeral(numeral, Number(value))) {
    return sayToken(at, end, verbaliseYear(value, scan.locale));
  }
  if (UNMISTAKABLE.test(numeral)) return sayNumber(scan, at, end, value);
  if (numeral.length < 2 || !isCapitalised(previous) || previous === previous.toUpperCase()) {
    return undefined;
  }
  if (!/^[IVX]+$/.test(numeral) && previous !== 'Bowl') return undefined;
  return sayToken(at, end, verbaliseInteger(value, scan.locale));
};

/** "Chapters IV–VI": a number, or the first and the last of several. */
function sayNumber(scan: Scan, at: number, end: number, value: string): Match {
  const first = { start: at, end, spoken: verbaliseInteger(value, scan.locale) };
  const range = matchAt(RANGE, scan, end);
  const last = romanValue(range?.[1] ?? '');
  if (range === null || last <= Number(value)) return { end, tokens: [first] };
  const close = end + range[0].length;
  const spoken = `to ${verbaliseInteger(String(last), scan.locale)}`;
  return { end: close, tokens: [first, { start: end, end: close, spoken }] };
}

/** "James VI and I", "Louis XIV and XV". */
function isSecondReign(scan: Scan, previous: string): boolean {
  const first = scan.tokens.at(-2);
  if (previous !== 'and' || first === undefined) return false;
  const written = scan.text.slice(first.start, first.end);
  return /^[IVXLC]+$/.test(written) && first.spoken.startsWith('the ');
}

/** MMXXIV, MCMXCIX: on title pages and in credits. */
function isYearNumeral(numeral: string, value: number): boolean {
  return numeral.length >= 4 && value >= 1500 && value < 2100 && /[XVI]/.test(numeral);
}

function isRegnal(scan: Scan, numeral: string, end: number, next: string): boolean {
  if (numeral.length > 1) return true;
  if (numeral !== 'I' && numeral !== 'V' && numeral !== 'X') return false;
  if (numeral !== 'I') return true;
  return REGNAL_VERBS.has(next) || /^(?:'s|[,.;:)]|$)/.test(scan.text.slice(end, end + 2));
}

export function romanValue(numeral: string): number {
  let total = 0;
  for (const [index, letter] of Array.from(numeral).entries()) {
    const value = VALUES.get(letter) ?? 0;
    const following = VALUES.get(numeral.charAt(index + 1)) ?? 0;
    total += value < following ? -value : value;
  }
  return total;
}
