import type { FailureCause, Lease } from './job-store.ts';
import { OutputChannel } from './output-channel.ts';
import type { OpenJob } from './places.ts';
import type { Tier } from './tiers.ts';
import type { JobRest } from './work-queue.ts';
import { Workload } from './workload.ts';

/** Why an attempt ended without a result. */
export interface AttemptFailure {
  readonly cause: FailureCause;
  /** With `refused`: the worker's own code. */
  readonly code?: string;
  readonly reason: string;
}

/** One admitted job, from the waiting list to its last byte; it outlives the workers it runs on. */
export class QueuedJob implements OpenJob {
  readonly id: string;
  readonly tier: Tier;
  readonly payload: unknown;
  readonly output: OutputChannel;
  /** Set while it runs. */
  lease: Lease | undefined;
  /** Set by the worker's link while the job runs there. */
  onRead: ((bytes: number) => void) | undefined;
  onAbandon: (() => void) | undefined;
  /** The worker may run another job beside this one. */
  onIdle: (() => void) | undefined;
  /** The consumer is gone or was told of a failure: nobody waits for more output. */
  abandoned = false;
  /** Decided on this side before the worker has answered. */
  failure: AttemptFailure | undefined;
  beganAtMs = 0;
  private pastComputeMs = 0;
  private yields: AttemptFailure | undefined;
  private credit = 0;
  private assistedSeconds = 0;
  private computingSinceMs: number | undefined;
  private workload = new Workload();

  constructor(options: { id: string; tier: Tier; payload: unknown }) {
    this.id = options.id;
    this.tier = options.tier;
    this.payload = options.payload;
    this.output = new OutputChannel({ onRead: (bytes) => this.onRead?.(bytes) });
  }

  /** Bytes the worker may still send before the consumer must read. */
  get creditBytes(): number {
    return this.credit;
  }

  /** An attempt begins. */
  start(creditBytes: number, nowMs: number): void {
    this.credit = creditBytes;
    this.beganAtMs = nowMs;
    this.yields = undefined;
    this.pastComputeMs = 0;
    this.assistedSeconds = 0;
    this.computingSinceMs = creditBytes > 0 ? nowMs : undefined;
    this.workload.goOn();
    this.workload = new Workload();
    if (creditBytes <= 0) this.holdUp();
  }

  /** The attempt can do without its worker for a while, and says what it has computed by now. */
  rest(rest: Omit<JobRest, 'type'>, nowMs: number): void {
    this.workload.rest(rest, nowMs);
    this.pastComputeMs = rest.computedSeconds * 1000;
    if (this.computingSinceMs !== undefined) this.computingSinceMs = nowMs;
  }

  /** Until its time stood still; see `computeSeconds`. */
  get computedMs(): number {
    return this.pastComputeMs;
  }

  get isHeldUp(): boolean {
    return this.workload.isHeldUp;
  }

  /** Ends the attempt, so that another job gets its place; it goes on in its turn. */
  yieldPlace(failure: AttemptFailure): void {
    this.yields = failure;
    this.onAbandon?.();
  }

  /** Why the attempt ended that its worker has ended so. */
  reasonFor(workersFailure: AttemptFailure | undefined): AttemptFailure | undefined {
    return this.failure ?? (workersFailure && (this.yields ?? workersFailure));
  }

  /** The part of its worker's time that it takes now. */
  loadAt(nowMs: number): number {
    return this.workload.at(nowMs);
  }

  /** The worker computes while it has credit. */
  addCredit(bytes: number, nowMs: number): void {
    this.credit += bytes;
    if (this.credit > 0) {
      this.workload.goOn();
      this.computingSinceMs ??= nowMs;
    } else if (this.computingSinceMs !== undefined) {
      this.holdUp();
      this.pastComputeMs += nowMs - this.computingSinceMs;
      this.computingSinceMs = undefined;
    }
  }

  /** What this attempt has computed so far; a slow reader's pauses do not count. */
  computeSeconds(nowMs: number): number {
    const current = this.computingSinceMs === undefined ? 0 : nowMs - this.computingSinceMs;
    return (this.pastComputeMs + current) / 1000;
  }

  /** Other workers computed for it. */
  addAssisted(seconds: number): void {
    this.assistedSeconds += seconds;
  }

  /** What this attempt has cost, whoever computed it. */
  totalComputeSeconds(nowMs: number): number {
    return this.computeSeconds(nowMs) + this.assistedSeconds;
  }

  fail(error: Error): void {
    this.abandoned = true;
    this.output.fail(error);
  }

  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    this.onAbandon?.();
  }

  private holdUp(): void {
    this.workload.holdUp(() => this.onIdle?.());
  }
}
