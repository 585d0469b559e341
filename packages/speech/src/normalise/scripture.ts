import { type Match, type Matcher, matchAt, type Scan, type Token } from './scan.ts';
import { verbaliseInteger } from './verbalise-number.ts';

const NAMES = new Set(
  "Genesis Exodus Leviticus Numbers Deuteronomy Joshua Judges Ruth Samuel Kings Chronicles Ezra Nehemiah Esther Job Psalm Psalms Proverbs Ecclesiastes Isaiah Jeremiah Lamentations Ezekiel Daniel Hosea Joel Amos Obadiah Jonah Micah Nahum Habakkuk Zephaniah Haggai Zechariah Malachi Matthew Mark Luke John Acts Romans Corinthians Galatians Ephesians Philippians Colossians Thessalonians Timothy Titus Philemon Hebrews James Peter Jude Revelation Surah Quran Qur'an".split(
    ' ',
  ),
);
const SHORT_NAMES = new Map(
  Object.entries({
    Gen: 'Genesis',
    Exod: 'Exodus',
    Lev: 'Leviticus',
    Num: 'Numbers',
    Deut: 'Deuteronomy',
    Dt: 'Deuteronomy',
    Josh: 'Joshua',
    Judg: 'Judges',
    Sam: 'Samuel',
    Kgs: 'Kings',
    Chr: 'Chronicles',
    Chron: 'Chronicles',
    Neh: 'Nehemiah',
    Ps: 'Psalm',
    Pss: 'Psalms',
    Prov: 'Proverbs',
    Eccl: 'Ecclesiastes',
    Isa: 'Isaiah',
    Jer: 'Jeremiah',
    Lam: 'Lamentations',
    Ezek: 'Ezekiel',
    Dan: 'Daniel',
    Hos: 'Hosea',
    Mic: 'Micah',
    Hab: 'Habakkuk',
    Zech: 'Zechariah',
    Mal: 'Malachi',
    Matt: 'Matthew',
    Mt: 'Matthew',
    Mk: 'Mark',
    Lk: 'Luke',
    Jn: 'John',
    Rom: 'Romans',
    Cor: 'Corinthians',
    Gal: 'Galatians',
    Eph: 'Ephesians',
    Phil: 'Philippians',
    Col: 'Colossians',
    Thess: 'Thessalonians',
    Tim: 'Timothy',
    Tit: 'Titus',
    Heb: 'Hebrews',
    Jas: 'James',
    Pet: 'Peter',
    Rev: 'Revelation',
  }),
);
const ORDINALS = new Map([
  ['1', 'First'],
  ['2', 'Second'],
  ['3', 'Third'],
  ['I', 'First'],
  ['II', 'Second'],
  ['III', 'Third'],
]);
/** "1 Cor. 13:4–7", "John 3:16", "Gen 1:1, 3". */
const REFERENCE =
  /(?:([123]|I{1,3}) )?([A-Z][a-z]{1,14}(?:'an)?)\.? (\d{1,3}):(\d{1,3})(?:[-–](\d{1,3})(?::(\d{1,3}))?)?(?![\p{L}\d]|:\d| ?[ap]\.?m)/uy;
/** People, unless a number stands in front. */
const PEOPLE = /^(?:Sam|Tim|Pet|Dan|Phil|Mal)$/;

/** A place in a holy book: its name in full, chapter, verse. */
export const matchScripture: Matcher = (scan, at) => {
  if (!/[A-Z123]/.test(scan.text.charAt(at))) return undefined;
  const match = matchAt(REFERENCE, scan, at);
  if (match === null) return undefined;
  const [written, ordinal, book] = match;
  if (!NAMES.has(book) && !SHORT_NAMES.has(book)) return undefined;
  const dotted = written.startsWith(`${book}.`);
  if (ordinal === undefined && !dotted && PEOPLE.test(book)) return undefined;
  return sayReference(scan, at, match);
};

function sayReference(scan: Scan, at: number, match: RegExpExecArray): Match {
  const [written, ordinal, book, chapter, verse, last, lastVerse] = match;
  const say = (number: string) => verbaliseInteger(number, scan.locale);
  const tokens: Token[] = [];
  let start = at;
  if (ordinal !== undefined) {
    tokens.push({ start, end: start + ordinal.length, spoken: ORDINALS.get(ordinal) ?? ordinal });
    start += ordinal.length + 1;
  }
  const name = SHORT_NAMES.get(book) ?? book;
  const numbers = at + written.lastIndexOf(' ') + 1;
  tokens.push({ start, end: numbers - 1, spoken: name, period: 'inner' });
  const colon = numbers + chapter.length;
  tokens.push({ start: numbers, end: colon, spoken: say(chapter) });
  const behind = colon + 1 + verse.length;
  tokens.push({ start: colon, end: behind, spoken: say(verse) });
  if (last !== undefined) {
    const spoken = `to ${say(last)}${lastVerse === undefined ? '' : ` ${say(lastVerse)}`}`;
    tokens.push({ start: behind, end: at + written.length, spoken });
  }
  return { end: at + written.length, tokens };
}
