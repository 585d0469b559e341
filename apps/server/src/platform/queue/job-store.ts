import type { ByTier, Tier } from './tiers.ts';

/** A store in this process answers at once, one elsewhere later. */
type Answer<T> = T | Promise<T>;

/** Runs of a job that fail, before it counts as dead. */
export const maxAttempts = 3;
/** Told at once. */
export const deadLettersAtOnce = 100;
/** While they cannot be buried; then the oldest are dropped. */
export const maxDeadLetters = 1_000;

export interface NewJob {
  /** Of this job alone. One that is open already is not queued again. */
  readonly id: string;
  readonly tenant: string;
  readonly tier: Tier;
  /** Share among the tenants of the tier, against 1 of others. */
  readonly weight: number;
  /** Expected compute seconds, above 0. */
  readonly cost: number;
  /** What JSON can say. */
  readonly payload: unknown;
  /** How many jobs of this tenant may be open, which is waiting or running. */
  readonly maxOpen: number;
  readonly queueTimeoutMs: number;
  /** Of computing; the time for which a slow reader holds the job up does not count. */
  readonly runTimeoutMs: number;
}

export type Admission =
  /** `displaced`: the job of a lower tier that had to make room; it is over. */
  | { readonly admitted: true; readonly displaced: string | undefined }
  | {
      readonly admitted: false;
      readonly reason: 'tenant_full' | 'queue_full';
      /** By the measured pace. */
      readonly retryAfterSeconds: number;
    };

/** The right to run a job, until it is given back or not extended in time. */
export interface Lease {
  readonly jobId: string;
  /** From 1. An earlier attempt's lease is worth nothing. */
  readonly attempt: number;
  readonly tenant: string;
  readonly tier: Tier;
  readonly payload: unknown;
  /** Since the job came, or since its last attempt failed. */
  readonly waitedMs: number;
}

/** `lost`: given to another one meanwhile. `cancelled` and `overdue`: stop, then fail. */
export type LeaseState = 'held' | 'lost' | 'cancelled' | 'overdue';

/**
 * `error` is tried again after a pause, `worker_lost` at once, `released` too and without counting:
 * its worker stops. `yielded` does not count either, and waits behind what its tenant has waiting:
 * its reader was slow, and another job wanted its place. `hopeless` is dead, since another attempt would end alike; `refused` is over,
 * since the fault is the caller's.
 */
export type FailureCause =
  | 'error'
  | 'worker_lost'
  | 'released'
  | 'yielded'
  | 'hopeless'
  | 'refused';

export type FailureOutcome =
  | { readonly outcome: 'retry'; readonly inMs: number }
  /** `dead`: to be found among the dead letters. `over`: refused or cancelled. */
  | { readonly outcome: 'dead' | 'over' | 'lost' };

/** What the reaper did about one job. */
export type Reaped =
  /** `place`: where in the queue it stood, 1 being next. */
  | { readonly jobId: string; readonly outcome: 'queue_timeout'; readonly place: number }
  | { readonly jobId: string; readonly outcome: 'retry' | 'dead' | 'over' };

export interface JobFailure {
  readonly cause: Exclude<FailureCause, 'released' | 'yielded'>;
  readonly reason: string;
  readonly failedAtMs: number;
}

/** A job that is not tried any more. It is kept until it is buried. */
export interface DeadLetter {
  readonly jobId: string;
  readonly tenant: string;
  readonly tier: Tier;
  readonly payload: unknown;
  readonly queuedAtMs: number;
  /** One for each attempt. */
  readonly failures: readonly JobFailure[];
}

export interface QueueStats {
  readonly tiers: ByTier<{ readonly waiting: number; readonly oldestWaitMs: number }>;
  readonly running: number;
  /** Measured between jobs taken from a line. */
  readonly secondsPerJob: number;
  /** Those that are not buried yet. */
  readonly deadLetters: number;
}

/**
 * Jobs from their admission to their end. The order is that of `FairSchedule`; among tenants that
 * stand equal it is free. Whatever is called, a job ends once: finished, dead, over or timed out.
 */
