import { ACRONYMS, SHORT_WORDS } from './letter-words.ts';
import {
  looksAt,
  type Matcher,
  matchAt,
  possessiveAt,
  previousWord,
  type Scan,
  sayToken,
} from './scan.ts';
import { isSpelt, lowerCapitals, spellLetters } from './verbalise-letters.ts';

const CAPITALS = /([A-Z]{2,30})(s(?=[^\p{L}\d]|$))?(?![\p{L}\d])/uy;
/** DON'T, I'LL, WE'RE. */
const CONTRACTED = /[A-Z]{1,10}'(?:D|LL|M|RE|T|VE)(?![\p{L}\d])/uy;
const DOTTED = /(?:\p{Lu}\.){2,8}(?:\p{Lu}(?![\p{L}\d]))?/uy;
/** "AAA batteries", "rated AAA" */
const SIZE =
  /A{2,3}(?=(?:\/AA?A)?(?: |-)(?:batter(?:y|ies)|cells?)(?!\p{L})| ?-?(?:rated|rating|games?)(?!\p{L}))/uy;
/** "EX-CIA": a prefix, in capitals as a headline has it. */
const PREFIX = /(?:EX|MID|NON|PRE|PRO|SUB)(?=-\p{L})/uy;
const INITIAL = /(\p{Lu})\.(?= ?\p{Lu})/uy;
const INITIAL_BEHIND = / ?\p{Lu}\./uy;
const AMPERSAND = /([A-Z]{1,4})&([A-Z]{1,4})(s)?(?![\p{L}\d])/uy;
/** a.s.a.p., b.i.d., q.v. */
const SMALL_DOTTED = /(?:\p{Ll}\.){2,6}(?![\p{L}\d])/uy;
const DEGREES =
  /(?:Ph\.? ?D\.?|B\.Sc\.?|M\.Sc\.?|BSc|MSc|LL\.?B\.?|LL\.?M\.?|B\.Eng|M\.Eng|Ed\.D\.?)(s)?(?![\p{L}\d])/uy;
const SINGLE = /(\p{Lu}|[a-hj-z])(?![\p{L}\p{M}\d']|\.\p{L})/uy;
/** "the three R's", "dot the i's" */
const LETTER_WITH_S = /(\p{L})'s(?![\p{L}\d'])/uy;
const OPERAND = /^(?: ?!=|[\^²³=)]| ?[+=<>≤≥≠≈*×÷]|\/[a-z](?!\p{L}))/u;
/** "A+": the best mark. */
const PLUS_MARK = /\+(?![\p{L}\d=+])/uy;
const LEVEL = / levels?(?!\p{L})/uy;
const HYPHEN = /-\p{L}/uy;
const LABELS = new Set(
  'plan vitamin section part type grade group class model option hepatitis appendix exhibit team point series row gate figure schedule block building level letter letters room unit list variable key note drive column side step phase size zone answer question category tier blood'.split(
    ' ',
  ),
);

/** Ph.D., PhDs, MSc. */
export const matchDegree: Matcher = (scan, at) => {
  const match = matchAt(DEGREES, scan, at);
  if (match === null) return undefined;
  const [written, plural] = match;
  const name = written.slice(0, written.length - (plural === undefined ? 0 : 1));
  const letters = name.replaceAll(/[. ]/g, '');
  const end = at + written.length;
  const suffix = plural === undefined ? possessiveAt(scan, end) : "'s";
  const length = plural === undefined ? suffix.length : 0;
  return sayToken(at, end + length, spellLetters(letters) + suffix, {
    letters: true,
    ...(written.endsWith('.') ? { period: 'beforeStarter' } : {}),
  });
};

