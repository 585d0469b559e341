import { MONTH_SOURCE, WEEKDAY_NAME } from './dates.ts';
import { type Matcher, matchAt, nextWord, previousWord, type Scan, sayToken } from './scan.ts';
import { verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

const PAIR = /(\d{1,3})( ?[–—-] ?)(\d{1,3})(?![\p{L}\d%°/]|[.,:]\d|[–-]\d)/uy;
/** "mix 1:2:3" */
const PROPORTION = /\d{1,3}(?::\d{1,3}){2,5}(?![\p{L}\d/]|[:.]\d)/uy;
const RATIO = /(\d{1,4}):(\d{1,3}(?:,\d{3}){1,3}|\d{1,4})(?:\.(\d{1,6}))?(?![\p{L}\d/]|[:.]\d)/uy;
/** Runs and wickets: "350-7 d", "312/6 (50 ov)". */
const INNINGS =
  /(\d{2,3})[-–/]([1-9])(?:( ?d(?:ec)?\.?)(?![\p{L}\d])|(?= ?\(\d{1,3}(?:\.\d)? ?ov(?:er)?s?\)))/uy;
const SCORED =
  /^(?:won|wins?|lost|loses?|losing|winning|beat|beats|beaten|drew|draw|tied|lead|leads|led|leading|trailing|trailed|trail|score|scored|scoreline|ahead|up|down|finished|ended|defeated|defeat|victory|thrashed)$/i;
const SCORE =
  /^(?:win|wins|victory|victories|defeat|defeats|loss|losses|draw|draws|tie|ties|lead|score|scoreline|thrashing|advantage|record|vote|aggregate|ruling|decision|majority|split)$/i;

/** Said as they stand. */
const PAIRS = new Set(['20-20', '24-7', '50-50']);
/** A name on either side: "Arsenal 3-0 Spurs". */
const TEAM = new RegExp(
  `^(?!(?:${MONTH_SOURCE}|${WEEKDAY_NAME}|Pages?|Ages?|Chapters?|Verses?|Rows?|Lines?|Steps?|Items?|Questions?|Grades?|Years?|Sections?|Days?|Weeks?|Figures?|Levels?|Numbers?|Figs?|From|The|In|At|About)$)\\p{Lu}\\p{Ll}{2,}$`,
  'u',
);

const SET_BEFORE = /\d[-–]\d(?: ?\(\d{1,2}[-–]\d{1,2}\))?,? \(?$/;

/** "6-4, 6-7 (5-7)": games of a set behind those of another that was read as a score. */
function followsSet(scan: Scan, at: number, written: string): boolean {
  return (
    written.length === 3 &&
    SET_BEFORE.test(scan.text.slice(Math.max(0, at - 14), at)) &&
    scan.tokens.at(-1)?.spoken.includes(' to ') === false
  );
}

/** "3-2 win", "beat them 2–0", "16:9", "10:1": scores and ratios of two numbers. */
export const matchScore: Matcher = (scan, at) => {
  const proportion = matchAt(PROPORTION, scan, at);
  if (proportion !== null) {
    const parts = proportion[0].split(':').map((part) => verbaliseInteger(part, scan.locale));
    return sayToken(at, at + proportion[0].length, parts.join(' to '));
  }
  const ratio = matchAt(RATIO, scan, at);
  if (ratio !== null) {
    const [written, first, second, decimals] = ratio;
    if (decimals !== undefined) {
      const seconds = verbaliseNumber(`${Number(second)}.${decimals}`, scan.locale);
      const minutes = verbaliseInteger(String(Number(first)), scan.locale);
      return sayToken(
        at,
        at + written.length,
        `${minutes} ${Number(first) === 1 ? 'minute' : 'minutes'} ${seconds} seconds`,
      );
    }
    const [one, other] = [first, second].map((side) => verbaliseInteger(side, scan.locale));
    return sayToken(at, at + written.length, `${one} to ${other}`);
  }
  const innings = matchAt(INNINGS, scan, at);
  if (innings !== null) {
    const [written, runs, wickets, declared] = innings;
    const score = [runs, wickets]
      .map((count) => verbaliseInteger(count, scan.locale))
      .join(' for ');
    const spoken = declared === undefined ? score : `${score} declared`;
    return sayToken(at, at + written.length, spoken);
  }
  const match = matchAt(PAIR, scan, at);
  if (match === null) return undefined;
  const [written, first, , second] = match;
  const end = at + written.length;
  const behind = nextWord(scan, end);
  const earlier = [scan.tokens.at(-1), scan.tokens.at(-2), scan.tokens.at(-3)].some(
    (token) =>
      token !== undefined &&
      at - token.end < 30 &&
      SCORED.test(scan.text.slice(token.start, token.end)),
  );
  const shares = Number(first) + Number(second) === 100 && written.length === 5;
  const opponents = TEAM.test(previousWord(scan, at)) && TEAM.test(behind) && written.length < 6;
  if (shares || opponents || PAIRS.has(written))
    return sayToken(at, end, scoreWords(first, second));
  if (!SCORE.test(behind) && !followsSet(scan, at, written) && !(earlier && Number(first) < 200))
    return undefined;
  return sayToken(at, end, scoreWords(first, second));

  function scoreWords(one: string, other: string): string {
    const words = [one, other].map((points) => {
      if (Number(points) > 0) return verbaliseInteger(points, scan.locale);
      return scan.locale === 'en-GB' ? 'nil' : 'nothing';
    });
    return words.join(' ');
  }
};
