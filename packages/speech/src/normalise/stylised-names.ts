import { type Matcher, matchAt, possessiveAt, sayToken } from './scan.ts';

/** Names whose signs and digits stand for letters. */
const NAMES = new Map(
  Object.entries({
    'P!nk': 'Pink',
    Ke$ha: 'Kesha',
    A$AP: 'ASAP',
    'Ty Dolla $ign': 'Ty Dolla sign',
    deadmau5: 'dead mouse',
    '6ix9ine': 'six nine',
    'blink-182': 'blink one eighty-two',
    'Blink-182': 'Blink one eighty-two',
    CHVRCHES: 'Churches',
    INXS: 'in excess',
    'M*A*S*H': 'MASH',
    'will.i.am': 'will I am',
  }),
);

const SOURCE = [...NAMES.keys()].map((name) => name.replace(/[$.*]/g, String.raw`\$&`)).join('|');
const NAME = new RegExp(String.raw`(?:${SOURCE})(?![\p{L}\d])`, 'uy');

/** "P!nk" → "Pink". */
export const matchStylisedName: Matcher = (scan, at) => {
  const written = matchAt(NAME, scan, at)?.[0];
  const spoken = NAMES.get(written ?? '');
  if (written === undefined || spoken === undefined) return undefined;
  const end = at + written.length;
  const suffix = possessiveAt(scan, end);
  return sayToken(at, end + suffix.length, spoken + suffix);
};
