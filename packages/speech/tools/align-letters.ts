import { isStressMark } from '../src/phonemes/alphabet.ts';

/** A spelling with, for each of its letters, the phonemes (stress marks included) it stands for. */
export interface AlignedWord {
  word: string;
  labels: string[];
}

const mostSoundsPerLetter = 2;

/** Splits into sounds: a phoneme with the stress mark before it and the length mark behind it. */
function splitSounds(phonemes: string): { plain: string; marked: string }[] {
  const sounds: { plain: string; marked: string }[] = [];
  let stress = '';
  for (const character of phonemes) {
    const last = sounds.at(-1);
    if (isStressMark(character)) {
      stress = character;
    } else if (character === 'ː' && last) {
      last.plain += character;
      last.marked += character;
    } else {
      sounds.push({ plain: character, marked: stress + character });
      stress = '';
    }
  }
  return sounds;
}

/**
 * Aligns spellings with phonemes by expectation maximisation: every letter emits 0 to 2 sounds
 * (a one-to-many alignment after Jiampojamarn et al. 2007), the best path of the final table is kept.
 */
export function alignLetters(
  entries: readonly (readonly [word: string, phonemes: string])[],
  rounds: number,
): AlignedWord[] {
  const words = entries.map(([word, phonemes]) => ({ word, sounds: splitSounds(phonemes) }));
  let probability = (letter: string, chunk: string): number =>
    chunk === '' ? 0.1 : letter === '' ? 0 : 0.01;
  for (let round = 0; round < rounds; round++) {
    const counts = new Map<string, Map<string, number>>();
    for (const { word, sounds } of words) {
      countChunks(word, sounds, probability, counts);
    }
    const totals = new Map<string, number>();
    for (const [letter, chunks] of counts) {
      totals.set(
        letter,
        [...chunks.values()].reduce((sum, count) => sum + count, 0),
      );
    }
    probability = (letter, chunk) =>
      (counts.get(letter)?.get(chunk) ?? 0) / (totals.get(letter) ?? 1);
  }
  return words.flatMap(({ word, sounds }) => {
    const labels = bestAlignment(word, sounds, probability);
    return labels ? [{ word, labels }] : [];
  });
}

const chunkOf = (sounds: readonly { plain: string }[], from: number, to: number): string =>
  sounds
    .slice(from, to)
    .map((sound) => sound.plain)
    .join(' ');

function countChunks(
  word: string,
  sounds: readonly { plain: string }[],
  probability: (letter: string, chunk: string) => number,
  counts: Map<string, Map<string, number>>,
): void {
  const rows = word.length + 1;
  const columns = sounds.length + 1;
  const forward = new Float64Array(rows * columns);
  const backward = new Float64Array(rows * columns);
  forward[0] = 1;
  backward[rows * columns - 1] = 1;
  const arcs: { letter: string; chunk: string; from: number; to: number; weight: number }[] = [];
  for (let i = 0; i < word.length; i++) {
    for (let j = 0; j < columns; j++) {
      for (let size = 0; size <= mostSoundsPerLetter && j + size < columns; size++) {
        const letter = word.charAt(i);
        const chunk = chunkOf(sounds, j, j + size);
        const weight = probability(letter, chunk);
        const from = i * columns + j;
        const to = (i + 1) * columns + j + size;
        if (weight > 0) arcs.push({ letter, chunk, from, to, weight });
      }
    }
  }
  for (const arc of arcs) {
    forward[arc.to] = (forward[arc.to] ?? 0) + (forward[arc.from] ?? 0) * arc.weight;
  }
  const total = forward[rows * columns - 1] ?? 0;
  if (total <= 0) return;
  for (const arc of arcs.toReversed()) {
    backward[arc.from] = (backward[arc.from] ?? 0) + (backward[arc.to] ?? 0) * arc.weight;
  }
  for (const arc of arcs) {
    const share = ((forward[arc.from] ?? 0) * arc.weight * (backward[arc.to] ?? 0)) / total;
    if (share < 1e-6) continue;
    const chunks = counts.get(arc.letter) ?? new Map<string, number>();
    chunks.set(arc.chunk, (chunks.get(arc.chunk) ?? 0) + share);
    counts.set(arc.letter, chunks);
  }
}

function bestAlignment(
  word: string,
  sounds: readonly { plain: string; marked: string }[],
  probability: (letter: string, chunk: string) => number,
): string[] | undefined {
  const columns = sounds.length + 1;
  const best = new Float64Array((word.length + 1) * columns).fill(Number.NEGATIVE_INFINITY);
  const taken = new Int8Array(best.length);
  best[0] = 0;
  for (let i = 0; i < word.length; i++) {
    for (let j = 0; j < columns; j++) {
      for (let size = 0; size <= mostSoundsPerLetter && j + size < columns; size++) {
        const weight = probability(word.charAt(i), chunkOf(sounds, j, j + size));
        const score = (best[i * columns + j] ?? 0) + Math.log(weight);
        const to = (i + 1) * columns + j + size;
        if (score > (best[to] ?? 0)) {
          best[to] = score;
          taken[to] = size;
        }
      }
    }
  }
  if (best[best.length - 1] === Number.NEGATIVE_INFINITY) return undefined;
  const labels: string[] = [];
  let column = sounds.length;
  for (let i = word.length; i > 0; i--) {
    const size = taken[i * columns + column] ?? 0;
    labels.unshift(
      sounds
        .slice(column - size, column)
        .map((sound) => sound.marked)
        .join(''),
    );
    column -= size;
  }
  return labels;
}
