import { MONTH_SOURCE, WEEKDAY_NAME } from './dates.ts';
import {
  type Match,
  type Matcher,
  matchAt,
  possessiveAt,
  type Scan,
  sayToken,
  type Token,
} from './scan.ts';
import { expandShorthand } from './shorthand.ts';
import {
  spellLetters,
  splitCamelCase,
  verbaliseAlphanumeric,
  verbaliseLetterRun,
} from './verbalise-letters.ts';
import { pluraliseNumber, verbaliseNumber } from './verbalise-number.ts';

const CLIPPED =
  /'(?:em|tis|twas|til|cause|bout|round|twere|twill|neath|gainst|n'|n)(?![\p{L}\d])/iuy;
const MUSICAL = /([A-G])([#♯♭])(m)?(?![\p{L}\d#])/uy;
const LANGUAGES = /(?:[CF]#|C\+\+|J#)(?![\p{L}\d])/uy;
const ALPHANUMERIC = /(?=\p{L}{0,64}\d)(?:(?!\p{Script=Greek})[\p{L}\d]){1,64}/uy;
const CALENDAR_NAME = `(?:${WEEKDAY_NAME}|${MONTH_SOURCE})`;
/** "Monday-Friday" is a range. */
const CALENDAR_RANGE = new RegExp(`^${CALENDAR_NAME}(?:-${CALENDAR_NAME})+$`);
/** MP3s, F16s. */
const PLURAL = /^(?!K8s)(\p{Lu}{1,4}\d{1,3}|\d{1,3}\p{Lu})s$/u;
/** PM2.5, GPT3.5. */
const POINTED = /([A-Z]{1,4})(\d{1,3}\.\d{1,3})(?![\p{L}\d]|\.\d)/uy;
/** ID.4, M.2; not NO.2, P.3. */
const STOPPED = /(?!NO|CH|PP|PG|ST|P\b)([A-Z]{1,2})\.(\d{1,2})(?![\p{L}\d]|[.,:]\d)/uy;
const WORD = /\p{L}[\p{L}\p{M}]*(?:'(?=\p{L})[\p{L}\p{M}]+)*/uy;
const HYPHENATED = /(?:-(?=\p{L})[\p{L}\p{M}']{1,24}(?<!')){1,8}/uy;
const NAME_PREFIX = /^(?:Mc|Mac|De|Di|La|Le|Van|Du|Fitz|O')\p{Lu}/u;
const FINAL_G = /(?<=in)'(?![\p{L}\d])/uy;
/** Longer runs of letters are no word; they are handed on in parts of this many. */
const LONGEST_WORD = 48;
const SPELT_EXCEPTIONS =
  /^(?:hm+|mm+|sh+|ps+t|br+|gr+|zz+|pf+t?|tsk|nth|cwm|crwth|th|ch|str|sch|st|mr|mrs|ms|dr|vs|nd|rd|ll|ve|fl)$/i;

/** C#, C++, F♯. */
export const matchSharp: Matcher = (scan, at) => {
  const language = matchAt(LANGUAGES, scan, at);
  if (language !== null) {
    const [written] = language;
    const name = written.endsWith('#') ? 'sharp' : 'plus plus';
    const end = at + written.length;
    return {
      end,
      tokens: [{ start: at, end, spoken: `${written.charAt(0)} ${name}`, letters: true }],
    };
  }
  const note = matchAt(MUSICAL, scan, at);
  if (note === null) return undefined;
  const end = at + note[0].length;
  const minor = note[3] === undefined ? '' : ' minor';
  const spoken = `${note[1]} ${note[2] === '♭' ? 'flat' : 'sharp'}${minor}`;
  return { end, tokens: [{ start: at, end, spoken, letters: true }] };
};

/** 'em, 'tis, rock 'n' roll. */
export const matchClipped: Matcher = (scan, at) => {
  if (/[\p{L}\d]/u.test(scan.text.charAt(at - 1))) return undefined;
  const match = matchAt(CLIPPED, scan, at);
  if (match === null) return undefined;
  const end = at + match[0].length;
  const spoken = /^'n'?$/i.test(match[0]) ? 'and' : match[0];
  return { end, tokens: [{ start: at, end, spoken }] };
};

/** MP3, B2B, x86, H2O, 4K, i18n. */
export const matchAlphanumeric: Matcher = (scan, at) => {
  const pointed = matchAt(POINTED, scan, at) ?? matchAt(STOPPED, scan, at);
  if (pointed !== null) {
    const [written, name, number] = pointed;
    const dot = name === 'M' && !number.includes('.') ? 'dot ' : '';
    const spoken = `${spellLetters(name)} ${dot}${verbaliseNumber(number, scan.locale)}`;
    const end = at + written.length;
    return { end, tokens: [{ start: at, end, spoken, letters: true }] };
  }
  const match = matchAt(ALPHANUMERIC, scan, at);
  if (match === null || !/\p{L}/u.test(match[0])) return undefined;
  const end = at + match[0].length;
  const shorthand = expandShorthand(match[0]);
  if (shorthand !== undefined) return sayToken(at, end, shorthand);
  const possessive = possessiveAt(scan, end);
  const tokens: Token[] = [];
  const parts = match[0].length > 24 ? (match[0].match(/.{1,24}/gu) ?? []) : [match[0]];
  let start = at;
  for (const part of parts) {
    const plural = PLURAL.exec(part);
    const said = verbaliseAlphanumeric(plural?.[1] ?? part, scan.locale);
    if (plural !== null) said.spoken = pluralise(said.spoken);
    tokens.push({
      start,
      end: start + part.length,
      spoken: said.spoken,
      ...(said.letters ? { letters: true } : {}),
    });
    start += part.length;
  }
  const last = tokens.at(-1);
  if (last !== undefined && possessive !== '') {
    last.end += possessive.length;
    last.spoken += possessive;
  }
  return { end: end + possessive.length, tokens };
};

/** "F sixteens", "F thirty-five B's" */
function pluralise(spoken: string): string {
  return /\p{Lu}$/u.test(spoken) ? `${spoken}'s` : pluraliseNumber(spoken);
}

/** Anything else made of letters, as it is written. */
export const matchWord: Matcher = (scan, at) => {
  const match = matchAt(WORD, scan, at);
  if (match === null) return undefined;
  const [word] = match;
  const end = at + word.length;
  const rest = matchAt(HYPHENATED, scan, end);
  if (rest !== null && isPlainCompound(word + rest[0])) {
    const whole = word + rest[0];
    return {
      end: at + whole.length,
      // "11-a-side"; an A-side has a capital.
      tokens: [
        { start: at, end: at + whole.length, spoken: whole === 'a-side' ? 'a side' : said(whole) },
      ],
    };
  }
  if (word.length > LONGEST_WORD) return sayParts(word, at);
  return sayWord(scan, at, word);
};

/** Hyphenated words stay together unless a part needs a reading of its own (X-ray, co-CEO). */
function isPlainCompound(compound: string): boolean {
  if (compound.length > LONGEST_WORD || CALENDAR_RANGE.test(compound)) return false;
  return compound
    .split('-')
    .every((part) => !/\p{Lu}.*\p{Lu}|^\p{Lu}$/u.test(part) && !isVowelless(part));
}

function said(word: string): string {
  return word.normalize('NFC');
}

function sayParts(word: string, at: number): Match {
  const tokens: Token[] = [];
  let start = at;
  for (const part of word.match(new RegExp(`.{1,${LONGEST_WORD}}`, 'gsu')) ?? []) {
    tokens.push({ start, end: start + part.length, spoken: said(part) });
    start += part.length;
  }
  return { end: at + word.length, tokens };
}

function sayWord(scan: Scan, at: number, word: string): Match {
  const end = at + word.length;
  if (isVowelless(word)) {
    const shorthand = expandShorthand(word);
    if (shorthand !== undefined) return sayToken(at, end, shorthand);
    const spelt = spellLetters(word);
    return { end, tokens: [{ start: at, end, spoken: spelt, letters: true }] };
  }
  const clipped = matchAt(FINAL_G, scan, end);
  if (clipped !== null && word.length >= 4 && !isQuoted(scan.text, end)) {
    return { end: end + 1, tokens: [{ start: at, end: end + 1, spoken: `${said(word)}'` }] };
  }
  const parts = NAME_PREFIX.test(word) ? [word] : splitCamelCase(word);
  if (parts.length === 1) return { end, tokens: [{ start: at, end, spoken: said(word) }] };
  const runs = parts.map((part) => verbaliseLetterRun(part));
  const letters = runs.some((run) => run.letters);
  const spoken = runs.map((run) => run.spoken).join(' ');
  return { end, tokens: [{ start: at, end, spoken, ...(letters ? { letters: true } : {}) }] };
}

/** A quotation that begins with no clipped word, and is still open at the end. */
const OPEN_QUOTATION =
  /(?:^|[ (“"])'(?=\p{L})(?!(?:em|tis|twas|til|cause|bout|n)(?!\p{L}))(?:[^']|(?<=\p{L})'(?=\p{L}))*$/iu;
const LONGEST_QUOTATION = 80;

/** "told me 'never again' and left": the mark is no clipped g. */
function isQuoted(text: string, at: number): boolean {
  return OPEN_QUOTATION.test(text.slice(Math.max(0, at - LONGEST_QUOTATION), at));
}

/** pdf, html, tv: short words without a vowel are said letter by letter. */
function isVowelless(word: string): boolean {
  return /^[b-df-hj-np-tv-xz]{2,5}$/i.test(word) && !SPELT_EXCEPTIONS.test(word);
}
