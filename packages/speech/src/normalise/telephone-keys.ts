import { looksAt, type Matcher, previousWord, type Scan, sayToken } from './scan.ts';

/** Of a telephone: "press * or #", "the # key", "dial *67". */
const KEY = /[*#](?=[ .,;:!?)]|$|\d{1,3}(?!\d))/uy;
const PRESSED = /^(?:press|presses|pressing|dial|enter|hit|or|the|then|by|followed)$/i;

/** The star and the pound key of a telephone. */
export const matchTelephoneKey: Matcher = (scan, at) => {
  const sign = scan.text.charAt(at);
  if (sign !== '*' && sign !== '#') return undefined;
  if (!looksAt(KEY, scan, at) || !isKey(scan, at)) return undefined;
  const pound = scan.locale === 'en-GB' ? 'hash' : 'pound';
  return sayToken(at, at + 1, sign === '*' ? 'star' : pound);
};

function isKey(scan: Scan, at: number): boolean {
  const previous = previousWord(scan, at);
  if (!PRESSED.test(previous)) return false;
  if (/^(?:or|the|then|by|followed)$/i.test(previous)) {
    return /^.(?: (?:key|button|sign|symbol)|[.,;:!?)]|$)/.test(scan.text.slice(at, at + 9));
  }
  return true;
}
