/** When a run of samples shall sound, on the audio clock (seconds). */
export interface ScheduledRun {
  startsAt: number;
  /** Nothing sounds right before it, so it has to fade in. */
  fadeIn: boolean;
}

export interface JitterBufferOptions {
  /** Audio to hold before the first sound. */
  startSeconds?: number;
  /** Audio to hold before sounding again after the first underrun; each further one doubles it. */
  recoverSeconds?: number;
  /** Lead given to the audio thread, so that a run never starts late. */
  leadSeconds?: number;
}

/** A connection too slow for the audio makes a few long pauses of many short ones, but none longer. */
const longestRecoverSeconds = 4;

/**
 * Decides when arriving audio sounds: the first waits until a little is held,
 * what follows joins without a gap, and what comes after the sound ran out is an
 * underrun, counted and answered by holding more. Pure: times come in as
 * numbers, so that it needs no clock.
 */
export class JitterBuffer {
  readonly #startSeconds: number;
  readonly #recoverSeconds: number;
  readonly #leadSeconds: number;
  #soundsUntil: number | undefined;
  #starvedSince: number | undefined;
  #underruns = 0;
  #starvedSeconds = 0;

  constructor(options: JitterBufferOptions = {}) {
    this.#startSeconds = options.startSeconds ?? 0.12;
    this.#recoverSeconds = options.recoverSeconds ?? 0.5;
    this.#leadSeconds = options.leadSeconds ?? 0.03;
  }

  /** Times the sound ran out before its end. */
  get underruns(): number {
    return this.#underruns;
  }

  /** Silence that underruns put into the sound, in seconds. */
  get starvedSeconds(): number {
    return this.#starvedSeconds;
  }

  /** When the scheduled sound ends; undefined before the first run. */
  get soundsUntil(): number | undefined {
    return this.#soundsUntil;
  }

  get #recoverNow(): number {
    return Math.min(this.#recoverSeconds * 2 ** (this.#underruns - 1), longestRecoverSeconds);
  }

  /**
   * Schedules the `heldSeconds` not scheduled so far as one run, or answers
   * undefined when they have to wait for more. `complete`: no more will come.
   */
  schedule(heldSeconds: number, now: number, complete: boolean): ScheduledRun | undefined {
    if (heldSeconds === 0) return undefined;
    const earliest = now + this.#leadSeconds;
    if (this.#soundsUntil !== undefined && earliest <= this.#soundsUntil) {
      const startsAt = this.#soundsUntil;
      this.#soundsUntil += heldSeconds;
      return { startsAt, fadeIn: false };
    }
    const started = this.#soundsUntil !== undefined;
    if (this.#soundsUntil !== undefined && this.#starvedSince === undefined) {
      this.#starvedSince = this.#soundsUntil;
      this.#underruns++;
    }
    const wanted = started ? this.#recoverNow : this.#startSeconds;
    if (heldSeconds < wanted && !complete) return undefined;
    if (this.#starvedSince !== undefined) {
      this.#starvedSeconds += earliest - this.#starvedSince;
      this.#starvedSince = undefined;
    }
    this.#soundsUntil = earliest + heldSeconds;
    return { startsAt: earliest, fadeIn: true };
  }

  /** Forgets what is scheduled (the listener jumped elsewhere); the counts stay. */
  restart(): void {
    this.#soundsUntil = undefined;
    this.#starvedSince = undefined;
  }
}
