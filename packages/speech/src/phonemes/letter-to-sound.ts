import { isVowel, primaryStress, secondaryStress } from './alphabet.ts';

/**
 * Spelling to phonemes for words that no dictionary knows: each letter is labelled with the
 * phonemes it stands for (often none), left to right, by a linear model over the letters around it,
 * the labels before it and the stress pattern so far. Trained by tools/train-letter-to-sound.ts as
 * an averaged structured perceptron (Collins 2002) with a beam, its weights in one hashed table.
 */
export interface LetterToSoundModel {
  /** Phonemes with stress marks; label 0 is silence. */
  labels: readonly string[];
  /** For each letter a…z the labels it may take. */
  candidates: readonly (readonly number[])[];
  /** Hashed feature weights; the length is a power of two. */
  weights: Int8Array | Float32Array;
}

/** Letters as 1…26 between zeros, so that features may look over both ends. */
interface LetterWindow {
  letters: Uint8Array;
  length: number;
  /** Groups of vowel letters behind each letter. */
  vowelGroupsAfter: Uint8Array;
}

interface Hypothesis {
  score: number;
  label: number;
  previous: Hypothesis | undefined;
  /** The last two labels that sound. */
  sounding: number;
  soundingBefore: number;
  vowels: number;
  hasPrimary: boolean;
}

const margin = 6;
const reach = 4;
const beamWidth = 6;
const longestLetterGroup = 6;
/** Longest word handed to the model at once; work grows linearly with it. */
export const longestLetterRun = 32;

const vowelLetters = new Set([...'aeiouy'].map((letter) => letter.charCodeAt(0) - 96));

export function openLetterWindow(word: string): LetterWindow {
  const letters = new Uint8Array(word.length + 2 * margin);
  for (let i = 0; i < word.length; i++) letters[i + margin] = word.charCodeAt(i) - 96;
  const vowelGroupsAfter = new Uint8Array(word.length);
  let groups = 0;
  for (let i = word.length - 1; i >= 0; i--) {
    vowelGroupsAfter[i] = Math.min(groups, 6);
    const here = vowelLetters.has(letters[i + margin] ?? 0);
    if (here && !vowelLetters.has(letters[i + margin - 1] ?? 0)) groups++;
  }
  return { letters, length: word.length, vowelGroupsAfter };
}

