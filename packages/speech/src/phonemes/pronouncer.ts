import type { Locale } from '../normalise/index.ts';
import { startsWithVowel, toModelAlphabet } from './alphabet.ts';
import { anglicise } from './anglicise.ts';
import type { Dictionary, Entry } from './dictionary.ts';
import { extraSenses } from './extra-senses.ts';
import { sayFunctionWord } from './function-words.ts';
import { type LetterToSound, longestLetterRun } from './letter-to-sound.ts';
import { addS, sayWithEnding, sayWithPrefix } from './morphology.ts';
import type { NameList } from './name-list.ts';
import { respellAccents, toPlainLetters } from './plain-letters.ts';
import { emphasise, joinCompound, joinLetterNames, joinUnderFirst, lift } from './stress.ts';
import { supplement } from './supplement.ts';

/** Which reading of a word is meant, likeliest first; the first that the entry has is taken. */
type Senses = readonly string[];

const longestSpelledWord = 5;
const rememberedWords = 5000;
/** "y'all'd've" has three; each may be an ending to take off. */
const mostApostrophes = 3;
/** Endings that look like words but are no part of a compound. */
const suffixes = new Set(
  'ally able ably ages ance ants ates eers ence ette ines ings ions ists ites ment ness tion'.split(
    ' ',
  ),
);
/** Other words of three letters are too often part of a longer one. */
const shortParts = new Set(
  'air app bot box day end eye hub key lab log net off out sea sun web'.split(' '),
);
const isCompoundPart = (part: string): boolean =>
  part.length === 3 ? shortParts.has(part) : !suffixes.has(part);
/** Read by their letters even in small ones. */
const initialisms = new Set(
  'aet afaik afk api asn cli cpu css faq fyi gpu html icymi idc ide idk iirc imho imo irl oem omg pdf pwa rsa rsvp sdk sql ssh sse ssl tba tbc tcp tls ttyl udp ui uri url usb usd uuid ux xml yml'.split(
    ' ',
  ),
);
const pluralInitialism = /^[A-Z]{2,}s$/;
const accent = /[^ -~’‘]/;

/** Says single words: dictionary, endings and prefixes, compounds, letter names, letter-to-sound. */
export class Pronouncer {
  readonly #dictionary: Dictionary;
  readonly #letterToSound: LetterToSound;
  readonly #names: NameList;
  readonly #locale: Locale;
  readonly #unknown = new Map<string, string>();

  constructor(options: {
    dictionary: Dictionary;
    names: NameList;
    letterToSound: LetterToSound;
    locale: Locale;
  }) {
    this.#dictionary = options.dictionary;
    this.#names = options.names;
    this.#letterToSound = options.letterToSound;
    this.#locale = options.locale;
  }

  /** Phonemes in the model's alphabet; '' for a word without letters. */
  pronounce(word: string, senses: Senses): string {
    return toModelAlphabet(
      this.#sayAccented(word, senses) ?? this.#say(toPlainLetters(word), senses),
    );
  }

