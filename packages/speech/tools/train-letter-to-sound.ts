/**
 * Learns letter-to-sound rules from a pronunciation dictionary, reports the error on words it has
 * not seen, and writes packages/speech/src/phonemes/data/letter-to-sound-<us|gb>.bin.
 *
 *   node packages/speech/tools/train-letter-to-sound.ts <lexicon dir> <us|gb> [epochs] [log2 slots]
 *
 * The same dictionary gives the same file, byte for byte.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  extendHistory,
  historyFeatures,
  LetterToSound,
  type LetterToSoundModel,
  letterFeatures,
  openLetterWindow,
  slotOf,
  stressClasses,
  stressFeatures,
} from '../src/phonemes/letter-to-sound.ts';
import { encodeLetterToSound } from '../src/phonemes/letter-to-sound-file.ts';
import { type AlignedWord, alignLetters } from './align-letters.ts';
import { type SpelledWord, scoreLetterToSound, splitDictionary } from './letter-to-sound-score.ts';
import { seededRandom } from './seeded-random.ts';

const [lexiconDir = '', region = 'us', epochsText = '8', slotsText = '21'] = process.argv.slice(2);
const epochs = Number(epochsText);
const slots = 2 ** Number(slotsText);
const rarestLabel = 4;

function collectLabels(aligned: readonly AlignedWord[]): {
  labels: string[];
  candidates: number[][];
} {
  const counts = new Map<string, number>();
  for (const { word, labels } of aligned) {
    labels.forEach((label, i) => {
      const key = word.charAt(i) + label;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  const labels = [''];
  const candidates: number[][] = Array.from({ length: 26 }, () => []);
  for (const [key, count] of [...counts].sort()) {
    if (count < rarestLabel) continue;
    const label = key.slice(1);
    if (!labels.includes(label)) labels.push(label);
    candidates[key.charCodeAt(0) - 97]?.push(labels.indexOf(label));
  }
  return { labels, candidates };
}

class Trainer {
  readonly weights = new Float32Array(slots);
  readonly sums = new Float64Array(slots);
  readonly classes: Uint8Array;
  readonly buffer = new Int32Array(64);
  step = 1;

  constructor(model: LetterToSoundModel) {
    this.classes = stressClasses(model.labels);
  }

  /** Adds `amount` to every feature of a labelled word. */
  update(word: string, labels: readonly number[], from: number, amount: number): void {
    const window = openLetterWindow(word);
    let history = { sounding: 0, soundingBefore: 0, vowels: 0, hasPrimary: false };
    let previous = 0;
    for (let i = 0; i < word.length; i++) {
      const label = labels[i] ?? 0;
      const stressClass = this.classes[label] ?? 0;
      if (i >= from) {
        this.#add(letterFeatures(window, i, this.buffer), label, amount);
        const seen = { ...history, label: previous };
        this.#add(historyFeatures(window, i, seen, this.buffer), label, amount);
        if (stressClass !== 0) {
          this.#add(stressFeatures(window, i, history, stressClass, this.buffer), 0, amount);
        }
      }
      history = extendHistory(history, label, stressClass);
      previous = label;
    }
  }

  #add(count: number, label: number, amount: number): void {
    for (let i = 0; i < count; i++) {
      const slot = slotOf(this.buffer[i] ?? 0, label, slots - 1);
      this.weights[slot] = (this.weights[slot] ?? 0) + amount;
      this.sums[slot] = (this.sums[slot] ?? 0) + amount * this.step;
    }
  }

  averaged(): Float32Array {
    return this.weights.map((weight, slot) => weight - (this.sums[slot] ?? 0) / this.step);
  }
}

function train(aligned: readonly AlignedWord[], report: (model: LetterToSoundModel) => void) {
  const { labels, candidates } = collectLabels(aligned);
  const samples = aligned.flatMap(({ word, labels: texts }) => {
    const ids = texts.map((text) => labels.indexOf(text));
    const known = ids.every((id, i) => candidates[word.charCodeAt(i) - 97]?.includes(id));
    return known ? [{ word, ids }] : [];
  });
  console.log(`${labels.length} labels, ${samples.length} words`);
  const trainer = new Trainer({ labels, candidates, weights: new Float32Array(0) });
  const predictor = new LetterToSound({ labels, candidates, weights: trainer.weights });
  const random = seededRandom(20);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (let i = samples.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      const [a, b] = [samples[i], samples[j]];
      if (a && b) [samples[i], samples[j]] = [b, a];
    }
    let wrong = 0;
    for (const { word, ids } of samples) {
      const guess = predictor.label(word);
      const from = guess.findIndex((label, i) => label !== ids[i]);
      if (from >= 0) {
        wrong++;
        trainer.update(word, ids, from, 1);
        trainer.update(word, guess, from, -1);
      }
      trainer.step++;
    }
    console.log(
      `epoch ${epoch}: ${((100 * wrong) / samples.length).toFixed(2)} % wrong in training`,
    );
    if (epoch % 4 === 0 || epoch === epochs) {
      report({ labels, candidates, weights: trainer.averaged() });
    }
  }
  return { labels, candidates, weights: trainer.averaged() };
}

function describe(model: LetterToSoundModel, words: readonly SpelledWord[]): string {
  const score = scoreLetterToSound(new LetterToSound(model), words);
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return `${words.length} unseen words: phoneme errors ${percent(score.phonemeErrorRate)}, words right ${percent(score.wordsRight)}, with primary stress ${percent(score.wordsRightWithStress)}`;
}

function quantise(model: LetterToSoundModel): LetterToSoundModel {
  const magnitudes = Float32Array.from(model.weights, Math.abs).sort();
  const top = magnitudes[Math.floor(magnitudes.length * 0.9999)] ?? 1;
  const weights = Int8Array.from(model.weights, (weight) =>
    Math.max(-127, Math.min(127, Math.round((weight / top) * 127))),
  );
  return { ...model, weights };
}

const { seen, unseen } = splitDictionary(join(lexiconDir, `${region}_gold.json`));
const aligned = alignLetters(seen, 6);
console.log(`${seen.length} words, ${aligned.length} aligned for training`);
const model = quantise(train(aligned, (current) => console.log(describe(current, unseen))));
console.log(`as written: ${describe(model, unseen)}`);
const file = encodeLetterToSound(model);
writeFileSync(new URL(`../src/phonemes/data/letter-to-sound-${region}.bin`, import.meta.url), file);
console.log(`${file.length} bytes`);
