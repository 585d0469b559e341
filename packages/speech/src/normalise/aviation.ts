import { type Matcher, matchAt, sayToken } from './scan.ts';
import { verbaliseDigits, verbaliseInteger } from './verbalise-number.ts';

const RUNWAY = /(\d{1,2})([LRC])?(?:\/(\d{1,2})([LRC])?)?(?![\p{L}\d]|[.,:]\d)/uy;
const SIDES = new Map([
  ['L', 'left'],
  ['R', 'right'],
  ['C', 'center'],
]);
/** What is said in front of them, and whether a code or a runway follows. */
const NAMES = new Map<string, 'code' | 'runway'>([
  ['squawk', 'code'],
  ['Squawk', 'code'],
  ['squawking', 'code'],
  ['Q N H', 'code'],
  ['Q F E', 'code'],
  ['runway', 'runway'],
  ['Runway', 'runway'],
  ['runways', 'runway'],
]);
const FOUR_DIGITS = /\d{4}(?![\p{L}\d]|[.,:]\d)/uy;
const FLIGHT_LEVEL = /FL ?(\d{2,3})(?![\p{L}\d]|[.,]\d)/uy;

/** "runway 27L", "squawk 7700", "QNH 1013": sign by sign, as pilots say them. */
export const matchAviation: Matcher = (scan, at) => {
  const previous = NAMES.get(scan.tokens.at(-1)?.spoken ?? '');
  if (previous === undefined || scan.text.charAt(at - 1) !== ' ') return undefined;
  if (previous === 'code') {
    const digits = matchAt(FOUR_DIGITS, scan, at)?.[0];
    return digits === undefined ? undefined : sayToken(at, at + 4, verbaliseDigits(digits));
  }
  const runway = matchAt(RUNWAY, scan, at);
  if (runway === null) return undefined;
  const [written, number, side, other, otherSide] = runway;
  const say = (digits: string | undefined, letter: string | undefined): string[] => {
    if (digits === undefined) return [];
    const name = letter === 'C' && scan.locale === 'en-GB' ? 'centre' : SIDES.get(letter ?? '');
    return [verbaliseDigits(digits), ...(name === undefined ? [] : [name])];
  };
  // One digit without a side is more often a count than a runway.
  if (number.length === 1 && side === undefined && other === undefined) {
    return sayToken(at, at + written.length, verbaliseInteger(number, scan.locale));
  }
  const spoken = [...say(number, side), ...say(other, otherSide)].join(' ');
  return sayToken(at, at + written.length, spoken);
};

/** FL350: a flight level. */
export const matchFlightLevel: Matcher = (scan, at) => {
  const match = scan.text.startsWith('FL', at) ? matchAt(FLIGHT_LEVEL, scan, at) : null;
  if (match === null) return undefined;
  return sayToken(at, at + match[0].length, `flight level ${verbaliseDigits(match[1])}`);
};
