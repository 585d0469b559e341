import { looksAt, type Scan } from './scan.ts';

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
