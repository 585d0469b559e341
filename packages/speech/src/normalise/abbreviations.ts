import { matchCompass } from './compass.ts';
import {
  isCapitalised,
  looksAt,
  type Match,
  type Matcher,
  matchAt,
  nextWord,
  type Period,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { sentenceStartAt } from './sentence-starters.ts';

interface Expansion {
  spoken: string;
  period: Period;
  letters?: true;
  /** Read so only in front of a number (p. 5, no. 7, ch. 3). */
  numbered?: true;
  /** Written without a full stop as well (Mr, etc). */
  bare?: true;
  /** Only behind a capitalised word (Main Rd.). */
  named?: true;
}

const title = (spoken: string): Expansion => ({ spoken, period: 'inner', bare: true });
const dottedTitle = (spoken: string): Expansion => ({ spoken, period: 'inner' });
const numbered = (spoken: string): Expansion => ({ spoken, period: 'inner', numbered: true });
const inner = (spoken: string): Expansion => ({ spoken, period: 'inner' });
const final = (spoken: string): Expansion => ({ spoken, period: 'beforeStarter', bare: true });
const street = (spoken: string): Expansion => ({
  spoken,
  period: 'beforeStarter',
  bare: true,
  named: true,
});

const EXPANSIONS = new Map<string, Expansion>([
  ['Mr', title('Mister')],
  ['Mrs', title('Missus')],
  ['Ms', title('Miz')],
  ['Messrs', title('Messieurs')],
  ['Prof', title('Professor')],
  ['Rev', dottedTitle('Reverend')],
  ['Hon', dottedTitle('Honorable')],
  ['Gov', dottedTitle('Governor')],
  ['Sen', dottedTitle('Senator')],
  ['Rep', dottedTitle('Representative')],
  ['Gen', dottedTitle('General')],
  ['Col', dottedTitle('Colonel')],
  ['Lt', title('Lieutenant')],
  ['Capt', title('Captain')],
  ['Cmdr', title('Commander')],
  ['Sgt', title('Sergeant')],
  ['Cpl', title('Corporal')],
  ['Pvt', title('Private')],
  ['Brig', dottedTitle('Brigadier')],
  ['Cllr', title('Councillor')],
  ['Flt', title('Flight')],
  ['Sqn', title('Squadron')],
  ['Cdr', title('Commander')],
  ['Maj', dottedTitle('Major')],
  ['Adm', dottedTitle('Admiral')],
  ['Pres', dottedTitle('President')],
  ['Supt', title('Superintendent')],
  ['Insp', dottedTitle('Inspector')],
  ['Fr', dottedTitle('Father')],
  ['Mt', title('Mount')],
  ['Pt', dottedTitle('Point')],
  ['Ft', title('Fort')],
  ['Jr', final('Junior')],
  ['Sr', final('Senior')],
  ['Esq', final('Esquire')],
  ['Inc', final('Incorporated')],
  ['Ltd', final('Limited')],
  ['Corp', { spoken: 'Corporation', period: 'beforeStarter' }],
  ['Co', { spoken: 'Company', period: 'beforeStarter' }],
  ['Bros', final('Brothers')],
  ['Assn', final('Association')],
  ['Univ', { spoken: 'University', period: 'beforeStarter' }],
  ['Dept', { spoken: 'Department', period: 'beforeStarter', bare: true }],
  ['dept', { spoken: 'department', period: 'beforeCapital', bare: true }],
  ['Assoc', { spoken: 'Association', period: 'beforeStarter' }],
  ['Intl', final('International')],
  ['Natl', final('National')],
  ['Mfg', final('Manufacturing')],
  ['Govt', final('Government')],
  ['govt', final('government')],
  ['Ave', street('Avenue')],
  ['Blvd', street('Boulevard')],
  ['Rd', street('Road')],
  ['Ln', street('Lane')],
  ['Ct', street('Court')],
  ['Sq', street('Square')],
  ['Pl', street('Place')],
  ['Hwy', final('Highway')],
  ['Rte', final('Route')],
  ['Pkwy', final('Parkway')],
  ['Apt', { spoken: 'Apartment', period: 'inner' }],
  ['apt', { spoken: 'apartment', period: 'inner' }],
  ['Ste', numbered('Suite')],
  ['Rm', numbered('Room')],
  ['Bldg', numbered('Building')],
  ['Fl', numbered('Floor')],
  ['Rt', numbered('Route')],
  ['Op', numbered('Opus')],
  ['op', numbered('opus')],
  ['vs', { spoken: 'versus', period: 'inner', bare: true }],
  ['etc', { spoken: 'et cetera', period: 'beforeCapital', bare: true }],
  ['Etc', { spoken: 'Et cetera', period: 'beforeCapital' }],
  ['approx', { spoken: 'approximately', period: 'inner', bare: true }],
  ['cf', inner('compare')],
  ['viz', inner('namely')],
  ['ca', numbered('circa')],
  ['c', numbered('circa')],
  ['est', { spoken: 'established', period: 'inner', numbered: true }],
  ['Est', { spoken: 'Established', period: 'inner', numbered: true }],
  ['incl', inner('including')],
  ['Incl', inner('Including')],
  ['excl', inner('excluding')],
  ['avg', { spoken: 'average', period: 'inner', bare: true }],
  ['sts', { spoken: 'stitches', period: 'inner', bare: true }],
  ['max', { spoken: 'maximum', period: 'beforeCapital' }],
  ['min', { spoken: 'minimum', period: 'beforeCapital' }],
  ['hrs', { spoken: 'hours', period: 'beforeCapital', bare: true }],
  ['yrs', { spoken: 'years', period: 'beforeCapital', bare: true }],
  ['mins', { spoken: 'minutes', period: 'beforeCapital', bare: true }],
  ['secs', { spoken: 'seconds', period: 'beforeCapital', bare: true }],
  ['Sts', title('Saints')],
  ['appt', inner('appointment')],
  ['misc', { spoken: 'miscellaneous', period: 'inner' }],
  ['tel', inner('telephone')],
  ['Tel', inner('Telephone')],
  ['ext', numbered('extension')],
  ['Ext', numbered('Extension')],
  ['ed', { spoken: 'edition', period: 'beforeCapital' }],
  ['eds', { spoken: 'editors', period: 'beforeCapital' }],
  ['No', numbered('Number')],
  ['no', numbered('number')],
  ['Nr', numbered('number')],
  ['Nº', { spoken: 'Number', period: 'beforeCapital', bare: true }],
  ['Mk', numbered('Mark')],
  ['Vols', numbered('Volumes')],
  ['Ps', numbered('Psalm')],
  ['Nos', numbered('Numbers')],
  ['nos', numbered('numbers')],
  ['Fig', numbered('Figure')],
  ['fig', numbered('figure')],
  ['Figs', numbered('Figures')],
  ['figs', numbered('figures')],
  ['Eq', numbered('Equation')],
  ['eq', numbered('equation')],
  ['Sec', numbered('Section')],
  ['sec', numbered('section')],
  ['Ch', numbered('Chapter')],
  ['ch', numbered('chapter')],
  ['Vol', numbered('Volume')],
  ['vol', numbered('volume')],
  ['Art', numbered('Article')],
  ['art', numbered('article')],
  ['Para', numbered('Paragraph')],
  ['para', numbered('paragraph')],
  ['Ph', numbered('Phone')],
  ['Dep', numbered('Departs')],
  ['Arr', numbered('Arrives')],
  ['Sc', numbered('Scene')],
  ['sc', numbered('scene')],
  ['EXT', inner('Exterior')],
  ['INT', inner('Interior')],
  ['Rnd', { spoken: 'Round', period: 'inner', bare: true }],
  ['rnd', { spoken: 'round', period: 'inner', bare: true }],
  ['qtr', { spoken: 'quarter', period: 'inner', bare: true }],
  ['Mkt', { spoken: 'Market', period: 'inner', bare: true }],
  ['mkt', { spoken: 'market', period: 'inner', bare: true }],
  ['s', numbered('section')],
  ['ss', numbered('sections')],
  ['dep', numbered('departs')],
  ['arr', numbered('arrives')],
  ['fl', numbered('flourished')],
  ['r', numbered('reigned')],
  ['b', numbered('born')],
  ['d', numbered('died')],
  ['p', numbered('page')],
  ['pp', numbered('pages')],
  ['ll', numbered('lines')],
]);

const ABBREVIATION = /(\p{L}{1,6})(?:(\.)(?![\p{L}'-])|(?![\p{L}\d'-]))/uy;
const NUMBER_FOLLOWS =
  /(?:\. ?|(?<=\.) ?)(?:\d|[A-Z]{1,3}\d|[IVXL]{2,8}\b|[VXL]\b|[ivx]{2,6}\b|I[-–][IVXL])/uy;

/** "s 98(4)" */
const PROVISION_FOLLOWS = / \d{1,4}[A-Z]{0,2}\(\w{1,4}\)/uy;
/** "2 c. sugar" */
const INGREDIENT = /(?<=\.) \p{Ll}{2}/uy;

/** Mozart's and Schubert's works: "K. 525", "D. 960". */
const CATALOGUED = /[KD]\.(?= ?\d{1,3}[a-z]?(?:[.,;:)]|$| (?:in|by|for|is|was|and)(?!\p{L})))/uy;

