/**
 * Kokoro's English phoneme alphabet: one character per phoneme. Capitals are diphthongs
 * (A as in "day", I "my", O "go", Q British "go", W "now", Y "boy"), ᵊ and ᵻ are reduced vowels,
 * T is the flapped t of American "water". Stress marks stand directly in front of their vowel.
 */
export const primaryStress = 'ˈ';
export const secondaryStress = 'ˌ';

const vowels = new Set('AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻᵊɐ');
const consonants = new Set('bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθʔT');

export const isVowel = (phoneme: string): boolean => vowels.has(phoneme);
export const isStressMark = (character: string): boolean =>
  character === primaryStress || character === secondaryStress;

/** The dictionaries write the flap as ɾ and the glottal stop as ʔ; the model was trained on T and t. */
export const toModelAlphabet = (phonemes: string): string =>
  phonemes.replaceAll('ɾ', 'T').replaceAll('ʔ', 't');

/** True when the first sound is a vowel, false for a consonant, undefined when there is no sound. */
export function startsWithVowel(phonemes: string): boolean | undefined {
  for (const character of phonemes) {
    if (vowels.has(character)) return true;
    if (consonants.has(character)) return false;
  }
  return undefined;
}