  /** The name of a letter, with a plural or possessive -s if it is written ("Ds", "A's"). */
  nameLetter(letter: string): string {
    const name = this.#nameOf(letter.charAt(0));
    return toModelAlphabet(letter.length > 1 ? addS(name, this.#locale) : name);
  }

  /** The dictionaries have the American name of Z in both. */
  #nameOf(letter: string): string {
    const isZed = this.#locale === 'en-GB' && letter.toLowerCase() === 'z';
    return isZed ? 'zˈɛd' : this.#dictionary.letterName(letter);
  }

  /** A name whose capital tells it from a word. */
  isName(word: string): boolean {
    const name = word.replace(/'s?$/, '');
    return name !== name.toLowerCase() && supplement[this.#locale].has(name);
  }

  /** The entry that decides how a word is said in context, if the dictionary has the word itself. */
  entry(word: string): Entry | undefined {
    const lower = word.toLowerCase();
    const extra = extraSenses[this.#locale];
    const name = lower === word ? undefined : supplement[this.#locale].get(word);
    if (name !== undefined) return name;
    return Object.hasOwn(extra, lower) ? extra[lower] : this.#dictionary.find(word);
  }

  #say(word: string, senses: Senses): string {
    if (word === '') return '';
    if (pluralInitialism.test(word)) return addS(this.#say(word.slice(0, -1), []), this.#locale);
    const known = this.#lookUp(word, senses);
    if (known !== undefined) return withCase(word, known);
    const remembered = this.#unknown.get(word);
    if (remembered !== undefined) return remembered;
    const said = word.includes('-') ? this.#sayHyphenated(word, senses) : this.#sayUnknown(word);
    if (this.#unknown.size >= rememberedWords) this.#unknown.clear();
    this.#unknown.set(word, said);
    return said;
  }

  #findName(word: string): string | undefined {
    const added = supplement[this.#locale].get(word);
    if (added !== undefined) return added;
    const american = this.#names.find(word);
    if (american === undefined || this.#locale === 'en-US') return american;
    return anglicise(word, american);
  }

  /** A word whose accents tell it from a plain one, or spell a sound that English spells otherwise. */
  #sayAccented(word: string, senses: Senses): string | undefined {
    if (!accent.test(word)) return undefined;
    const known = supplement[this.#locale].get(word.toLowerCase().normalize('NFC'));
    if (known !== undefined) return withCase(word, known);
    if (word.includes('-')) {
      const parts = word.split('-').filter((part) => part !== '');
      return joinCompound(
        parts.map(
          (part) => this.#sayAccented(part, senses) ?? this.#say(toPlainLetters(part), senses),
        ),
      );
    }
    const plain = toPlainLetters(word);
    return this.#lookUp(plain, senses) === undefined
      ? this.#say(respellAccents(word), senses)
      : undefined;
  }

  #lookUp(word: string, senses: Senses): string | undefined {
    if (word.length === 1) return this.#nameOf(word);
    const entry = this.entry(word) ?? this.#findName(word.toLowerCase());
    if (entry === undefined) return undefined;
    if (typeof entry === 'string') return entry;
    const sense = senses.find((candidate) => entry[candidate] !== undefined) ?? 'DEFAULT';
    return entry[sense] ?? this.#spellOut(word);
  }

  #sayHyphenated(word: string, senses: Senses): string {
    const parts = word.split('-').filter((part) => part !== '');
    const said = parts.map((part) => this.#say(part, senses));
    // "up-to-date", "state-of-the-art": little words inside are reduced as in a sentence.
    for (let i = parts.length - 2; i > 0; i--) {
      const vowel = startsWithVowel(said[i + 1] ?? '') ?? false;
      const reduced = sayFunctionWord(parts[i] ?? '', undefined, { vowel, word: '' });
      if (reduced !== undefined) said[i] = reduced;
    }
    return joinCompound(said);
  }

  #sayUnknown(word: string): string {
    const said = this.#derive(word) ?? this.#sound(word);
    return withCase(word, said);
  }

  /** From known words: endings, camel case, drawn-out letters, prefixes, compounds. */
  #derive(word: string): string | undefined {
    const find = (stem: string) => this.#lookUp(stem, []);
    const apostrophe = word.indexOf("'");
    if (word.split("'").length - 1 > mostApostrophes)
      return this.#say(word.replaceAll("'", ''), []);
    if (apostrophe > 0) {
      const say = (stem: string) => this.#say(stem, []);
      return sayWithEnding(word, this.#locale, say) ?? say(word.replaceAll("'", ''));
    }
    if (apostrophe === 0) return this.#say(word.replace(/^'+/, ''), []);
    const camel = word.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})/);
    if (camel.length > 1) return this.#sayCamelCase(camel);
    const findPart = (stem: string) => this.#dictionary.findCommon(stem);
    const findChecked = (stem: string) =>
      findPart(stem) ?? sayWithEnding(stem, this.#locale, findPart);
    const findInflected = (stem: string) => find(stem) ?? sayWithEnding(stem, this.#locale, find);
    return (
      sayWithEnding(word, this.#locale, find) ??
      findDrawnOut(word, find) ??
      sayWithPrefix(word, this.#locale, findChecked) ??
      sayWithEnding(word, this.#locale, findInflected) ??
      this.#sayCompound(word) ??
      sayWithEnding(word, this.#locale, (stem) => this.#sayCompound(stem))
    );
  }

  /** "GitHub" is stressed like a compound, "ChatGPT" on its last letter. */
  #sayCamelCase(parts: readonly string[]): string {
    const said = parts.map((part) => this.#say(part, []));
    const isAllWords = parts.every((part) => part !== part.toUpperCase());
    return isAllWords ? joinUnderFirst(said) : joinCompound(said);
  }

  /** Two known words written as one ("livestream"): the split with the longest shorter part. */
  #sayCompound(word: string): string | undefined {
    const lower = word.toLowerCase();
    if (lower.length > longestLetterRun) return undefined;
    const middle = lower.length / 2;
    const cuts: number[] = [];
    for (let cut = 3; cut <= lower.length - 3; cut++) {
      if (isCompoundPart(lower.slice(0, cut)) && isCompoundPart(lower.slice(cut))) cuts.push(cut);
    }
    cuts.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    for (const cut of cuts) {
      const first = this.#dictionary.findCommon(lower.slice(0, cut));
      const second = this.#dictionary.findCommon(lower.slice(cut));
      if (first && second) {
        return joinUnderFirst([first, second]);
      }
    }
    return undefined;
  }

  /** By its letters: letter names for what cannot be read as a word, else letter-to-sound. */
  #sound(word: string): string {
    const isCapitals = word.length > 1 && word === word.toUpperCase();
    const isUnreadable = !/[aeiouy]/i.test(word) && !/(.)\1\1/.test(word);
    const isSpelled = initialisms.has(word.toLowerCase());
    if (isSpelled || (word.length <= longestSpelledWord && (isCapitals || isUnreadable))) {
      return this.#spellOut(word);
    }
    const letters = word.toLowerCase().replace(/[^a-z]/g, '');
    const runs: string[] = [];
    for (let start = 0; start < letters.length; start += longestLetterRun) {
      runs.push(this.#letterToSound.pronounce(letters.slice(start, start + longestLetterRun)));
    }
    return runs.filter((run) => run !== '').join(' ') || this.#spellOut(word.slice(0, 1));
  }

  #spellOut(word: string): string {
    const letters = [...word].filter((letter) => /[a-z]/i.test(letter));
    return joinLetterNames(letters.map((letter) => this.#nameOf(letter)));
  }
}

function withCase(word: string, phonemes: string): string {
  if (word === word.toLowerCase()) return phonemes;
  return word.length > 1 && word === word.toUpperCase() ? emphasise(phonemes) : lift(phonemes);
}

/** "sooo" is "so", "hellooo" is "hello": three or more of a letter stand for one or two. */
function findDrawnOut(
  word: string,
  find: (word: string) => string | undefined,
): string | undefined {
  if (!/(.)\1\1/i.test(word)) return undefined;
  return find(word.replace(/(.)\1{2,}/gi, '$1')) ?? find(word.replace(/(.)\1{2,}/gi, '$1$1'));
}