const DOTTED = new Map<string, Expansion>([
  ['e.g.', inner('for example')],
  ['E.g.', inner('For example')],
  ['i.e.', inner('that is')],
  ['I.e.', inner('That is')],
  ['et al.', { spoken: 'et al', period: 'beforeStarter' }],
  ['a.k.a.', { spoken: 'A K A', period: 'inner', letters: true }],
  ['P.S.', { spoken: 'P S', period: 'inner', letters: true }],
  ['p.s.', { spoken: 'P S', period: 'inner', letters: true }],
  ['op. cit.', inner('op cit')],
  ['a.m.', { spoken: 'A M', period: 'beforeStarter', letters: true }],
  ['p.a.', { spoken: 'per annum', period: 'beforeStarter' }],
  ['p.m.', { spoken: 'P M', period: 'beforeStarter', letters: true }],
  ['n°', inner('number')],
  ['N°', inner('Number')],
  ['w/e', { spoken: 'week ending', period: 'inner' }],
  ['w/c', { spoken: 'week commencing', period: 'inner' }],
  ['w/out', { spoken: 'without', period: 'inner' }],
  ['w/o', { spoken: 'without', period: 'inner' }],
  ['w/', { spoken: 'with', period: 'inner' }],
  ['b/c', { spoken: 'because', period: 'inner' }],
  ['and/or', { spoken: 'and or', period: 'inner' }],
  ['s/he', { spoken: 'she or he', period: 'inner' }],
  ['n/a', { spoken: 'N A', period: 'inner', letters: true }],
  ['m/m', { spoken: 'month on month', period: 'inner' }],
  ['q/q', { spoken: 'quarter on quarter', period: 'inner' }],
  ['y/y', { spoken: 'year on year', period: 'inner' }],
  ['YoY', { spoken: 'year on year', period: 'inner' }],
  ['QoQ', { spoken: 'quarter on quarter', period: 'inner' }],
  ['MoM', { spoken: 'month on month', period: 'inner' }],
  ['Rt Hon', { spoken: 'Right Honorable', period: 'inner' }],
  ['Rt Hon.', { spoken: 'Right Honorable', period: 'inner' }],
  ['Rt. Hon.', { spoken: 'Right Honorable', period: 'inner' }],
  ['TL;DR', { spoken: 'T L D R', period: 'inner', letters: true }],
  ['tl;dr', { spoken: 'T L D R', period: 'inner', letters: true }],
  ['c/o', { spoken: 'care of', period: 'inner' }],
]);
const DOTTED_PATTERN =
  /(?:[eE]\.g\.|[iI]\.e\.|et al\.|a\.k\.a\.|[ap]\.m\.|p\.a\.|[Pp]\.[Ss]\.|op\. cit\.|and\/or|s\/he|n\/a|c\/o|m\/m|q\/q|y\/y|[YQM]o[YQM]|Rt\.? Hon\.?|TL;DR|tl;dr|(?<!\/)b\/c|w\/out|w\/c|w\/e(?= \d)|w\/o)(?![\p{L}\d])|[nN]°(?= ?\d)|w\/(?=[ \p{L}])|(?:eg|ie)(?=,? \p{Ll})/uy;

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
  const [written, word, stop = ''] = match;
  const end = at + written.length;
  const side = matchCompass(scan, at);
  if (side !== undefined) return side;
  if (word === 'St') return matchSaint(scan, at, end);
  if (word === 'Dr' || word === 'dr') return matchDoctor(scan, at, end);
  if ((word === 's' || word === 'ss') && looksAt(PROVISION_FOLLOWS, scan, end)) {
    return sayToken(at, end, word === 's' ? 'section' : 'sections', { period: 'inner' });
  }
  if (word === 'v' || word === 'v.') return matchVersus(scan, at, end);
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