export interface JobStore {
  enqueue(job: NewJob): Answer<Admission>;
  /** The next job, if one waits; it is to be extended within the store's lease time. */
  take(): Answer<Lease | undefined>;
  /** @param ran how long it has been computing by now */
  extend(lease: Lease, ran: { computeSeconds: number }): Answer<LeaseState>;
  /** False: the lease was lost, and what was made must not count. */
  finish(lease: Lease, ran: { computeSeconds: number }): Answer<boolean>;
  fail(
    lease: Lease,
    failure: { cause: FailureCause; reason: string; computeSeconds: number },
  ): Answer<FailureOutcome>;
  /** Nobody wants the job any more. One that runs is over once its holder gives it back. */
  cancel(jobId: string): Answer<'waiting' | 'running' | undefined>;
  /** 1 is next, as far as one can tell; undefined unless it waits. */
  place(jobId: string): Answer<number | undefined>;
  /** Ends the waits that took too long, and takes back the leases that were not extended. */
  reap(): Answer<readonly Reaped[]>;
  stats(): Answer<QueueStats>;
  /** Some of the dead letters, oldest first. */
  deadLetters(): Answer<readonly DeadLetter[]>;
  /** These lie where they are kept for good: the store may forget them. */
  bury(jobIds: readonly string[]): Answer<void>;
}

/** How a job is doing, for whoever waits for it in another process. */
export type Standing =
  | { readonly state: 'waiting' | 'resting' | 'running' }
  /** Told for a minute after the end. */
  | {
      readonly state: 'ended';
      readonly outcome: 'queue_timeout';
      readonly place: number;
      readonly retryAfterSeconds: number;
    }
  | { readonly state: 'ended'; readonly outcome: 'displaced'; readonly retryAfterSeconds: number }
  | {
      readonly state: 'ended';
      readonly outcome: 'dead';
      readonly attempts: number;
      readonly reason: string;
    }
  | { readonly state: 'ended'; readonly outcome: 'over'; readonly reason: string }
  /** It was finished or cancelled, or the store lost its memory. */
  | { readonly state: 'unknown' };

/** A list in which other work lies; it is looked into where no job waits. */
export interface OtherWork {
  readonly key: string;
  /** Asked before each look. */
  readonly isWanted: () => boolean;
  /** It was taken out, and perhaps a job as well. */
  readonly onTaken: (element: string) => void;
}

/**
 * A store that several processes share. Any of them may reap. A call may throw
 * {@link JobStoreUnreachable}, and may then have been carried out or not: to enqueue a job again
 * under its id is safe, and a lease that nobody knows of is taken back in time. What the store
 * forgot when it lost its memory is unknown to it: `standings` says so, and a lease of it is lost.
 */
export interface SharedJobStore extends JobStore {
  /**
   * Takes the next job as soon as one waits, without asking for it again and again: a job wakes
   * one of those who wait, in all processes, in the order in which they came. Without one it
   * ends after `timeoutMs`, or when the signal aborts; a job taken at that moment is answered all
   * the same. It also ends when `otherWork` was taken, which is left alone while jobs wait.
   */
  takeNext(wait: {
    signal: AbortSignal;
    timeoutMs: number;
    otherWork?: OtherWork;
  }): Promise<Lease | undefined>;
  /** What `finish` and then `take` do, in one step, and on one way to the store and back. */
  finishAndTake(
    lease: Lease,
    ran: { computeSeconds: number },
  ): Promise<{ readonly finished: boolean; readonly next: Lease | undefined }>;
  /** In the order of the ids. */
  standings(jobIds: readonly string[]): Promise<readonly Standing[]>;
  /** Ends the connections on which `takeNext` waits. */
  close(): void;
}

export class JobStoreUnreachable extends Error {
  constructor(cause: unknown) {
    super('the job store does not answer', { cause });
    this.name = 'JobStoreUnreachable';
  }
}

/** The pause after so many attempts that failed. */
export function retryDelayMs(failures: number): number {
  return 200 * 4 ** (failures - 1);
}
