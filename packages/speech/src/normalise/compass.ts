import {
  isCapitalised,
  type Match,
  type Matcher,
  matchAt,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';

const COMPASS = new Map([
  ['N', 'North'],
  ['S', 'South'],
  ['E', 'East'],
  ['W', 'West'],
  ['NE', 'Northeast'],
  ['NW', 'Northwest'],
  ['SE', 'Southeast'],
  ['SW', 'Southwest'],
  ['NNE', 'North-northeast'],
  ['ENE', 'East-northeast'],
  ['ESE', 'East-southeast'],
  ['SSE', 'South-southeast'],
  ['SSW', 'South-southwest'],
  ['WSW', 'West-southwest'],
  ['WNW', 'West-northwest'],
  ['NNW', 'North-northwest'],
]);
const STREET =
  '(?:St|Ave|Rd|Blvd|Dr|Ln|Ct|Pl|Sq|Hwy|Pkwy|Way|Street|Avenue|Road|Boulevard|Drive|Lane|Court|Place)';
const SIDE_OF_TOWN = new RegExp(
  `(N|S|E|W|NE|NW|SE|SW)\\.? (?=(?:\\d{1,3}(?:st|nd|rd|th)|\\p{Lu}\\p{Ll}{1,20}) ${STREET}\\b)`,
  'uy',
);

const QUARTER = /(N[EW]|S[EW])(?![\p{L}\d&]|\.\p{L})/uy;
const WIND =
  /([NS]{1,2}[EW]|[EW][NS][EW]|[EWNS])(?= (?:winds?|gales?|swell|breezes?|gusts|\d{1,3}(?: ?(?:to|-|–) ?\d{1,3})? ?(?:mph|kts?|knots|km\/h)))/uy;
const BEHIND_STREET = new RegExp(`^${STREET}\\.?$`);

/** "Fifth Ave NW", "Winds NW 10-15 mph" */
function matchQuarter(scan: Scan, at: number): Match | undefined {
  if (!'NSEW'.includes(scan.text.charAt(at))) return undefined;
  const quarter = matchAt(QUARTER, scan, at);
  const match =
    quarter !== null && BEHIND_STREET.test(previousWord(scan, at))
      ? quarter
      : matchAt(WIND, scan, at);
  const side = COMPASS.get(match?.[1] ?? '');
  return match === null || side === undefined
    ? undefined
    : sayToken(at, at + match[1].length, side);
}

/** "123 E. 45th St.", "N. Main St.": the side of town in front of a street. */
export const matchCompass: Matcher = (scan, at) => {
  const quarter = matchQuarter(scan, at);
  if (quarter !== undefined) return quarter;
  const match = matchAt(SIDE_OF_TOWN, scan, at);
  const side = COMPASS.get(match?.[1] ?? '');
  if (match === null || side === undefined || isCapitalised(previousWord(scan, at))) {
    return undefined;
  }
  return sayToken(at, at + match[0].length - 1, side, { period: 'inner' });
};
