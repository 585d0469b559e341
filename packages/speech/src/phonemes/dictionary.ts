import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locale } from '../normalise/index.ts';

/** Phonemes, or phonemes by sense: DEFAULT, NOUN, VERB, ADJ, ADV, VBD, VBN, DT, None (clause end). */
export type Entry = string | Readonly<Record<string, string | null>>;

type EntryTable = Readonly<Record<string, Entry>>;

const fileStem: Record<Locale, string> = { 'en-US': 'us', 'en-GB': 'gb' };

async function readTable(file: string): Promise<EntryTable> {
  const table: EntryTable = JSON.parse(await readFile(file, 'utf8'));
  return table;
}

const isLowerCase = (word: string): boolean => word === word.toLowerCase();

const capitalise = (word: string): string =>
  word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** The checked (gold) and the machine-made (silver) pronouncing dictionaries of one locale. */
export class Dictionary {
  readonly #gold: EntryTable;
  readonly #silver: EntryTable;

  constructor(gold: EntryTable, silver: EntryTable) {
    this.#gold = gold;
    this.#silver = silver;
  }

  static async read(lexiconDir: string, locale: Locale): Promise<Dictionary> {
    const stem = fileStem[locale];
    const [gold, silver] = await Promise.all([
      readTable(join(lexiconDir, `${stem}_gold.json`)),
      readTable(join(lexiconDir, `${stem}_silver.json`)),
    ]);
    return new Dictionary(gold, silver);
  }

  /** As spelled, else in the other case ("The" by "the", "paris" by "Paris", "NASA" by itself). */
  find(word: string): Entry | undefined {
    return findCase(this.#gold, word) ?? findCase(this.#silver, word);
  }

  /** A common word of the checked dictionary, spelled just so. */
  findCommon(word: string): string | undefined {
    const entry = findExact(this.#gold, word);
    return typeof entry === 'object' ? (entry.DEFAULT ?? undefined) : entry;
  }

  /** The letter's name. */
  letterName(letter: string): string {
    const entry = findExact(this.#gold, letter.toUpperCase());
    return typeof entry === 'string' ? entry : '';
  }
}

// A plain object has inherited names, and "constructor" is an English word.
const findExact = (table: EntryTable, word: string): Entry | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

function findCase(table: EntryTable, word: string): Entry | undefined {
  const exact = findExact(table, word);
  if (exact !== undefined || word.length < 2) return exact;
  if (isLowerCase(word)) return findExact(table, capitalise(word));
  return findExact(table, word.toLowerCase()) ?? findExact(table, capitalise(word));
}
