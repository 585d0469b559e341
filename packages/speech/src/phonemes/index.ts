import { readFile } from 'node:fs/promises';
import type { Locale, SpokenWord } from '../normalise/index.ts';
import { primaryStress, startsWithVowel } from './alphabet.ts';
import { Dictionary } from './dictionary.ts';
import { type Following, isDemonstrativeThat, sayFunctionWord } from './function-words.ts';
import { chooseSenses } from './heteronyms.ts';
import { LetterToSound } from './letter-to-sound.ts';
import { decodeLetterToSound } from './letter-to-sound-file.ts';
import { NameList } from './name-list.ts';
import { Pronouncer } from './pronouncer.ts';
import type { Sentence } from './sentence.ts';
import { joinLetterNames } from './stress.ts';
import { tagWords } from './tagger.ts';

/** How one locale's words are said. Loaded once for each process and locale. */
export interface Lexicon {
  readonly locale: Locale;
  readonly pronouncer: Pronouncer;
}

const namesFile = new URL('data/names.bin', import.meta.url);
const modelFiles: Record<Locale, URL> = {
  'en-US': new URL('data/letter-to-sound-us.bin', import.meta.url),
  'en-GB': new URL('data/letter-to-sound-gb.bin', import.meta.url),
};

/**
 * Reads the pronouncing dictionaries (`{us,gb}_{gold,silver}.json`) in `lexiconDir`.
 * Rejects with the file system's error when one is missing.
 */
export async function loadLexicon(lexiconDir: string, locale: Locale): Promise<Lexicon> {
  const [dictionary, names, model] = await Promise.all([
    Dictionary.read(lexiconDir, locale),
    readFile(namesFile).then(NameList.decode),
    readFile(modelFiles[locale]).then(decodeLetterToSound),
  ]);
  const letterToSound = new LetterToSound(model);
  return { locale, pronouncer: new Pronouncer({ dictionary, names, letterToSound, locale }) };
}

interface Token {
  wordIndex: number;
  written: string;
  isLetterName: boolean;
  pause: boolean;
}

const pausing = /[;:,.!?—…]/;
/** Longest stretch that is tagged at once; only text without any sentence end gets here. */
const longestSentence = 120;
/** Letters said in one breath, as the model was trained; longer codes are read letter by letter. */
const longestJoinedLetters = 5;

/**
 * Phonemes of each word of one or more sentences, parallel to `words`, in Kokoro's alphabet. Several
 * spoken words in one `SpokenWord` are joined by a space; letters said in a row ("USB") are joined
 * as one word, as the model was trained. '' only for a word without letters.
 */
export function phonemise(words: readonly SpokenWord[], lexicon: Lexicon): string[] {
  const said: string[][] = words.map(() => []);
  for (const tokens of splitSentences(words)) {
    const phonemes = phonemiseSentence(tokens, lexicon.pronouncer);
    tokens.forEach((token, i) => {
      const text = phonemes[i];
      if (text) said[token.wordIndex]?.push(text);
    });
  }
  return said.map((parts) => parts.join(' '));
}

function splitSentences(words: readonly SpokenWord[]): Token[][] {
  const sentences: Token[][] = [];
  let current: Token[] = [];
  words.forEach((word, wordIndex) => {
    const parts = word.spoken.split(' ').filter((part) => part !== '');
    const next = words[wordIndex + 1];
    const pauses = pausing.test(word.after) || pausing.test(next?.before ?? '') || !next;
    parts.forEach((written, i) => {
      const isLetterName = word.letters === true && /^[A-Za-z]('?s)?$/.test(written);
      current.push({ wordIndex, written, isLetterName, pause: pauses && i === parts.length - 1 });
    });
    if (word.breakAfter || !next || current.length >= longestSentence) {
      const last = current.at(-1);
      if (last) last.pause = true;
      if (current.length > 0) sentences.push(current);
      current = [];
    }
  });
  return sentences;
}

function phonemiseSentence(tokens: readonly Token[], pronouncer: Pronouncer): string[] {
  const written = tokens.map((token) => token.written.replaceAll('’', "'"));
  const sentence: Sentence = {
    written,
    words: written.map((word) => word.toLowerCase()),
    tags: tagWords(
      written,
      tokens.map((token) => token.pause),
    ),
    pauses: tokens.map((token) => token.pause),
  };
  const phonemes: string[] = tokens.map(() => '');
  let following: Following = { vowel: undefined, word: '' };
  for (let i = tokens.length - 1; i >= 0; i--) {
    const token = tokens[i];
    if (!token) continue;
    if (token.pause) following = { vowel: undefined, word: '' };
    if (token.isLetterName) {
      const first = firstLetterName(tokens, i);
      const run = tokens.slice(first, i + 1).map((letter) => letter.written);
      phonemes[first] = sayLetters(run, pronouncer);
      i = first;
    } else {
      phonemes[i] = sayInContext(sentence, i, following, pronouncer);
    }
    const vowel = startsWithVowel(phonemes[i] ?? '') ?? following.vowel;
    following = { vowel, word: sentence.words[i] ?? '' };
  }
  return phonemes;
}

/** Where the run of letter names that ends at `last` begins, within one written word. */
function firstLetterName(tokens: readonly Token[], last: number): number {
  let first = last;
  while (
    tokens[first - 1]?.isLetterName &&
    tokens[first - 1]?.wordIndex === tokens[last]?.wordIndex &&
    !tokens[first - 1]?.written.endsWith('s')
  ) {
    first--;
  }
  return first;
}

/** "USB" by one breath; long codes letter by letter, and "PhDs", "A's" with their plural. */
function sayLetters(letters: readonly string[], pronouncer: Pronouncer): string {
  const names = letters.map((letter) => pronouncer.nameLetter(letter));
  return names.length > longestJoinedLetters ? names.join(' ') : joinLetterNames(names);
}

function sayInContext(
  sentence: Sentence,
  index: number,
  following: Following,
  pronouncer: Pronouncer,
): string {
  const written = sentence.written[index] ?? '';
  const fixed = sayFunctionWord(written, sentence.tags[index], following);
  if (fixed !== undefined) return fixed;
  const word = sentence.words[index] ?? '';
  if (word === 'that') {
    const stressed = isDemonstrativeThat(sentence, index);
    return pronouncer.pronounce(written, stressed ? ['DT'] : []);
  }
  if (typeof pronouncer.entry(written) !== 'object' && index > 0) {
    return pronouncer.pronounce(written, []);
  }
  const senses = chooseSenses(sentence, index);
  // The first word's capital may be the sentence's: "Polish your shoes"; not that of "Bach".
  const isCommon = index === 0 && senses.includes('VERB') && !pronouncer.isName(written);
  const common = isCommon ? pronouncer.pronounce(word, senses) : '';
  return common.includes(primaryStress) ? common : pronouncer.pronounce(written, senses);
}
