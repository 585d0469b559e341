import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';

/**
 * Words, mostly names, that the pronouncing dictionaries lack: a sorted text of lines
 * "spelling phonemes" (American), looked up by halving so that loading costs no parsing.
 */
export class NameList {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  static decode(file: Uint8Array): NameList {
    return new NameList(brotliDecompressSync(file).toString('utf8'));
  }

  /** American phonemes of a word in lower case, or undefined. */
  find(word: string): string | undefined {
    let low = 0;
    let high = this.#text.length;
    while (low < high) {
      const start = this.#text.lastIndexOf('\n', Math.floor((low + high) / 2) - 1) + 1;
      const newline = this.#text.indexOf('\n', start);
      const end = newline < 0 ? this.#text.length : newline;
      const space = this.#text.indexOf(' ', start);
      const spelling = this.#text.slice(start, space);
      if (spelling === word) return this.#text.slice(space + 1, end);
      if (spelling < word) low = end + 1;
      else high = start;
    }
    return undefined;
  }
}

export function encodeNameList(entries: readonly (readonly [string, string])[]): Uint8Array {
  const lines = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, phonemes]) => `${word} ${phonemes}`);
  return brotliCompressSync(lines.join('\n'));
}
