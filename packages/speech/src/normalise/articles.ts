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
/** What a measure in front describes even where no article stands before it: "60W bulb", "5 min read". */
const DESCRIBED = new Set(
  (
    'adapter angle antenna bag banknote battery bill break breaststroke backstroke bottle bulb butterfly ' +
    'cable camera capsule charger clip coin commute connection dash delay delivery disc disk display dose drive ' +
    'engine fee film filter fine flight freestyle fuse hike hurdles jack jar lens marathon modem monitor motor ' +
    'network note outlet pack pipe pistol plank processor race radius read relay ride run screen service shift ' +
    'sprint steak supply swim tablet tank timer tin tv video voucher walk warranty window workout'
  ).split(' '),
);

export function hasDeterminer(scan: Scan, start: number): boolean {
  return DETERMINERS.has(previousWord(scan, start).toLowerCase());
}

/** True for "a [5 km] run": a measure used as an adjective, whose unit stays singular. */
export function modifiesNoun(scan: Scan, start: number, end: number): boolean {
  const next = nextWord(scan, end);
  if (DESCRIBED.has(next) || DESCRIBED.has(next.replace(/s$/, ''))) return true;
  if (!hasDeterminer(scan, start)) return false;
  return /^\p{Ll}/u.test(next) && !NOT_NOUNS.has(next);
}
