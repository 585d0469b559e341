import { type Matcher, matchAt, previousWord, sayToken } from './scan.ts';
import { verbaliseDigits } from './verbalise-number.ts';

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
/** "(D-CA)", behind a politician. */
const SEAT = /\([DRI]-$/;
const STATE = /([A-Z]{2})(?= \d{5}(?!\d)|[.,;)!?]|$|[\u2028\u2029])/uy;

/** "Springfield, IL 62704": a state's code behind a town and a comma. */
export const matchState: Matcher = (scan, at) => {
  const match = matchAt(STATE, scan, at);
  const state = STATES.get(match?.[1] ?? '');
  const last = scan.tokens.at(-1);
  if (match === null || state === undefined || last === undefined) return undefined;
  if (SEAT.test(scan.text.slice(Math.max(0, at - 3), at))) return sayToken(at, at + 2, state);
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
  return sayToken(at, at + match[0].length, verbaliseDigits(match[0]));
};
