import { limitPeaks } from './limit-peaks.ts';
import { measureLoudness } from './loudness.ts';

const sampleRate = 24_000;

/** Speech begins and ends where the level passes this far below the piece's own loudness. */
const speechThresholdLu = -38;
const levelBlockSamples = 120;
/** What is kept around the speech, faded in and out: soft onsets and the last decay. */
const leadMarginSamples = 0.04 * sampleRate;
const tailMarginSamples = 0.08 * sampleRate;
/** The shortest fade, for a piece that has no margin of its own: 5 ms. */
const minFadeSamples = 0.005 * sampleRate;
/** Speech never follows speech more closely than this; the margins overlap in a cross-fade. */
const minGapSamples = 0.06 * sampleRate;

/**
 * Every piece is brought to within 0.4 LU of one loudness. Kokoro's pieces of one voice differ
 * by up to 4.6 LU (short ones are louder), its voices by more. At −20 LUFS their peaks, 16 to 21
 * dB higher, just fit below full scale.
 */
const targetLufs = -20;
const toleranceLu = 0.4;
/** A piece that is further off is no ordinary speech, and is not forced. */
const maxGainDb = 12;

interface Range {
  readonly start: number;
  readonly end: number;
}

export interface JoinedAudio {
  /** 24 kHz mono, final: what follows in time comes with the next call. */
  readonly samples: Float32Array;
  /** Where sample 0 of the untrimmed piece lies in the output; negative when the first is trimmed. */
  readonly pieceStartSeconds: number;
  /** Where the piece's sound ends in the output, before its margin and the pause. */
  readonly speechEndSeconds: number;
}

/**
 * Joins the model's pieces into one stream. Each piece loses the silence that the model puts
 * around it, is set to the common loudness, limited to −1 dBFS and faded in and out where it is
 * next to silent; then the pause follows, or for a short one the next piece's margin overlaps.
 * Nothing is delayed but at most 60 ms of fade-out.
 */
export class PieceJoiner {
  /** The end of what is known, over which the next piece may begin. */
  #held = new Float32Array();
  #emittedSamples = 0;

  /** `pauseAfterSeconds`: from where sound ends in this piece to where it begins in the next. */
  push(samples: Float32Array, { pauseAfterSeconds }: { pauseAfterSeconds: number }): JoinedAudio {
    const speech = findSpeech(samples);
    const loudness = measureLoudness(samples.subarray(speech.start, speech.end), sampleRate);
    const piece = shapePiece(samples, speech, chooseGain(loudness));
    const pieceStart = this.#emittedSamples + leadMarginSamples - speech.start;
    const mixed = overlap(this.#held, piece);
    const gap = gapOf(pauseAfterSeconds);
    // Samples under a negative gap are held: the next piece is laid over them.
    const heldLength = Math.min(Math.max(-gap, 0), mixed.length);
    const final = new Float32Array(mixed.length - heldLength + Math.max(gap, 0));
    final.set(mixed.subarray(0, mixed.length - heldLength));
    this.#held = mixed.slice(mixed.length - heldLength);
    this.#emittedSamples += final.length;
    return {
      samples: final,
      pieceStartSeconds: pieceStart / sampleRate,
      speechEndSeconds: (pieceStart + speech.end) / sampleRate,
    };
  }

  /** Silence in front of the first piece: what is left of a pause behind a piece that was heard before. */
  pause(seconds: number): Float32Array {
    const silence = new Float32Array(Math.max(gapOf(seconds), 0));
    this.#emittedSamples += silence.length;
    return silence;
  }

  /** The rest, once there is no further piece. */
  flush(): Float32Array {
    const rest = this.#held;
    this.#held = new Float32Array();
    this.#emittedSamples += rest.length;
    return rest;
  }
}

/** Samples between the margins of two pieces; negative where these overlap. */
function gapOf(pauseSeconds: number): number {
  const pauseSamples = Math.round(Math.max(pauseSeconds, 0) * sampleRate);
  return Math.max(pauseSamples, minGapSamples) - leadMarginSamples - tailMarginSamples;
}

/**
 * From the first to the last block that is not quiet, to 5 ms; all of a piece without speech. By
 * level alone, since the durations that the model gives its pads and last words hold silence too.
 */
function findSpeech(samples: Float32Array): Range {
  const threshold = 10 ** ((measureLoudness(samples, sampleRate) + speechThresholdLu) / 20);
  let start = 0;
  while (start < samples.length && isQuiet(samples, start, start + levelBlockSamples, threshold)) {
    start += levelBlockSamples;
  }
  if (start >= samples.length) return { start: 0, end: samples.length };
  let end = samples.length;
  // The blocks lie otherwise from this side, and a short sound can fall between two of them.
  while (
    end > start + levelBlockSamples &&
    isQuiet(samples, end - levelBlockSamples, end, threshold)
  ) {
    end -= levelBlockSamples;
  }
  return { start, end };
}

function isQuiet(samples: Float32Array, from: number, to: number, threshold: number): boolean {
  const block = samples.subarray(from, to);
  return block.reduce((sum, sample) => sum + sample * sample, 0) <= threshold ** 2 * block.length;
}

/** The speech at the gain, between its two margins; where the piece has no more samples, zeros. */
function shapePiece(samples: Float32Array, speech: Range, gain: number): Float32Array {
  const leadLength = Math.min(leadMarginSamples, speech.start);
  const tailLength = Math.min(tailMarginSamples, samples.length - speech.end);
  const kept = samples.slice(speech.start - leadLength, speech.end + tailLength);
  for (let index = 0; index < kept.length; index++) kept[index] *= gain;
  limitPeaks(kept);
  fadeIn(kept, Math.max(leadLength, minFadeSamples));
  kept.reverse();
  fadeIn(kept, Math.max(tailLength, minFadeSamples));
  kept.reverse();
  const piece = new Float32Array(leadMarginSamples + speech.end - speech.start + tailMarginSamples);
  piece.set(kept, leadMarginSamples - leadLength);
  return piece;
}

/** The smallest gain that brings a piece within the tolerance. */
function chooseGain(loudness: number): number {
  if (!Number.isFinite(loudness)) return 1;
  const wanted = clamp(loudness, targetLufs - toleranceLu, targetLufs + toleranceLu);
  return 10 ** (clamp(wanted - loudness, -maxGainDb, maxGainDb) / 20);
}

/** A raised cosine from silence at the first sample to full level at `length`. */
function fadeIn(samples: Float32Array, length: number): void {
  for (let index = 0; index < Math.min(length, samples.length); index++) {
    samples[index] *= 0.5 - 0.5 * Math.cos((Math.PI * index) / length);
  }
}

/** The next piece laid over what is held, both beginning at the same sample. */
function overlap(held: Float32Array, piece: Float32Array): Float32Array {
  const mixed = new Float32Array(Math.max(held.length, piece.length));
  mixed.set(piece);
  for (let index = 0; index < held.length; index++) mixed[index] += held[index];
  return mixed;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
