import { looksAt, type Matcher, matchAt, type Scan, sayToken } from './scan.ts';

const MINUS_BEHIND = /[-−](?=[ .,:;!?)"”]|$)(?! (?:and|or|to) \p{L}+-)/uy;
const GRADED_BEFORE =
  /(?:^|[^\p{L}])(?:an?|averaged?|blood|earned|from|gets?|got|grades?|grading|group|of|or|rated|rating|received|scored|straight|to|types?|with)[ :]{1,2}(?:[A-F]|AB|O|A{2,3}|B{2,3}|C{2,3})$/iu;
const GRADED_BEHIND = /^ (?:average|blood|donors?|grades?|patients?|rating|students?)(?!\p{L})/u;

const STAR_BEHIND = /(?<=(?<![\p{L}\d])A)\*(s)?(?![\p{L}\d*])/uy;

/** "a B- in maths", "blood group AB-", "rated BBB-": the hyphen behind a mark is a minus. "A*" is the best. */
export const matchGradeSign: Matcher = (scan, at) => {
  const star = matchAt(STAR_BEHIND, scan, at);
  if (star !== null) return sayToken(at, at + star[0].length, star[1] ? 'stars' : 'star');
  return looksAt(MINUS_BEHIND, scan, at) && isGraded(scan, at)
    ? sayToken(at, at + 1, 'minus')
    : undefined;
};

function isGraded({ text }: Scan, at: number): boolean {
  if (GRADED_BEFORE.test(text.slice(Math.max(0, at - 16), at))) return true;
  return (
    /(?:^|[^\p{L}\d])(?:[A-DFO]|AB)$/u.test(text.slice(Math.max(0, at - 3), at)) &&
    GRADED_BEHIND.test(text.slice(at + 1, at + 12))
  );
}
