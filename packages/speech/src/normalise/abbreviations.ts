import { matchCompass } from './compass.ts';
import { DOTTED, EXPANSIONS, type Expansion } from './expansions.ts';
import {
  isCapitalised,
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  nextWord,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { sentenceStartAt } from './sentence-starters.ts';

const ABBREVIATION = /(\p{L}{1,6})(?:(\.)(?![\p{L}'-])|(?![\p{L}\d'-]))/uy;
const NUMBER_FOLLOWS =
  /(?:\. ?|(?<=\.) ?)(?:\d|[A-Z]{1,3}\d|\(\d{1,4}[a-z]?\)|[IVXL]{2,8}\b|[VXL]\b|[ivx]{2,6}\b|I[-–][IVXL])/uy;

/** "s 98(4)" */
const PROVISION_FOLLOWS = / \d{1,4}[A-Z]{0,2}\(\w{1,4}\)/uy;
/** "2 c. sugar" */
const INGREDIENT = /(?<=\.) \p{Ll}{2}/uy;

/** Mozart's and Schubert's works: "K. 525", "D. 960". */
const CATALOGUED = /[KD]\.(?= ?\d{1,3}[a-z]?(?:[.,;:)]|$| (?:in|by|for|is|was|and)(?!\p{L})))/uy;

const DOTTED_PATTERN =
  /(?:[eE]\.g\.|[iI]\.e\.|et al\.|a\.k\.a\.|[ap]\.m\.|p\.a\.|[Pp]\.[Ss]\.|op\. cit\.|and\/or|s\/he|n\/a|c\/o|m\/m|q\/q|y\/y|[YQM]o[YQM]|Rt\.? Hon\.?|TL;DR|tl;dr|(?<!\/)b\/c|w\/out|w\/c|w\/e(?= \d)|w\/o)(?![\p{L}\d])|[nN]°(?= ?\d)|[eE]xt(?= \d{2,5}(?!\d))|w\/(?=[ \p{L}])|(?:eg|ie)(?=,? \p{Ll})/uy;

/** Abbreviations, each by what stands around it. */
export const matchAbbreviation: Matcher = (scan, at) => {
  const dotted = matchAt(DOTTED_PATTERN, scan, at);
  if (dotted !== null) {
    const expansion = DOTTED.get(dotted[0]);
    if (expansion !== undefined) {
      return expand(at, at + dotted[0].length, expansion, dotted[0].slice(-1));
    }
  }
  const work = matchAt(CATALOGUED, scan, at)?.[0];
  if (work !== undefined) {
    return sayToken(at, at + 2, work.charAt(0), { letters: true, period: 'inner' });
  }
  const match = matchAt(ABBREVIATION, scan, at);
  if (match === null) return undefined;
  const [written, letters, stop = ''] = match;
  const word = stop === '' ? letters : lowerHeadline(letters);
  const end = at + written.length;
  const side = matchCompass(scan, at);
  if (side !== undefined) return side;
  if (word === 'St') return matchSaint(scan, at, end);
  if (word === 'Dr' || word === 'dr') return matchDoctor(scan, at, end);
  if ((word === 's' || word === 'ss') && looksAt(PROVISION_FOLLOWS, scan, end)) {
    return sayToken(at, end, word === 's' ? 'section' : 'sections', { period: 'inner' });
  }
  if (word === 'v' || word === 'VS') return matchVersus(scan, at, end);
  const counted = word === 'c' ? matchCounted(scan, at, end) : undefined;
  if (counted !== undefined) return counted;
  const expansion = EXPANSIONS.get(word);
  if (expansion === undefined || (stop === '' && expansion.bare === undefined)) return undefined;
  if (expansion.numbered !== undefined && !looksAt(NUMBER_FOLLOWS, scan, end)) return undefined;
  const isTitle =
    expansion.period === 'inner' && expansion.bare !== undefined && isCapitalised(word);
  if (isTitle && stop === '' && !isCapitalised(nextWord(scan, end))) return undefined;
  if (
    word === 'Ft' ||
    word === 'Mt' ||
    word === 'Pt' ||
    word === 'Fr' ||
    word === 'Gen' ||
    word === 'Rep'
  ) {
    if (!isCapitalised(nextWord(scan, end))) return undefined;
  }
  if (expansion.named !== undefined && !followsStreetName(scan, at)) return undefined;
  if ((word === 'min' || word === 'max') && /\d$/.test(previousWord(scan, at))) return undefined;
  return expand(at, end, expansion, stop);
};