/** U.S., U.S.A., D.C., J.R.R.; a single initial before a name. */
export const matchDottedLetters: Matcher = (scan, at) => {
  const match = matchAt(DOTTED, scan, at);
  if (match !== null) {
    const end = at + match[0].length;
    const suffix = possessiveAt(scan, end);
    return sayToken(at, end + suffix.length, spellLetters(match[0].replaceAll('.', '')) + suffix, {
      letters: true,
      ...(match[0].endsWith('.') && suffix === '' ? { period: 'beforeStarter' } : {}),
    });
  }
  const small = matchAt(SMALL_DOTTED, scan, at);
  if (small !== null) {
    const spoken = spellLetters(small[0].replaceAll('.', ''));
    return sayToken(at, at + small[0].length, spoken, { letters: true, period: 'beforeStarter' });
  }
  const initial = matchAt(INITIAL, scan, at);
  if (initial === null || endsSentence(scan, at, initial[1])) return undefined;
  return sayToken(at, at + 2, initial[1], { letters: true, period: 'beforeStarter' });
};

/** "So did I. Then …": the pronoun's full stop; an initial has a name around it. */
function endsSentence(scan: Scan, at: number, letter: string): boolean {
  if (letter !== 'I' || looksAt(INITIAL_BEHIND, scan, at + 2)) return false;
  const previous = previousWord(scan, at);
  return previous !== '' && !/^\p{Lu}/u.test(previous);
}

/** R&D, AT&T, Q&A. */
export const matchAmpersandLetters: Matcher = (scan, at) => {
  const match = matchAt(AMPERSAND, scan, at);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const suffix = match[3] === undefined ? possessiveAt(scan, end) : "'s";
  const spoken = `${spellLetters(match[1])} and ${spellLetters(match[2])}${suffix}`;
  const length = match[3] === undefined ? suffix.length : 0;
  return sayToken(at, end + length, spoken, { letters: true });
};

/** USB, NASA, CDs, STOP: capitals are spelled or said as a word. */
export const matchCapitals: Matcher = (scan, at) => {
  const contracted = matchAt(CONTRACTED, scan, at)?.[0];
  if (contracted !== undefined) {
    const spoken = contracted.startsWith("I'")
      ? `I${contracted.slice(1).toLowerCase()}`
      : contracted.toLowerCase();
    return sayToken(at, at + contracted.length, spoken);
  }
  const size = matchAt(SIZE, scan, at)?.[0];
  if (size !== undefined) {
    const spoken = size === 'AA' ? 'double A' : 'triple A';
    return sayToken(at, at + size.length, spoken, { letters: true });
  }
  const prefix = matchAt(PREFIX, scan, at)?.[0];
  if (prefix !== undefined) return sayToken(at, at + prefix.length, prefix.toLowerCase());
  const match = matchAt(CAPITALS, scan, at);
  if (match === null) return undefined;
  const [written, capitals, plural] = match;
  const end = at + written.length;
  const shouted = isShouted(scan.text, at);
  if (shouted && isPlace(scan, at, capitals)) {
    return sayToken(at, end, spellLetters(capitals), { letters: true });
  }
  if (!isSpelt(capitals, shouted)) {
    if (looksAt(HYPHEN, scan, end)) return undefined;
    const suffix = plural ?? possessiveAt(scan, end);
    const word = ACRONYMS.has(capitals) ? capitals : lowerCapitals(capitals);
    return sayToken(at, plural === undefined ? end + suffix.length : end, word + suffix);
  }
  const possessive = plural === undefined ? possessiveAt(scan, end) : '';
  const suffix = plural === undefined ? possessive : "'s";
  return sayToken(at, end + possessive.length, spellLetters(capitals) + suffix, { letters: true });
};

/** A letter that stands alone is its name, other than the article and the pronoun. */
export const matchSingleLetter: Matcher = (scan, at) => {
  const plural = matchAt(LETTER_WITH_S, scan, at);
  if (plural !== null) {
    return sayToken(at, at + plural[0].length, `${plural[1].toUpperCase()}'s`, { letters: true });
  }
  const match = matchAt(SINGLE, scan, at);
  if (match === null) return undefined;
  const letter = match[1];
  const end = at + 1;
  if ((letter === 'A' || letter === 'I') && !isLabel(scan, at, end, letter)) return undefined;
  if (isListed(scan.text, at)) return sayToken(at, end, letter.toUpperCase(), { letters: true });
  if (letter === 'a' && !OPERAND.test(scan.text.slice(end, end + 3))) return undefined;
  if (letter === 'O' && /^[ ,]/.test(scan.text.slice(end, end + 1))) return undefined;
  const suffix = possessiveAt(scan, end);
  return sayToken(at, end + suffix.length, letter.toUpperCase() + suffix, { letters: true });
};

