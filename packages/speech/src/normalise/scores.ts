import { MONTH_SOURCE, WEEKDAY_NAME } from './dates.ts';
import { type Matcher, matchAt, nextWord, previousWord, type Scan, sayToken } from './scan.ts';
import { verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

const PAIR = /(\d{1,3})( ?[–—-] ?)(\d{1,3})(?![\p{L}\d%°/]|[.,:]\d|[–-]\d)/uy;
/** "mix 1:2:3" */
const PROPORTION = /\d{1,3}(?::\d{1,3}){2,5}(?![\p{L}\d/]|[:.]\d)/uy;
/** "13:4-7": verses, behind their chapter. */
const VERSES = /[-–](\d{1,3})(?![\p{L}\d]|[:.]\d)/uy;
const RATIO = /(\d{1,4}):(\d{1,3}(?:,\d{3}){1,3}|\d{1,4})(?:\.(\d{1,6}))?(?![\p{L}\d/]|[:.]\d)/uy;
/** Chapter and verse. */
const BOOKS =
  /^(?:Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Samuel|Kings|Chronicles|Job|Psalms?|Proverbs|Ecclesiastes|Isaiah|Jeremiah|Ezekiel|Daniel|Hosea|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Colossians|Thessalonians|Timothy|Titus|Hebrews|James|Peter|Jude|Revelation|Surah|Qur'an|Quran)$/;
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
      return sayToken(at, at + written.length, `${minutes} minutes ${seconds} seconds`);
    }
    const isVerse = BOOKS.test(previousWord(scan, at));
    const verses = isVerse ? matchAt(VERSES, scan, at + written.length) : null;
    const link = isVerse ? ' ' : ' to ';
    const last = verses === null ? '' : ` to ${verbaliseInteger(verses[1], scan.locale)}`;
    const spoken = `${verbaliseInteger(first, scan.locale)}${link}${verbaliseInteger(second, scan.locale)}${last}`;
    return sayToken(at, at + written.length + (verses?.[0].length ?? 0), spoken);
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
