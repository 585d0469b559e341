/** Text prepared for reading; character `i` stands for `source.slice(starts[i], ends[i])`. */
export interface FoldedText {
  text: string;
  starts: Int32Array;
  ends: Int32Array;
}

const REPLACEMENTS = new Map([
  ['‘', "'"],
  ['’', "'"],
  ['‛', "'"],
  ['′', "'"],
  ['ʼ', "'"],
  ['″', '"'],
  ['‟', '“'],
  ['„', '“'],
  ['«', '“'],
  ['»', '”'],
  ['「', '“'],
  ['」', '”'],
  ['『', '“'],
  ['』', '”'],
  ['。', '.'],
  ['、', ','],
  ['،', ','],
  ['؛', ';'],
  ['؟', '?'],
  ['।', '.'],
  ['‐', '-'],
  ['‑', '-'],
  ['‒', '–'],
  ['―', '—'],
  ['⸺', '—'],
  ['⁄', '/'],
  ['∕', '/'],
  ['‼', '!'],
  ['⁉', '?'],
  ['℃', '°C'],
  ['℉', '°F'],
  ['µ', 'μ'],
  ['ƒ', 'f'],
  ['Ω', 'Ω'],
]);

const SILENT = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Variation_Selector}]/u;
const EMOJI =
  /(?![©®™↔-↪▪▫])(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]|\u20e3)/u;
/** Full-width forms, mathematical alphabets, ligatures, Roman numeral and enclosed characters, squared units. */
const COMPATIBLE =
  /[\uff01-\uffee\u{1d400}-\u{1d7ff}\ufb00-\ufb06\u2160-\u217f\u2460-\u24ff\u3300-\u33ff\u{1f100}-\u{1f169}]/u;
const KEYCAP = /[0-9#*]\ufe0f?\u20e3/y;

function foldCharacter(character: string): string {
  const replacement = REPLACEMENTS.get(character);
  if (replacement !== undefined) return replacement;
  if (/\p{L}/u.test(character) && !COMPATIBLE.test(character)) return character;
  if (/\p{Zs}/u.test(character)) return ' ';
  if (/[\p{Zl}\p{Zp}\u0085]/u.test(character)) return '\n';
  if (COMPATIBLE.test(character)) return character.normalize('NFKC');
  if (/\p{Nd}/u.test(character)) return foldDigit(character);
  if (EMOJI.test(character)) return ' ';
  return SILENT.test(character) ? '' : character;
}

/** Decimal digits of every script come in runs of ten that begin with zero. */
function foldDigit(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let run = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(run - 1))) run--;
  return String((code - run) % 10);
}

/**
 * Brings the many ways to write one character down to one: quotes, dashes, spaces, digits of other
 * scripts, full-width forms; drops what is invisible, blanks emoji, and makes every line end '\n'.
 */
export function foldText(source: string): FoldedText {
  const builder = new FoldedTextBuilder(source.length);
  let isLowQuoteOpen = false;
  for (let at = 0; at < source.length; ) {
    const code = source.charCodeAt(at);
    KEYCAP.lastIndex = at;
    if (code < 0x40 && KEYCAP.test(source)) {
      builder.add(' ', at, KEYCAP.lastIndex);
      at = KEYCAP.lastIndex;
    } else if (code >= 0x20 && code < 0x7f) {
      builder.add(source.charAt(at), at, at + 1);
      at++;
    } else if (code === 0x0d && source.charCodeAt(at + 1) === 0x0a) {
      at++;
    } else if (code === 0x0a || code === 0x0d || code === 0x0b || code === 0x0c) {
      builder.add('\n', at, at + 1);
      at++;
    } else if (code === 0x09) {
      builder.add(' ', at, at + 1);
      at++;
    } else {
      const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
      // „So“ ends with the mark that begins an English quotation.
      const closes: boolean = isLowQuoteOpen && character === '“';
      isLowQuoteOpen = character === '„' || (isLowQuoteOpen && !closes && character !== '”');
      builder.add(closes ? '”' : foldCharacter(character), at, at + character.length);
      at += character.length;
    }
  }
  return builder.build();
}

/** Collects folded characters with where each came from. */
export class FoldedTextBuilder {
  readonly #pieces: string[] = [];
  #starts: Int32Array;
  #ends: Int32Array;
  #length = 0;

  constructor(expectedLength: number) {
    this.#starts = new Int32Array(expectedLength + 16);
    this.#ends = new Int32Array(expectedLength + 16);
  }

  add(text: string, start: number, end: number): void {
    if (text === '') return;
    if (this.#length + text.length > this.#starts.length) this.#grow(text.length);
    this.#starts.fill(start, this.#length, this.#length + text.length);
    this.#ends.fill(end, this.#length, this.#length + text.length);
    this.#length += text.length;
    this.#pieces.push(text);
  }

  build(): FoldedText {
    return {
      text: this.#pieces.join(''),
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
    };
  }

  #grow(least: number): void {
    const size = this.#starts.length * 2 + least;
    const starts = new Int32Array(size);
    const ends = new Int32Array(size);
    starts.set(this.#starts);
    ends.set(this.#ends);
    this.#starts = starts;
    this.#ends = ends;
  }
}
