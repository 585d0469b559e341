/**
 * Writes packages/speech/src/phonemes/data/names.bin: the words of CMUdict that the pronouncing
 * dictionaries of either locale lack, in Kokoro's American alphabet.
 *
 *   node packages/speech/tools/build-name-list.ts <lexicon dir>
 */
import { writeFileSync } from 'node:fs';
import { dictionary } from 'cmu-pronouncing-dictionary';
import { Dictionary } from '../src/phonemes/dictionary.ts';
import { sayWithEnding } from '../src/phonemes/morphology.ts';
import { encodeNameList } from '../src/phonemes/name-list.ts';
import { fromArpabet } from './arpabet.ts';

const [lexiconDir = ''] = process.argv.slice(2);
const lexicons = await Promise.all([
  Dictionary.read(lexiconDir, 'en-US'),
  Dictionary.read(lexiconDir, 'en-GB'),
]);
const shortestNameStem = 6;

/**
 * Whether the dictionary has the word, or the word that it is a regular form of. Short names are no
 * stems: "Torres" is not the plural of a "Torre".
 */
function isSaid(word: string, lexicon: Dictionary): boolean {
  if (lexicon.find(word) !== undefined) return true;
  if (!/(s|ed|ing|ly|ness)$/.test(word)) return false;
  const findStem = (stem: string) =>
    lexicon.findCommon(stem) ??
    (stem.length >= shortestNameStem && lexicon.find(stem) ? stem : undefined);
  return sayWithEnding(word, 'en-US', findStem) !== undefined;
}

const entries = Object.entries(dictionary)
  .filter(([word]) => /^[a-z]{2,}$/.test(word))
  .filter(([word]) => lexicons.some((lexicon) => !isSaid(word, lexicon)))
  .map(([word, arpabet]) => [word, fromArpabet(arpabet)] as const);
const file = encodeNameList(entries);
writeFileSync(new URL('../src/phonemes/data/names.bin', import.meta.url), file);
console.log(`${entries.length} words, ${file.length} bytes`);
