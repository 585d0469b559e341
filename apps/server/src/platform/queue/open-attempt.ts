import { Credit } from './credit.ts';
import type { Ending, Envelope } from './job-messages.ts';
import type { FailureCause, Lease } from './job-store.ts';
import type { OpenJob } from './places.ts';
import { windowBytes } from './remote-job.ts';
import type { Tier } from './tiers.ts';
import type { JobRest } from './work-queue.ts';
import { Workload } from './workload.ts';

/** Why an attempt ends early: what the store is told, and the owner where it is over for good. */
export class AttemptStopped extends Error {
  readonly failure: { cause: FailureCause; reason: string };
  readonly ending: Ending | undefined;

  constructor(failure: { cause: FailureCause; reason: string }, ending?: Ending) {
    super(failure.reason);
    this.name = 'AttemptStopped';
    this.failure = failure;
    this.ending = ending;
  }
}

/** One run of a job in this worker. */
export class OpenAttempt implements OpenJob {
  readonly lease: Lease;
  readonly envelope: Envelope;
  readonly beganAtMs: number;
  readonly #credit = new Credit(windowBytes);
  readonly #stop = new AbortController();
  readonly #onIdle: () => void;
  #allowedBytes = windowBytes;
  #seq = 0;
  #computedMs = 0;
  #assistedSeconds = 0;
  readonly #workload = new Workload();
  readonly #clock: () => number;
  #computingSinceMs: number | undefined;
  #isMade = false;

  constructor(options: {
    lease: Lease;
    envelope: Envelope;
    clock: () => number;
    /** The worker may run another job. */
    onIdle: () => void;
  }) {
    this.#clock = options.clock;
    this.beganAtMs = this.#clock();
    this.#computingSinceMs = this.beganAtMs;
    this.lease = options.lease;
    this.envelope = options.envelope;
    this.#onIdle = options.onIdle;
  }

  get tier(): Tier {
    return this.lease.tier;
  }

  /** Until its time stood still; see `computeSeconds`. */
  get computedMs(): number {
    return this.#computedMs;
  }

  get isHeldUp(): boolean {
    return this.#workload.isHeldUp;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** The part of its worker's time that it takes now. */
  get load(): number {
    return this.#workload.at(this.#clock());
  }

  /** It can do without its worker for a while, and says what it has computed by now. */
  rest(rest: JobRest): void {
    const nowMs = this.#clock();
    this.#workload.rest(rest, nowMs);
    this.#computedMs = rest.computedSeconds * 1000;
    if (this.#computingSinceMs !== undefined) this.#computingSinceMs = nowMs;
    this.#onIdle();
  }

  /** Other workers computed for it. */
  addAssisted(seconds: number): void {
    this.#assistedSeconds += seconds;
  }

  /** What it has cost, whoever computed it. */
  get totalComputeSeconds(): number {
    return this.computeSeconds + this.#assistedSeconds;
  }

  get computeSeconds(): number {
    const sinceMs = this.#computingSinceMs;
    return (this.#computedMs + (sinceMs === undefined ? 0 : this.#clock() - sinceMs)) / 1000;
  }

  /** Numbers the next message. */
  place(): { job: string; attempt: number; seq: number } {
    const { jobId, attempt } = this.lease;
    const seq = this.#seq;
    this.#seq += 1;
    return { job: jobId, attempt, seq };
  }

  allow(upToBytes: number): void {
    const more = upToBytes - this.#allowedBytes;
    if (more <= 0) return;
    this.#allowedBytes = upToBytes;
    this.#credit.grant(more);
  }

  /** Its output is complete: only the store says what that is worth. */
  complete(): void {
    this.#isMade = true;
  }

  /** Without effect on one that is complete, whose lease is gone as soon as it is finished. */
  stop(reason: AttemptStopped): void {
    if (!this.#isMade) this.#stop.abort(reason);
  }

  /** While it waits for its reader its time stands still, and soon the worker may run another job. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    if (!this.#credit.isExhausted) {
      await this.#credit.take(bytes, signal);
      return;
    }
    this.#pause();
    this.#workload.holdUp(this.#onIdle);
    try {
      await this.#credit.take(bytes, signal);
    } finally {
      this.#workload.goOn();
    }
    this.#computingSinceMs = this.#clock();
  }

  /** The handler has ended. */
  end(): void {
    this.#pause();
    this.#onIdle();
  }

  #pause(): void {
    if (this.#computingSinceMs === undefined) return;
    this.#computedMs += this.#clock() - this.#computingSinceMs;
    this.#computingSinceMs = undefined;
  }
}