/** "a, first": an item of a list, whose bracket has become a pause. */
function isListed(text: string, at: number): boolean {
  return (
    text.charAt(at + 1) === ',' &&
    /^$|[\u2028\u2029]/.test(text.charAt(at - 1)) &&
    /[a-z]/.test(text.charAt(at))
  );
}

function isLabel(scan: Scan, at: number, end: number, letter: string): boolean {
  const previous = previousWord(scan, at);
  if (LABELS.has(previous.toLowerCase())) return true;
  if (/[/&+=-]/.test(scan.text.charAt(at - 1)) && /[\p{L}\d]/u.test(scan.text.charAt(at - 2)))
    return true;
  if (letter === 'A') {
    if (looksAt(PLUS_MARK, scan, end)) return true;
    const behind = scan.text.slice(end, end + 4);
    // "at A level": an article would not be a capital there.
    if (previous !== '' && looksAt(LEVEL, scan, end)) return true;
    return (
      /^(?:[*/&+=)\]-]|[,;]? (?:to|or|is|and|=|\+)|[;:?!]|\.(?: |$)|$)/.test(behind) &&
      previous !== ''
    );
  }
  return /^(?:[/&+]|-\d)/.test(scan.text.slice(end, end + 2));
}

/** In a headline "US" and "LA" are countries and towns: "US AND UK SIGN DEAL", "FOUND IN LA". */
function isPlace(scan: Scan, at: number, capitals: string): boolean {
  const previous = previousWord(scan, at);
  // "TOLD US" are people.
  if (capitals === 'US') {
    return /^(?:in|the|vs)?$/i.test(previous) || (previous === 'AND' && followsCountry(scan));
  }
  return capitals === 'LA' && /^(?:at|from|in|of|to)$/i.test(previous);
}

const COUNTRIES = new Set(
  'AUSTRALIA BRITAIN CANADA CHINA CUBA EUROPE FRANCE GERMANY INDIA IRAN IRAQ ISRAEL JAPAN KOREA MEXICO RUSSIA SYRIA TAIWAN TURKEY UKRAINE VENEZUELA'.split(
    ' ',
  ),
);

/** "UK AND US", "CHINA AND US" */
function followsCountry(scan: Scan): boolean {
  const first = scan.tokens.at(-2);
  if (first === undefined) return false;
  return first.letters === true || COUNTRIES.has(scan.text.slice(first.start, first.end));
}

const WINDOW = 256;
let cache: { text: string; blocks: Map<number, boolean> } = { text: '', blocks: new Map() };

/** Initials alone do not make a shout. */
function isWordLike(word: string): boolean {
  return SHORT_WORDS.has(word.toLowerCase()) || (word.length > 3 && /[AEIOUY]/.test(word));
}

/** True where most words around are in capitals, so that capitals mean nothing. */
function isShouted(text: string, at: number): boolean {
  if (cache.text !== text) cache = { text, blocks: new Map() };
  const block = Math.floor(at / WINDOW);
  const known = cache.blocks.get(block);
  if (known !== undefined) return known;
  const words =
    text
      .slice(Math.max(0, block * WINDOW - 60), (block + 1) * WINDOW + 60)
      .match(/[A-Za-z']{2,40}/g) ?? [];
  const capitals = words.filter((word) => word === word.toUpperCase() && isWordLike(word)).length;
  const shouted = capitals >= 3 && capitals / words.length > 0.6;
  cache.blocks.set(block, shouted);
  return shouted;
}
