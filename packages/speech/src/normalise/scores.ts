import { type Matcher, matchAt, nextWord, previousWord, sayToken } from './scan.ts';
import { verbaliseInteger, verbaliseNumber } from './verbalise-number.ts';

const PAIR = /(\d{1,3})( ?[–—-] ?)(\d{1,3})(?![\p{L}\d%°/]|[.,:]\d|[–-]\d)/uy;
const RATIO = /(\d{1,4}):(\d{1,4})(?:\.(\d{1,6}))?(?![\p{L}\d/]|[:.]\d)/uy;
/** Chapter and verse. */
const BOOKS =
  /^(?:Genesis|Exodus|Psalms?|Proverbs|Isaiah|Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Ephesians|Hebrews|James|Revelation)$/;
const SCORED =
  /^(?:won|wins?|lost|loses?|losing|winning|beat|beats|beaten|drew|draw|tied|lead|leads|led|leading|trailing|trailed|trail|score|scored|scoreline|ahead|up|down|finished|ended|defeated|defeat|victory|thrashed)$/i;
const SCORE =
  /^(?:win|wins|victory|victories|defeat|defeats|loss|losses|draw|draws|tie|ties|lead|score|scoreline|thrashing|advantage|record|vote|aggregate|ruling|decision|majority|split)$/i;

/** "3-2 win", "beat them 2–0", "16:9", "10:1": scores and ratios of two numbers. */
export const matchScore: Matcher = (scan, at) => {
  const ratio = matchAt(RATIO, scan, at);
  if (ratio !== null) {
    const [written, first, second, decimals] = ratio;
    if (decimals !== undefined) {
      const seconds = verbaliseNumber(`${Number(second)}.${decimals}`, scan.locale);
      const minutes = verbaliseInteger(String(Number(first)), scan.locale);
      return sayToken(at, at + written.length, `${minutes} minutes ${seconds} seconds`);
    }
    const link = BOOKS.test(previousWord(scan, at)) ? ' ' : ' to ';
    const spoken = `${verbaliseInteger(first, scan.locale)}${link}${verbaliseInteger(second, scan.locale)}`;
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
  if (shares) return sayToken(at, end, scoreWords(first, second));
  if (!SCORE.test(behind) && !(earlier && Number(first) < 200)) return undefined;
  return sayToken(at, end, scoreWords(first, second));

  function scoreWords(one: string, other: string): string {
    const words = [one, other].map((points) => {
      if (Number(points) > 0) return verbaliseInteger(points, scan.locale);
      return scan.locale === 'en-GB' ? 'nil' : 'nothing';
    });
    return words.join(' ');
  }
};
