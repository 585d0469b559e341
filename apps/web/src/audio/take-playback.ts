import { StateStore } from '../state-store.ts';
import { FilePlayback } from './file-playback.ts';
import { LivePlayback } from './live-playback.ts';
import { initialPlaybackState, type Playback, type PlaybackState } from './playback.ts';
import { encodeWav } from './wav-file.ts';

/**
 * A take from its first sample to its replay: it sounds live while it arrives,
 * and once it is whole and the listener stops, jumps or reaches the end, it goes
 * on as a file, which can be played at other rates with its pitch kept.
 */
export class TakePlayback implements Playback {
  readonly state = new StateStore<PlaybackState>({ ...initialPlaybackState });
  readonly #live: LivePlayback;
  #file: FilePlayback | undefined;
  #fileUrl: string | undefined;
  #complete = false;
  #unfollow: () => void;

  constructor(expectedSampleRate: number) {
    this.#live = new LivePlayback(expectedSampleRate);
    this.#unfollow = this.#follow(this.#live);
  }

  get underruns(): number {
    return this.#live.underruns;
  }

  get starvedSeconds(): number {
    return this.#live.starvedSeconds;
  }

  push(samples: Float32Array<ArrayBuffer>, sampleRate: number): void {
    this.#live.push(samples, sampleRate);
  }

  complete(): void {
    this.#complete = true;
    this.#live.complete();
    this.state.update({ rateAdjustable: true });
  }

  play(): void {
    this.#current.play();
  }

  pause(): void {
    this.#current.pause();
  }

  seek(seconds: number): void {
    if (this.#complete) this.#becomeFile();
    this.#current.seek(seconds);
  }

  setRate(rate: number): void {
    if (this.#complete) this.#becomeFile().setRate(rate);
  }

  dispose(): void {
    this.#unfollow();
    this.#current.dispose();
    if (this.#fileUrl) URL.revokeObjectURL(this.#fileUrl);
  }

  get #current(): Playback {
    return this.#file ?? this.#live;
  }

  #becomeFile(): FilePlayback {
    if (this.#file) return this.#file;
    const { currentSeconds, durationSeconds, playing } = this.#live.state.get();
    const wav = encodeWav(this.#live.chunks, this.#live.sampleRate);
    this.#fileUrl = URL.createObjectURL(new Blob([wav], { type: 'audio/wav' }));
    this.#file = new FilePlayback(this.#fileUrl, durationSeconds);
    this.#unfollow();
    this.#live.dispose();
    this.#unfollow = this.#follow(this.#file);
    this.#file.seek(currentSeconds);
    if (playing && currentSeconds < durationSeconds) this.#file.play();
    return this.#file;
  }

  #follow(playback: Playback): () => void {
    const copy = () => {
      this.state.update({ ...playback.state.get(), rateAdjustable: this.#complete });
      if (playback === this.#live && this.#live.finished) this.#becomeFile();
    };
    copy();
    return playback.state.subscribe(copy);
  }
}
