import { nextWord, previousWord, type Scan } from './scan.ts';

const DETERMINERS = new Set(
  'a an the this that each every another my your his her its our their'.split(' '),
);
const NOT_NOUNS = new Set(
  (
    'a an and are as at away be before behind below but by can come could did do does down each ' +
    'equals every for from had has have he higher if in into is it its just less lower may more ' +
    'must north now of off on only or out over past per plus she since so south east west than ' +
    'that the then they this through to too under until up was we were when where which while ' +
    'who will with would yesterday today tomorrow later longer away apart ago'
  ).split(' '),
);

/** True for "a [5 km] run": a measure used as an adjective, whose unit stays singular. */
export function modifiesNoun(scan: Scan, start: number, end: number): boolean {
  if (!DETERMINERS.has(previousWord(scan, start).toLowerCase())) return false;
  const next = nextWord(scan, end);
  return /^\p{Ll}/u.test(next) && !NOT_NOUNS.has(next);
}
