import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPhoneme, tokenise } from '../../src/model/vocabulary.ts';
import { loadVoicePack } from '../../src/model/voice-pack.ts';
import { seededRandom } from '../seeded-random.ts';

/** What the model is asked to say. */
export interface Piece {
  /** Padded at both ends. */
  tokens: number[];
  style: number[];
  speed: number;
}

export interface Sentence {
  voice: string;
  phonemes: string;
}

const seed = 1;
const inventedPieces = 90;
const longestInTokens = 200;
/** Shares of the invented pieces. */
const blendedVoices = 0.25;
const quickened = 0.4;

/**
 * The sentences of the calibration, and pieces of words drawn from the dictionary: sounds in every
 * order, in every voice and in blends of two, at the paces that the model is asked for.
 */
export async function makePieces(
  modelsDir: string,
  sentences: readonly Sentence[],
): Promise<Piece[]> {
  const voicesDir = join(modelsDir, 'voices');
  const voices = (await readdir(voicesDir)).map((file) => file.replace('.bin', '')).sort();
  const words = await readWords(join(modelsDir, 'lexicon', 'us_gold.json'));
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[], fallback: T): T =>
    values[Math.floor(random() * values.length)] ?? fallback;
  const styleOf = async (voice: string, tokens: number) =>
    (await loadVoicePack(join(voicesDir, `${voice}.bin`))).style(tokens);

  const pieces: Piece[] = [];
  for (const { voice, phonemes } of sentences) {
    const tokens = tokenise(phonemes);
    pieces.push(pieceOf(tokens, await styleOf(voice, tokens.length), 1));
  }
  while (pieces.length < sentences.length + inventedPieces) {
    const tokens = tokenise(inventPhrase());
    if (tokens.length > longestInTokens) continue;
    const style = await styleOf(voices[pieces.length % voices.length] ?? '', tokens.length);
    if (random() < blendedVoices) {
      const other = await styleOf(pick(voices, ''), tokens.length);
      const share = random();
      style.forEach((value, i) => {
        style[i] = value * share + (other[i] ?? 0) * (1 - share);
      });
    }
    const speed = random() < quickened ? 1 + random() * 0.25 : 1;
    pieces.push(pieceOf(tokens, style, speed));
  }
  return pieces;

  function inventPhrase(): string {
    const length = 3 + Math.floor(random() * 12);
    const said = Array.from({ length }, (_, i) => {
      const pause = i < length - 1 && random() < 0.12 ? pick([',', ';', ' —', '.', ':'], ',') : '';
      return pick(words, '') + pause;
    });
    return said.join(' ') + pick(['.', '.', '?', '!', ','], '.');
  }
}

function pieceOf(tokens: readonly number[], style: Float32Array, speed: number): Piece {
  return { tokens: [0, ...tokens, 0], style: [...style], speed };
}

/** How the dictionary says its shorter words. */
async function readWords(lexiconFile: string): Promise<string[]> {
  const entries: Record<string, unknown> = JSON.parse(await readFile(lexiconFile, 'utf8'));
  return Object.entries(entries).flatMap(([word, said]) =>
    /^[a-z]{1,9}$/.test(word) && typeof said === 'string' && [...said].every(isPhoneme)
      ? [said]
      : [],
  );
}