const STATES = new Map(
  Object.entries({
    AL: 'Alabama',
    AK: 'Alaska',
    AZ: 'Arizona',
    AR: 'Arkansas',
    CA: 'California',
    CO: 'Colorado',
    CT: 'Connecticut',
    DC: 'D C',
    DE: 'Delaware',
    FL: 'Florida',
    GA: 'Georgia',
    HI: 'Hawaii',
    ID: 'Idaho',
    IL: 'Illinois',
    IN: 'Indiana',
    IA: 'Iowa',
    KS: 'Kansas',
    KY: 'Kentucky',
    LA: 'Louisiana',
    ME: 'Maine',
    MD: 'Maryland',
    MA: 'Massachusetts',
    MI: 'Michigan',
    MN: 'Minnesota',
    MS: 'Mississippi',
    MO: 'Missouri',
    MT: 'Montana',
    NE: 'Nebraska',
    NV: 'Nevada',
    NH: 'New Hampshire',
    NJ: 'New Jersey',
    NM: 'New Mexico',
    NY: 'New York',
    NC: 'North Carolina',
    ND: 'North Dakota',
    OH: 'Ohio',
    OK: 'Oklahoma',
    OR: 'Oregon',
    PA: 'Pennsylvania',
    RI: 'Rhode Island',
    SC: 'South Carolina',
    SD: 'South Dakota',
    TN: 'Tennessee',
    TX: 'Texas',
    UT: 'Utah',
    VT: 'Vermont',
    VA: 'Virginia',
    WA: 'Washington',
    WV: 'West Virginia',
    WI: 'Wisconsin',
    WY: 'Wyoming',
  }),
);
const STATE = /([A-Z]{2})(?= \d{5}(?!\d)|[.,;)!?]|$|[\u2028\u2029])/uy;

/** "Springfield, IL 62704": a state's code behind a town and a comma. */
export const matchState: Matcher = (scan, at) => {
  const match = matchAt(STATE, scan, at);
  const state = STATES.get(match?.[1] ?? '');
  const last = scan.tokens.at(-1);
  if (match === null || state === undefined || last === undefined) return undefined;
  if (scan.text.slice(last.end, at) !== ', ') return undefined;
  if (!/^\p{Lu}\p{Ll}/u.test(scan.text.slice(last.start, last.end))) return undefined;
  return sayToken(at, at + 2, state);
};

const ZIP = /(\d{5})(?:-(\d{4}))?(?![\p{L}\d]|[.,]\d)/uy;

/** The five digits behind a state. */
export const matchZip: Matcher = (scan, at) => {
  const match = matchAt(ZIP, scan, at);
  if (match === null) return undefined;
  // One of nine digits is mistaken for nothing else.
  if (!match[0].includes('-') && !STATES.has(previousWord(scan, at))) return undefined;
  return sayToken(
    at,
    at + match[0].length,
    Array.from(match[0].replace('-', ''), digitName).join(' '),
  );
};

function digitName(digit: string): string {
  return 'zero one two three four five six seven eight nine'.split(' ')[Number(digit)];
}
