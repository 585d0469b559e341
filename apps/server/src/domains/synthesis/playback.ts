import type { JobRest } from '../../platform/queue/index.ts';

/** Whoever has so much to listen to does not fall silent while another stream begins. */
const comfortSeconds = 6;
/** Where nobody listens before the end, listeners with less than this go first. */
const fileAheadSeconds = 4;

/** Where the listener of a stream is: they begin to listen when the first audio has been made. */
export class Playback {
  readonly #isLive: boolean;
  readonly #clock: () => number;
  #sinceMs: number;
  #madeSeconds = 0;

  /** @param options.isLive false where all of it is wanted before any of it is heard */
  constructor(options: { isLive: boolean; clock?: () => number }) {
    this.#isLive = options.isLive;
    this.#clock = options.clock ?? (() => performance.now());
    this.#sinceMs = this.#clock();
  }

  /** Seconds of audio that have been made and not been heard; below zero it is silent, or has yet to begin. */
  secondsAhead(): number {
    if (!this.#isLive) return fileAheadSeconds;
    return this.#madeSeconds - (this.#clock() - this.#sinceMs) / 1000;
  }

  /** Whether it gains by more than one worker: a stream that is ahead of its listener does not. */
  needsHelp(): boolean {
    return !this.#isLive || this.secondsAhead() < comfortSeconds;
  }

  /** Whether the next piece may come so much later, and nobody falls silent. */
  canSpare(seconds: number): boolean {
    return !this.#isLive || this.secondsAhead() > seconds;
  }

  /** Takes what has been made by now; answers how long the stream can do without more. */
  made(made: {
    audioSeconds: number;
    computeSeconds: number;
    /** That part of it which this worker did not compute. */
    assistedSeconds?: number;
  }): JobRest {
    if (this.#madeSeconds === 0) this.#sinceMs = this.#clock();
    this.#madeSeconds = made.audioSeconds;
    const spareMs = (this.secondsAhead() - comfortSeconds) * 1000;
    const forMs = this.#isLive ? Math.max(0, spareMs) : 0;
    const { audioSeconds, computeSeconds, assistedSeconds = 0 } = made;
    return {
      type: 'rest',
      forMs,
      load: forMs > 0 ? computeSeconds / audioSeconds : 1,
      computedSeconds: computeSeconds - assistedSeconds,
    };
  }
}
