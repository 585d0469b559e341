import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kokoroPaths, prepareKokoro } from '@voiceflow/speech';
import { testModelsDir } from '../packages/speech/src/assets/test-models.ts';
import { normalise } from '../packages/speech/src/normalise/index.ts';
import { loadLexicon, phonemise } from '../packages/speech/src/phonemes/index.ts';
import { type PhonemisedWord, splitPieces } from '../packages/speech/src/pieces/index.ts';

export const modelsDir = testModelsDir();
export const voice = 'af_heart';

/** About 25 seconds of speech, in sentences of mixed length. */
export const passage = [
  'The harbor was quiet when the first boats came in.',
  'Fishermen unloaded their catch, talking softly about the weather, while the gulls circled above the old stone pier and waited for their share.',
  'By noon the market was full.',
  'Children ran between the stalls, bread was sold before it had cooled, and somewhere behind the church a violin was playing the same slow tune that it plays every summer.',
  'Nobody was in a hurry, and nobody had to be.',
].join(' ');

/** The model file that serves on this machine. */
export async function chooseModel(): Promise<{ modelFile: string; variant: string }> {
  return prepareKokoro({
    ...kokoroPaths(modelsDir),
    variant: 'auto',
    progress: (message) => console.error(message),
  });
}

/** The phonemes of the passage's pieces, just as the engine hands them to its model. */
export async function passagePhonemes(): Promise<string[]> {
  const lexicon = await loadLexicon(join(modelsDir, 'lexicon'), 'en-US');
  const { words } = normalise(passage, { locale: 'en-US' });
  const sentences: PhonemisedWord[][] = [];
  let from = 0;
  for (const [index, word] of words.entries()) {
    if (word.breakAfter === undefined && index < words.length - 1) continue;
    const sentence = words.slice(from, index + 1);
    const phonemes = phonemise(sentence, lexicon);
    sentences.push(sentence.map((word, at) => ({ word, phonemes: phonemes[at] })));
    from = index + 1;
  }
  return [...splitPieces(sentences, { speed: 1 })].map((piece) => piece.phonemes);
}

/** The passage as a recogniser should hear it. */
export function passageWords(): string {
  return normalise(passage, { locale: 'en-US' }).text;
}

export const benchFolder = fileURLToPath(new URL('.', import.meta.url));
