import type { StateStore } from '../state-store.ts';

export interface PlaybackState {
  currentSeconds: number;
  /** Length of the audio there is; grows while it is still being made. */
  durationSeconds: number;
  playing: boolean;
  /** Wants to play, but has to wait for audio. */
  waiting: boolean;
  rate: number;
  /** False while the audio is still arriving: it can only be heard as it is made. */
  rateAdjustable: boolean;
}

/** What an AudioPlayer drives: a finished file or a take that is still arriving. */
export interface Playback {
  readonly state: StateStore<PlaybackState>;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setRate(rate: number): void;
  /** Stops the sound and frees what it holds. */
  dispose(): void;
}

export const initialPlaybackState: PlaybackState = {
  currentSeconds: 0,
  durationSeconds: 0,
  playing: false,
  waiting: false,
  rate: 1,
  rateAdjustable: false,
};

/** Calls `tick` before each repaint until stopped. */
export class FrameTicker {
  #handle: number | undefined;
  readonly #tick: () => void;

  constructor(tick: () => void) {
    this.#tick = tick;
  }

  start(): void {
    this.#handle ??= requestAnimationFrame(this.#next);
  }

  stop(): void {
    if (this.#handle !== undefined) cancelAnimationFrame(this.#handle);
    this.#handle = undefined;
  }

  readonly #next = (): void => {
    this.#handle = requestAnimationFrame(this.#next);
    this.#tick();
  };
}
