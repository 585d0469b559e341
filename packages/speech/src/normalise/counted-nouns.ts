import { looksAt, nextWord, type Scan } from './scan.ts';
import { unitNames } from './unit-names.ts';

const PEOPLE =
  'adults|americans|britons|children|customers|deaths|followers|households|inhabitants|jobseekers|listeners|members|men|migrants|passengers|patients|people|players|pupils|readers|refugees|residents|students|subscribers|tourists|users|viewers|visitors|voters|women|workers';
const THINGS =
  'accounts|acres|albums|barrels|books|bottles|cars|cases|copies|doses|downloads|euros|dollars|hectares|homes|houses|jobs|listings|meals|miles|orders|parameters|pounds|records|rows|sales|shares|streams|tests|tokens|tonnes|tons|transactions|trees|trips|units|vehicles|views|visits|votes';
const COUNTED = new RegExp(
  ` (?:(?:active|additional|daily|extra|more|monthly|new|other|paying|registered|unique|working|young|British|American|European) )?(?:${PEOPLE}|${THINGS})(?!\\p{L})`,
  'iuy',
);

/** True where a crowd is counted behind `end`: the m of "3m people" is a million. */
export function countsMany(scan: Scan, end: number): boolean {
  return looksAt(COUNTED, scan, end);
}

/** Words in -s that may stand behind a number which counts nothing. */
const NOT_COUNTED =
  /^(?:is|was|has|does|as|plus|minus|times|equals|vs|always|this|us|its|[a-z]+ss)$/;

/** True where long digits count something: "7812345678 people", "4294967296 bytes". */
export function isCounted(scan: Scan, end: number): boolean {
  const next = nextWord(scan, end);
  if (countsMany(scan, end) || next === 'of') return true;
  if (unitNames(next, scan.locale) !== undefined) return true;
  return /^[a-z]{3,}s$/.test(next) && !NOT_COUNTED.test(next);
}
