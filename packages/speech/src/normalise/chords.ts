import { type Matcher, matchAt, sayToken } from './scan.ts';
import { verbaliseInteger } from './verbalise-number.ts';

/** With a kind behind the root, so that neither a word nor a code looks like it. */
const CHORD =
  /([A-G])([#♯b♭])?(maj|min|dim|aug|sus|add|m)(2|4|6|7|9|11|13)?(?:([#♯b♭])(5|9|11|13))?(?:\/([A-G])([#♯b♭])?)?(?![\p{L}\d#♯♭])/uy;
const KINDS = new Map([
  ['maj', 'major'],
  ['min', 'minor'],
  ['m', 'minor'],
  ['dim', 'diminished'],
  ['aug', 'augmented'],
  ['sus', 'sus'],
  ['add', 'add'],
]);

/** "Cmaj7" → "C major seven", "F#m7b5" → "F sharp minor seven flat five", "Gsus4/B" → "G sus four over B". */
export const matchChord: Matcher = (scan, at) => {
  const first = scan.text.charAt(at);
  const match = first >= 'A' && first <= 'G' ? matchAt(CHORD, scan, at) : null;
  if (match === null) return undefined;
  const [written, root, rootSign, kind, step, stepSign, altered, bass, bassSign] = match;
  // "Am", "Dim", "Cm" alone are words, units or names.
  if (step === undefined && rootSign === undefined && bass === undefined) return undefined;
  const words = [
    root,
    signWord(rootSign),
    KINDS.get(kind),
    step && verbaliseInteger(step, scan.locale),
    signWord(stepSign),
    altered && verbaliseInteger(altered, scan.locale),
    bass && `over ${bass}`,
    signWord(bassSign),
  ];
  const spoken = words.filter((word) => word !== undefined).join(' ');
  return sayToken(at, at + written.length, spoken, { letters: true });
};

function signWord(sign: string | undefined): string | undefined {
  if (sign === undefined) return undefined;
  return sign === '#' || sign === '♯' ? 'sharp' : 'flat';
}
