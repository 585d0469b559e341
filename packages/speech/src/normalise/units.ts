import { modifiesNoun } from './articles.ts';
import { matchCompass } from './compass.ts';
import { countsMany } from './counted-nouns.ts';
import { NUMBER, type Quantity, readQuantity } from './quantity.ts';
import {
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { unitNames } from './unit-names.ts';
import { verbaliseInteger } from './verbalise-number.ts';

const SUPERSCRIPTS = new Map([
  ['²', 'square'],
  ['2', 'square'],
  ['³', 'cubic'],
  ['3', 'cubic'],
]);

const PREFIXES = new Map([
  ['sq', 'square'],
  ['cu', 'cubic'],
  ['fl', 'fluid'],
]);

/** Letters that are also words, articles or names: units only directly behind the number, or last. */
const AMBIGUOUS = new Set(Array.from('ABCFHJKMNRTU'));

const SEPARATOR = /( ?)(-?)/uy;
const SYMBOL =
  /(?:sq\.? ?|cu\.? ?|fl\.? ?)?(?:(?:in\.?|mm) ?Hg(?!\p{L})|N·m(?!\p{L})|(?:°|deg(?:rees)?(?= ?[CF](?![\p{L}\d])))(?: ?[CFK](?![\p{L}\d]))?|[\p{L}Ω"'%‰]{1,9})/uy;
const EXPONENT = /[²³]|[23](?![\p{L}\d])/uy;
const DENOMINATOR = /\/(?:(\d{1,4}) ?)?(\p{L}{1,5})([²³23]?)(?:[·.]?(K))?(?![\p{L}\d/])/uy;
const DOT = /\.(?!\p{L})/uy;
const WORD_FOLLOWS = / +\p{L}/uy;
const MEASURE_FOLLOWS =
  / (?:wide|long|tall|high|deep|thick|across|diameter|of (?:rain|snow)|by |x |×)/uy;
/** A quotation begun shortly before, which the mark then ends. */
const OPEN_QUOTE = /(?:^|[ (])"(?=\S)[^"]*$/;
const FEET_BEFORE = /\d ?(?:ft|feet|foot),? \d{1,2}(?:\.\d)? in$/;
const MERCURY = /mmHg(?!\p{L})/uy;
const COMPOUND =
  /(?:[kcm]?m|mg|g|kg|[kMGT]?[Bb]|ft|mi|L|k?J|mol)\/(?:hr?|s|dL|L|m|min|kg|day|mol)(?![\p{L}\d])/uy;
const BOUNDARY = /(?![\p{L}\d]|\.\p{L})/uy;

/** Of a blood count: "250 K/uL". */
const CELLS = / ?([KM])\/[uμ][lL](?![\p{L}\d])/uy;

const SCALE =
  /(?: (hundred|thousand|million|billion|trillion)|(k|M|bn)) (?=(?:sq\.? )?(?:[kcm]?m[²³23]?|mi|ft|[kM]?g|t|[kMGT]?Wh?|[kMGT]?Hz|[kMGT]B|[lL]|ha|lbs?|kcal|px|ly)(?![\p{L}\d]))/uy;
const POINTS = new RegExp(
  String.raw`${NUMBER}(?:[-–]${NUMBER})?(?: ?bps|(bp|pp))(?![\p{L}\d])`,
  'uy',
);
const TEMPERATURE = /\d{1,3}(?:\.\d)?(?:[-–]\d{1,3})?([CF])(?![\p{L}\d-])/uy;
const WARMTH_BEFORE =
  /(?:[(\s][-−]|\b(?:hits?|reach(?:ed|es|ing)?|below|above|around|about|nearly|was|were|highs?(?: of)?|temp(?:erature)?s?:?|T|lows?(?: of)?|temperatures? of|at|over|under|from|between|[CF] (?:and|to)) )$|^[-−]$/i;
const NAMES_A_PLACE = /(?:room|flat|seat|gate|row|bay|apt\.?|apartment|unit|suite|no\.?|number) $/i;

interface Unit {
  end: number;
  one: string;
  many: string;
}

/** 5 km, 60 mph, 72°F, 10GB, 3 Mbps, 5 km/h, 20 m², 5–10%, 5-km: a number with its unit. */
export const matchMeasure: Matcher = (scan, at) => {
  const quantity = readQuantity(scan, at);
  if (quantity === undefined) return undefined;
  const cells = matchAt(CELLS, scan, quantity.end);
  const [volume] = unitNames('uL', scan.locale) ?? [];
  if (cells !== null && volume !== undefined) {
    const many = cells[1] === 'K' ? 'thousand' : 'million';
    const spoken = `${quantity.spoken} ${many} per ${volume}`;
    return sayToken(at, quantity.end + cells[0].length, spoken);
  }
  const scaled = measureScaled(scan, at, quantity);
  if (scaled !== undefined) return scaled;
  const separator = matchAt(SEPARATOR, scan, quantity.end);
  if (separator === null) return undefined;
  const [between, space, hyphen] = separator;
  if (space !== '' && hyphen !== '') return undefined;
  const unit = readUnit(scan, quantity.end + between.length, space !== '');
  if (unit === undefined) return undefined;
  const singular = quantity.one || hyphen !== '' || modifiesNoun(scan, at, unit.end);
  if (quantity.fraction && singular && unit.many !== 'percent') {
    const part = quantity.spoken.replace(/^one half$/, 'half').replace(/s$/, '');
    return measureToken(at, unit.end, `${part} ${unit.one}`, scan);
  }
  if (quantity.fraction && unit.many !== 'percent') {
    const part = quantity.spoken === 'one half' ? 'half' : `${quantity.spoken} of`;
    return measureToken(at, unit.end, `${part} ${article(unit.one)} ${unit.one}`, scan);
  }
  const spoken = `${quantity.spoken} ${singular ? unit.one : unit.many}`;
  return measureToken(at, unit.end, spoken, scan);
};

/** "150 million km", "50k km": the unit of a round number. */
function measureScaled(scan: Scan, at: number, quantity: Quantity): Match | undefined {
  const scale = matchAt(SCALE, scan, quantity.end);
  if (scale === null) return undefined;
  const [written, word, letter] = scale;
  const unit = readUnit(scan, quantity.end + written.length, true);
  if (unit === undefined) return undefined;
  const many = word ?? (letter === 'k' ? 'thousand' : letter === 'bn' ? 'billion' : 'million');
  const name = modifiesNoun(scan, at, unit.end) ? unit.one : unit.many;
  return measureToken(at, unit.end, `${quantity.spoken} ${many} ${name}`, scan);
}

/** Rates move by "25bps", shares by "2.5pp". */
export const matchPoints: Matcher = (scan, at) => {
  const match = matchAt(POINTS, scan, at);
  const quantity = readQuantity(scan, at);
  if (match === null || quantity === undefined) return undefined;
  const kind = match[1] === 'pp' ? 'percentage point' : 'basis point';
  const singular = quantity.one || modifiesNoun(scan, at, at + match[0].length);
  return sayToken(at, at + match[0].length, `${quantity.spoken} ${kind}${singular ? '' : 's'}`);
};

/** "a high of 25C", "bake at 350F", "-40C": degrees without their sign. */
export const matchBareTemperature: Matcher = (scan, at) => {
  const match = matchAt(TEMPERATURE, scan, at);
  const quantity = readQuantity(scan, at);
  if (match === null || quantity === undefined) return undefined;
  const [written, scale] = match;
  const before = scan.text.slice(Math.max(0, at - 16), at);
  const oven = /^\d{3}[CF]$/.test(written) && !NAMES_A_PLACE.test(before);
  if (!oven && !WARMTH_BEFORE.test(before)) return undefined;
  const name = scale === 'C' ? 'Celsius' : 'Fahrenheit';
  const degrees = quantity.one ? 'degree' : 'degrees';
  return sayToken(at, at + written.length, `${quantity.spoken} ${degrees} ${name}`);
};

/** "km/h" without a number. */
export const matchUnitAlone: Matcher = (scan, at) => {
  if (looksAt(MERCURY, scan, at)) {
    const [, many] = unitNames('mmHg', scan.locale) ?? [];
    return sayToken(at, at + 4, many ?? 'mmHg');
  }
  const match = matchAt(COMPOUND, scan, at);
  const [above, below] = match?.[0].split('/') ?? [];
  const [, many] = unitNames(above ?? '', scan.locale) ?? [];
  const [per] = unitNames(below ?? '', scan.locale) ?? [];
  if (match === null || many === undefined || per === undefined) return undefined;
  return sayToken(at, at + match[0].length, `${many} per ${per}`);
};

/** "250g/9oz", "180°C/350°F/Gas 4": the same amount in other units. */
const AGAIN = /\/(?=\d|[Gg]as (?:mark )?\d)/uy;

/** A unit's full stop ("5 ft.") may end the sentence as well. */
function measureToken(start: number, end: number, spoken: string, scan: Scan): Match {
  const dotted = scan.text.charAt(end - 1) === '.';
  const pause = looksAt(AGAIN, scan, end);
  const token: Token = { start, end, spoken, ...(pause ? { pauseAfter: true } : {}) };
  return { end, tokens: [dotted ? { ...token, period: 'beforeCapital' } : token] };
}

function article(noun: string): string {
  return /^(?:[aeio]|hour)/.test(noun) ? 'an' : 'a';
}

function readUnit(scan: Scan, at: number, spaced: boolean): Unit | undefined {
  const match = matchAt(SYMBOL, scan, at);
  if (match === null) return undefined;
  for (let length = match[0].length; length > 0; length--) {
    const symbol = match[0].slice(0, length);
    const unit = finishUnit(scan, at, symbol, spaced);
    if (unit !== undefined) return unit;
    if (/^\p{L}+$/u.test(symbol)) return undefined;
  }
  return undefined;
}

function finishUnit(scan: Scan, at: number, symbol: string, spaced: boolean): Unit | undefined {
  const prefix = /^(sq|cu|fl(?=\.? ?oz))\.? ?(?=\p{L})/u.exec(symbol);
  const base = symbol
    .slice(prefix?.[0].length ?? 0)
    .replace(/[. ]+(?=Hg$)/, '')
    .replaceAll(' ', '')
    .replace(/^deg(?:rees)?(?=[CF]$)/, '°');
  const names = unitNames(base, scan.locale);
  if (names === undefined) return undefined;
  let end = at + symbol.length;
  let [one, many] = names;
  const power = prefix === null ? powerAt(scan, base, end) : (PREFIXES.get(prefix[1]) ?? '');
  if (power !== '') {
    if (prefix === null) end++;
    one = `${power} ${one}`;
    many = `${power} ${many}`;
  }
  const per = matchAt(DENOMINATOR, scan, end);
  const below = unitNames(per?.[2] ?? '', scan.locale);
  if (per !== null && below !== undefined && !isSameAmount(symbol, per)) {
    end += per[0].length;
    const squared = /[²2]/.test(per[3]) ? ' squared' : /[³3]/.test(per[3]) ? ' cubed' : '';
    const count = per[1] === undefined ? '' : `${verbaliseInteger(per[1], scan.locale)} `;
    const tail = ` per ${count}${per[1] === undefined || per[1] === '1' ? below[0] : below[1]}${squared}${per[4] === undefined ? '' : ' kelvin'}`;
    return { end, one: one + tail, many: many + tail };
  }
  if (/\p{L}$/u.test(symbol) && !looksAt(BOUNDARY, scan, end)) return undefined;
  if (base === 'm' && !spaced && countsMany(scan, end)) return undefined;
  const dotted = /\p{L}$/u.test(symbol) && looksAt(DOT, scan, end);
  if (base === '"' && OPEN_QUOTE.test(scan.text.slice(Math.max(0, at - 80), at))) return undefined;
  if (!allowed(scan, base, end, spaced, dotted)) return undefined;
  return { end: dotted && hasDottedForm(base) ? end + 1 : end, one, many };
}

/** "250g/9oz", "8GB/256GB": the amount again, or another, where "mg/5 mL" is a rate. */
function isSameAmount(symbol: string, [, count, below]: RegExpExecArray): boolean {
  if (count === undefined) return false;
  const isRate = /^(?:[mμ]?g|mcg|k?cal|k?J|[mc]?[lL]|k?m|U|IU)$/.test(symbol);
  return !isRate || !/^(?:[md]?[lL]|h|hrs?|min|s|day|km)$/.test(below) || symbol === below;
}

function powerAt(scan: Scan, base: string, end: number): string {
  if (!/^(?:[kcmdμn]?m|km|ft|in|mi|yd)$/u.test(base)) return '';
  return SUPERSCRIPTS.get(matchAt(EXPONENT, scan, end)?.[0] ?? '') ?? '';
}

/** Customary units are abbreviated with a full stop; symbols of the SI are not. */
function hasDottedForm(base: string): boolean {
  return /^(?:in|ft|yd|mi|oz|lbs?|pt|qt|gal|hrs?|mins?|secs?|yrs?|wks?|mos?|[Tt]bsp|tsp|doz|pkg|sq|cu)$/.test(
    base,
  );
}

const MODEL = /(?:^|[^\p{L}\d])\p{Lu}{1,2}-\d{1,3}[A-Z]$/u;

/** "I-95 N" leads north. */
const ROAD = /(?:\p{Lu}-|(?:US|Hwy|Highway|Route|Rte\.?|SR|Interstate) )\d{1,3} N$/u;

const STAR_BEHIND = /\*/y;

const NAME_BEHIND = / \p{Lu}\p{Ll}/uy;

/** "C-130J", "F-16C"; "12A High Street" */
function isName(scan: Scan, base: string, end: number): boolean {
  if (base === 'A' && looksAt(STAR_BEHIND, scan, end)) return true;
  if (/[A-HJ]/.test(base) && looksAt(NAME_BEHIND, scan, end)) return true;
  return MODEL.test(scan.text.slice(Math.max(0, end - 8), end));
}

/** Whether the letters behind the number are a unit here, and not a word, an article or a name. */
function allowed(scan: Scan, base: string, end: number, spaced: boolean, dotted: boolean): boolean {
  if (!spaced)
    return base !== 'K' && base !== 'B' && !(/^[A-Z]$/.test(base) && isName(scan, base, end));
  if (base === 'in' && FEET_BEFORE.test(scan.text.slice(Math.max(0, end - 16), end))) return true;
  if (base === 'in') return dotted || looksAt(MEASURE_FOLLOWS, scan, end);
  if (base === "'" || base === '"') return false;
  if (base === 'st') return scan.locale === 'en-GB';
  if (!AMBIGUOUS.has(base)) return true;
  if (base === 'A' && looksAt(STAR_BEHIND, scan, end)) return false;
  if (base === 'N' && matchCompass(scan, end - 1) !== undefined) return false;
  if (base === 'N' && ROAD.test(scan.text.slice(Math.max(0, end - 16), end))) return false;
  return !looksAt(WORD_FOLLOWS, scan, end);
}