/** "DR. SMITH", "HEALTH DEPT.": as it is written elsewhere. */
function lowerHeadline(letters: string): string {
  if (!/^[A-Z]{2,5}$/.test(letters) || EXPANSIONS.has(letters)) return letters;
  return letters.charAt(0) + letters.slice(1).toLowerCase();
}

/** "the 18th c.", "2 c. sugar" */
function matchCounted(scan: Scan, at: number, end: number): Match | undefined {
  const previous = previousWord(scan, at);
  if (/^\d{1,2}(?:st|nd|rd|th)$/.test(previous)) {
    return sayToken(at, end, 'century', { period: 'beforeStarter' });
  }
  if (!/[\d½⅓⅔¼¾]$/.test(previous) || !looksAt(INGREDIENT, scan, end)) return undefined;
  return sayToken(at, end, /^[1½⅓⅔¼¾]$/.test(previous) ? 'cup' : 'cups', { period: 'inner' });
}

function expand(start: number, end: number, expansion: Expansion, last: string): Match {
  return sayToken(start, end, expansion.spoken, {
    ...(last === '.' ? { period: expansion.period } : {}),
    ...(expansion.letters === undefined ? {} : { letters: true }),
  });
}

/** A house number or a street's name stands in front: "12 Oak", "Main". */
function followsStreetName(scan: Scan, at: number): boolean {
  const previous = previousWord(scan, at);
  return (
    /^\d+(?:st|nd|rd|th)$/.test(previous) || (isCapitalised(previous) && !/\.$/.test(previous))
  );
}

function followsHouseNumber(scan: Scan): boolean {
  return scan.tokens
    .slice(-4, -1)
    .some((token) => /^\d{1,5}$/.test(scan.text.slice(token.start, token.end)));
}

/** "St. John" against "Main St.". */
function matchSaint(scan: Scan, at: number, end: number): Match | undefined {
  const next = nextWord(scan, end);
  const start = sentenceStartAt(scan.text, end);
  const street = followsStreetName(scan, at) && (start !== 'capital' || followsHouseNumber(scan));
  if (street && !/^(?:In|At|On|To|From|Near|Of|Mount|The|And|By)$/.test(previousWord(scan, at))) {
    return sayToken(
      at,
      end,
      'Street',
      scan.text.charAt(end - 1) === '.' ? { period: 'beforeCapital' } : {},
    );
  }
  if (!isCapitalised(next)) return undefined;
  return sayToken(at, end, 'Saint', { period: 'inner' });
}

/** "Dr. Smith" against "Oak Dr.". */
function matchDoctor(scan: Scan, at: number, end: number): Match | undefined {
  const next = nextWord(scan, end);
  const start = sentenceStartAt(scan.text, end);
  const named =
    followsStreetName(scan, at) && !/^(?:And|The|By|To|But)$/.test(previousWord(scan, at));
  const drive =
    named &&
    (start === 'none' || start === 'starter' || followsHouseNumber(scan)) &&
    scan.text.slice(at, at + 2) === 'Dr';
  const dotted = scan.text.charAt(end - 1) === '.';
  if (drive) return sayToken(at, end, 'Drive', dotted ? { period: 'beforeCapital' } : {});
  if (!dotted && !isCapitalised(next)) return undefined;
  return sayToken(at, end, 'Doctor', { period: 'inner' });
}

function matchVersus(scan: Scan, at: number, end: number): Match | undefined {
  if (!isCapitalised(previousWord(scan, at)) || !isCapitalised(nextWord(scan, end)))
    return undefined;
  return sayToken(at, end, 'versus', { period: 'inner' });
}
