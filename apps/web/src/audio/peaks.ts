/** Peaks kept per second of audio: finer than any screen shows a take of minutes. */
export const peaksPerSecond = 100;

/** The loudest sample of each 10 ms, growing as samples arrive. */
export class PeakMeter {
  readonly #samplesPerPeak: number;
  readonly #peaks: number[] = [];
  #filled = 0;
  #loudest = 0;

  constructor(sampleRate: number) {
    this.#samplesPerPeak = Math.round(sampleRate / peaksPerSecond);
  }

  push(samples: Float32Array): void {
    for (const sample of samples) {
      const magnitude = Math.abs(sample);
      if (magnitude > this.#loudest) this.#loudest = magnitude;
      if (++this.#filled === this.#samplesPerPeak) this.#close();
    }
  }

  /** All closed peaks so far, each 0..1. */
  get peaks(): readonly number[] {
    return this.#peaks;
  }

  #close(): void {
    this.#peaks.push(this.#loudest);
    this.#loudest = 0;
    this.#filled = 0;
  }
}
