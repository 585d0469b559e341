import type { Assistance } from './assistance.ts';
import type { Lease, NewJob, QueueStats } from './job-store.ts';

/** What a job gives back while it runs, in order. */
export type JobOutput =
  | { type: 'event'; event: string; data: unknown }
  | { type: 'bytes'; bytes: Buffer };

/** A job tells, of itself, how long it could do without the worker. Its consumer hears nothing of it. */
export interface JobRest {
  type: 'rest';
  /** 0 where it goes on at once. */
  forMs: number;
  /** The part of the worker's time that it needs in the long run, from 0 to 1. */
  load: number;
  /** In this worker; while it waited for others, or for its turn, the queue's clock ran on. */
  computedSeconds: number;
}

/** Whose job it is, what it is expected to take, and how many of its tenant's may be open. */
export type JobTerms = Pick<NewJob, 'tenant' | 'tier' | 'weight' | 'cost' | 'maxOpen'>;

/** A job that a worker has taken. */
export type TakenJob = Pick<Lease, 'tier' | 'waitedMs'>;

export interface WorkQueue {
  /**
   * Queues a job and answers its output, in order and exactly once, even when a worker dies in the
   * middle. The consumer's pace is the worker's pace. Aborting the signal stops the work.
   * @throws {QueueFull | TenantBusy} when the job is not admitted: at once, or from the iterator
   * @throws {QueueFull | QueueUnavailable | WaitTimedOut | RunTimedOut | JobRejected | JobLost} from
   *   the iterator
   */
  enqueue(payload: unknown, options: JobTerms & { signal: AbortSignal }): AsyncIterable<JobOutput>;
  /** What each connected worker said about itself. Workers connect only once they are warm. */
  workers(): readonly unknown[];
  stats(): QueueStats | Promise<QueueStats>;
  /** Whether the server that holds the queue answers and takes jobs; undefined where this process holds it. */
  readonly isReachable: boolean | undefined;
  close(): Promise<void>;
}

/** Runs one job in a worker. Equal payloads must give equal output: a lost job is run again. */
export type JobHandler = (
  payload: unknown,
  signal: AbortSignal,
  assistance?: Assistance,
) => AsyncIterable<JobOutput | JobRest>;

export interface ServingWorker {
  /** Takes no more jobs, and gives open ones `graceMs` to end; others then make them. */
  close(graceMs: number): Promise<void>;
  /** As that of the queue. */
  readonly isReachable: boolean | undefined;
}

/** No room in the waiting list, or the job had to leave it for one of a higher tier. */
export class QueueFull extends Error {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`the queue is full; try again in ${retryAfterSeconds} s`);
    this.name = 'QueueFull';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The queue itself is out of reach. */
export class QueueUnavailable extends Error {
  constructor() {
    super('the queue does not answer');
    this.name = 'QueueUnavailable';
  }
}

/** The tenant has as many jobs open as it may. */
export class TenantBusy extends Error {
  readonly maxOpen: number;
  readonly retryAfterSeconds: number;
  constructor(maxOpen: number, retryAfterSeconds: number) {
    super(`${maxOpen} jobs of this tenant are open; try again in ${retryAfterSeconds} s`);
    this.name = 'TenantBusy';
    this.maxOpen = maxOpen;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The job waited too long. */
export class WaitTimedOut extends Error {
  /** Where it stood in the queue, 1 being next. */
  readonly place: number;
  readonly waitedSeconds: number;
  readonly retryAfterSeconds: number;
  constructor(wait: { place: number; waitedSeconds: number; retryAfterSeconds: number }) {
    super(`after ${wait.waitedSeconds} s the job was still at place ${wait.place}`);
    this.name = 'WaitTimedOut';
    this.place = wait.place;
    this.waitedSeconds = wait.waitedSeconds;
    this.retryAfterSeconds = wait.retryAfterSeconds;
  }
}

/** The job computed for too long. */
export class RunTimedOut extends Error {
  readonly limitSeconds: number;
  constructor(limitSeconds: number) {
    super(`the job was not done after ${limitSeconds} s of computing`);
    this.name = 'RunTimedOut';
    this.limitSeconds = limitSeconds;
  }
}

/** The handler refused the job; another attempt would be refused as well. */
export class JobRejected extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'JobRejected';
    this.code = code;
  }
}

/** Every attempt at the job failed. */
export class JobLost extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'JobLost';
  }
}