const mix = (hash: number, value: number): number => {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/** What each label is for the stress features: not a vowel, unstressed, secondary, primary. */
export function stressClasses(labels: readonly string[]): Uint8Array {
  return Uint8Array.from(labels, (label) => {
    if (![...label].some(isVowel)) return 0;
    if (label.includes(primaryStress)) return 3;
    return label.includes(secondaryStress) ? 2 : 1;
  });
}

/** Feature hashes of one letter's surroundings, before a label is mixed in. Returns how many. */
export function letterFeatures(window: LetterWindow, index: number, into: Int32Array): number {
  const { letters } = window;
  const centre = index + margin;
  let count = 0;
  for (let from = -reach; from <= 0; from++) {
    let hash = mix(0x51ed270b, from + 16);
    for (let offset = from; offset <= reach && offset < from + longestLetterGroup; offset++) {
      hash = mix(hash, letters[centre + offset] ?? 0);
      if (offset >= 0) into[count++] = mix(hash, offset + 64);
    }
  }
  for (let offset = -reach; offset <= reach; offset++) {
    if (offset !== 0) {
      const hash = mix(0x2545f491, offset + 16);
      into[count++] = mix(mix(hash, letters[centre + offset] ?? 0), letters[centre] ?? 0);
    }
  }
  return count;
}

/** Feature hashes of the labels before this letter and of the stress so far. Returns how many. */
export function historyFeatures(
  window: LetterWindow,
  index: number,
  history: { label: number; sounding: number; soundingBefore: number },
  into: Int32Array,
): number {
  const { letters } = window;
  const centre = index + margin;
  const here = letters[centre] ?? 0;
  const next = letters[centre + 1] ?? 0;
  const before = letters[centre - 1] ?? 0;
  const last = mix(0x1b873593, history.label);
  const sounds = mix(mix(0x85ebca6b, history.sounding), history.soundingBefore);
  into[0] = last;
  into[1] = mix(mix(last, here), next);
  into[2] = mix(mix(mix(last, before), here), 77);
  into[3] = sounds;
  into[4] = mix(mix(sounds, here), next);
  into[5] = mix(mix(mix(0xc2b2ae35, history.sounding), next), letters[centre + 2] ?? 0);
  into[6] = mix(mix(mix(into[4] ?? 0, before), letters[centre + 2] ?? 0), history.label);
  return 7;
}

/** Feature hashes that see only how a label is stressed. Returns how many. */
export function stressFeatures(
  window: LetterWindow,
  index: number,
  history: { vowels: number; hasPrimary: boolean; sounding: number },
  stressClass: number,
  into: Int32Array,
): number {
  const { letters, length } = window;
  const end = length + margin;
  const suffix2 = mix(letters[end - 1] ?? 0, letters[end - 2] ?? 0);
  const suffix3 = mix(suffix2, letters[end - 3] ?? 0);
  const after = window.vowelGroupsAfter[index] ?? 0;
  const state = mix(mix(0x27d4eb2f, history.hasPrimary ? 1 : 2), stressClass);
  const place = mix(mix(state, after), 91);
  into[0] = mix(state, history.vowels);
  into[1] = mix(place, history.vowels);
  into[2] = mix(place, suffix2);
  into[3] = mix(place, suffix3);
  into[4] = mix(mix(place, suffix3), letters[end - 4] ?? 0);
  into[5] = mix(mix(mix(place, suffix2), history.vowels), 13);
  into[6] = mix(mix(mix(place, letters[margin] ?? 0), letters[margin + 1] ?? 0), history.vowels);
  return 7;
}

export const slotOf = (feature: number, label: number, mask: number): number =>
  mix(feature, label + 0x3c6ef372) & mask;

/** History after a label; used by the decoder and, along the true labels, by the trainer. */
export function extendHistory(
  history: { sounding: number; soundingBefore: number; vowels: number; hasPrimary: boolean },
  label: number,
  stressClass: number,
): { sounding: number; soundingBefore: number; vowels: number; hasPrimary: boolean } {
  return {
    sounding: label === 0 ? history.sounding : label,
    soundingBefore: label === 0 ? history.soundingBefore : history.sounding,
    vowels: stressClass === 0 ? history.vowels : Math.min(history.vowels + 1, 6),
    hasPrimary: history.hasPrimary || stressClass === 3,
  };
}

export class LetterToSound {
  readonly #model: LetterToSoundModel;
  readonly #classes: Uint8Array;
  readonly #around = new Int32Array(64);
  readonly #history = new Int32Array(16);
  readonly #stress = new Int32Array(16);

  constructor(model: LetterToSoundModel) {
    this.#model = model;
    this.#classes = stressClasses(model.labels);
  }

  /** Phonemes of `word`: 1 to 32 letters a–z. Never empty, one primary stress if it has a vowel. */
  pronounce(word: string): string {
    const { labels } = this.#model;
    const phonemes = this.label(word)
      .map((label) => labels[label])
      .join('');
    if (phonemes.includes(primaryStress)) return phonemes;
    const marked = phonemes.replace(secondaryStress, primaryStress);
    if (marked.includes(primaryStress)) return marked;
    const vowel = [...phonemes].findIndex(isVowel);
    if (vowel < 0) return phonemes;
    return phonemes.slice(0, vowel) + primaryStress + phonemes.slice(vowel);
  }

  /** The best label for each letter of `word` (a–z). */
  label(word: string): number[] {
    const { candidates, weights } = this.#model;
    const mask = weights.length - 1;
    const window = openLetterWindow(word);
    let beam: Hypothesis[] = [
      {
        score: 0,
        label: 0,
        previous: undefined,
        sounding: 0,
        soundingBefore: 0,
        vowels: 0,
        hasPrimary: false,
      },
    ];
    for (let index = 0; index < word.length; index++) {
      const options = candidates[word.charCodeAt(index) - 97] ?? [];
      const aroundCount = letterFeatures(window, index, this.#around);
      const base = options.map((label) => {
        let score = 0;
        for (let i = 0; i < aroundCount; i++) {
          score += weights[slotOf(this.#around[i] ?? 0, label, mask)] ?? 0;
        }
        return score;
      });
      const next: Hypothesis[] = [];
      for (const hypothesis of beam) {
        this.#extend(hypothesis, { window, index, options, base, mask }, next);
      }
      beam = next;
    }
    const best = beam.find((hypothesis) => hypothesis.hasPrimary) ?? beam[0];
    const path: number[] = [];
    for (let at = best; at?.previous; at = at.previous) path.push(at.label);
    return path.reverse();
  }

  #extend(
    from: Hypothesis,
    step: {
      window: LetterWindow;
      index: number;
      options: readonly number[];
      base: readonly number[];
      mask: number;
    },
    next: Hypothesis[],
  ): void {
    const { weights } = this.#model;
    const { window, index, options, base, mask } = step;
    const historyCount = historyFeatures(window, index, from, this.#history);
    const stressScores = [0, 1, 2, 3].map((stressClass) =>
      stressClass === 0 ? 0 : this.#stressScore(from, window, index, stressClass, mask),
    );
    for (let option = 0; option < options.length; option++) {
      const label = options[option] ?? 0;
      const stressClass = this.#classes[label] ?? 0;
      if (stressClass === 3 && from.hasPrimary) continue;
      let score = from.score + (base[option] ?? 0) + (stressScores[stressClass] ?? 0);
      for (let i = 0; i < historyCount; i++) {
        score += weights[slotOf(this.#history[i] ?? 0, label, mask)] ?? 0;
      }
      if (next.length === beamWidth && score <= (next.at(-1)?.score ?? 0)) continue;
      const state = extendHistory(from, label, stressClass);
      insertIntoBeam(next, { ...state, score, label, previous: from });
    }
  }

  #stressScore(
    from: Hypothesis,
    window: LetterWindow,
    index: number,
    stressClass: number,
    mask: number,
  ): number {
    const { weights } = this.#model;
    const count = stressFeatures(window, index, from, stressClass, this.#stress);
    let score = 0;
    for (let i = 0; i < count; i++) score += weights[slotOf(this.#stress[i] ?? 0, 0, mask)] ?? 0;
    return score;
  }
}

const isSameState = (a: Hypothesis, b: Hypothesis): boolean =>
  a.label === b.label &&
  a.sounding === b.sounding &&
  a.soundingBefore === b.soundingBefore &&
  a.vowels === b.vowels &&
  a.hasPrimary === b.hasPrimary;

/** Keeps the beam sorted, best first, with one hypothesis per state. */
function insertIntoBeam(beam: Hypothesis[], hypothesis: Hypothesis): void {
  const twin = beam.findIndex((other) => isSameState(other, hypothesis));
  if (twin >= 0) {
    if ((beam[twin]?.score ?? 0) >= hypothesis.score) return;
    beam.splice(twin, 1);
  }
  const place = beam.findIndex((other) => other.score < hypothesis.score);
  beam.splice(place < 0 ? beam.length : place, 0, hypothesis);
  if (beam.length > beamWidth) beam.pop();
}
