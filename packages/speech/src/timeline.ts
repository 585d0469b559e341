import type { JoinedAudio } from './audio/index.ts';
import { frameSamples, type PieceAudio, sampleRate } from './model/index.ts';
import type { Piece } from './pieces/index.ts';

/** A word of the text and when it is heard. */
export interface TimedWord {
  /** What was written: `source.slice(startChar, endChar)`, UTF-16 offsets */
  text: string;
  startChar: number;
  endChar: number;
  /** What is said, e.g. "three dollars and fifty cents" for "$3.50" */
  spoken: string;
  phonemes: string;
  /** From the start of the audio, by the model's own durations */
  startSeconds: number;
  endSeconds: number;
}

/**
 * What is heard comes before the durations say. Kokoro's reference pipeline takes three frames
 * (75 ms) off the first pad for that; over 40 first words the level reached 5 % of its peak 27 to
 * 87 ms early (median 51), and a word begins a little before that.
 */
const earlyFrames = 3;

function sumFrames(frames: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += frames[index];
  return sum;
}

/** Turns token durations into the times of words; a word that spans pieces is timed as one. */
export class Timeline {
  readonly #source: string;
  readonly #earlyFrames: number;
  #begun: TimedWord | undefined;
  #sourceEnd = 0;

  /** `stretch`: how much longer the pieces are than what the model made. */
  constructor(source: string, { stretch }: { stretch: number }) {
    this.#source = source;
    this.#earlyFrames = earlyFrames * stretch;
  }

  get sourceEnd(): number {
    return this.#sourceEnd;
  }

  place(piece: Piece, audio: PieceAudio, joined: JoinedAudio): TimedWord[] {
    const { tokenFrames } = audio;
    const { pieceStartSeconds, speechEndSeconds } = joined;
    const timed: TimedWord[] = [];
    let position = 0;
    let frames = Math.max(0, tokenFrames[0] - this.#earlyFrames);
    // The silence that the model counts to the last word is no part of it, nor is what was trimmed.
    const heardAt = (frame: number) => {
      const seconds = pieceStartSeconds + (frame * frameSamples) / sampleRate;
      return Math.min(Math.max(seconds, 0), speechEndSeconds);
    };
    for (const { word, start, end, continues } of piece.words) {
      frames += sumFrames(tokenFrames, 1 + position, 1 + start);
      const startSeconds = heardAt(frames);
      frames += sumFrames(tokenFrames, 1 + start, 1 + end);
      const endSeconds = heardAt(frames);
      position = end;
      const phonemes = piece.phonemes.slice(start, end);
      const heard: TimedWord = this.#begun
        ? { ...this.#begun, phonemes: this.#begun.phonemes + phonemes, endSeconds }
        : {
            text: this.#source.slice(word.start, word.end),
            startChar: word.start,
            endChar: word.end,
            spoken: word.spoken,
            phonemes,
            startSeconds,
            endSeconds,
          };
      this.#begun = continues ? heard : undefined;
      if (continues) continue;
      timed.push(heard);
      this.#sourceEnd = word.end;
    }
    return timed;
  }
}
