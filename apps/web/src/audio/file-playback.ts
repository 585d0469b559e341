import { StateStore } from '../state-store.ts';
import {
  FrameTicker,
  initialPlaybackState,
  type Playback,
  type PlaybackState,
} from './playback.ts';

/** Plays a whole audio file; another rate keeps the pitch. */
export class FilePlayback implements Playback {
  readonly state: StateStore<PlaybackState>;
  readonly #element = new Audio();
  readonly #ticker = new FrameTicker(() => this.#report());

  constructor(url: string, durationSeconds: number) {
    this.state = new StateStore({ ...initialPlaybackState, durationSeconds, rateAdjustable: true });
    this.#element.preload = 'auto';
    this.#element.src = url;
    for (const event of ['play', 'pause', 'ended', 'waiting', 'playing', 'seeked', 'ratechange']) {
      this.#element.addEventListener(event, () => this.#report());
    }
  }

  play(): void {
    if (this.#atEnd) this.#element.currentTime = 0;
    // Rejects when a pause comes before the start, or where the browser forbids sound: the state shows it.
    this.#element.play().catch(() => this.#report());
  }

  pause(): void {
    this.#element.pause();
  }

  seek(seconds: number): void {
    this.#element.currentTime = Math.max(0, Math.min(seconds, this.state.get().durationSeconds));
    this.#report();
  }

  setRate(rate: number): void {
    this.#element.defaultPlaybackRate = rate;
    this.#element.playbackRate = rate;
  }

  dispose(): void {
    this.#ticker.stop();
    this.#element.pause();
    this.#element.removeAttribute('src');
    this.#element.load();
  }

  get #atEnd(): boolean {
    return this.#element.currentTime >= this.state.get().durationSeconds - 0.02;
  }

  #report(): void {
    const element = this.#element;
    const playing = !element.paused && !element.ended;
    if (playing) this.#ticker.start();
    else this.#ticker.stop();
    this.state.update({
      currentSeconds: element.ended ? this.state.get().durationSeconds : element.currentTime,
      playing,
      waiting: playing && element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
      rate: element.playbackRate,
    });
  }
}
