/** What a job gives back while it runs, in order. */
export type JobOutput =
  | { type: 'event'; event: string; data: unknown }
  | { type: 'bytes'; bytes: Buffer };

export interface WorkQueue {
  /**
   * Queues a job and answers its output, in order and exactly once, even when a worker dies in the
   * middle. The consumer's pace is the worker's pace. Aborting the signal stops the work.
   * @throws {QueueFull} at once, when the waiting list is full
   * @throws {JobRejected | JobLost} from the iterator
   */
  enqueue(payload: unknown, options: { signal: AbortSignal }): AsyncIterable<JobOutput>;
  /** What each connected worker said about itself. Workers connect only once they are warm. */
  workers(): readonly unknown[];
  close(): Promise<void>;
}

/** Runs one job in a worker. Equal payloads must give equal output: a lost job is run again. */
export type JobHandler = (payload: unknown, signal: AbortSignal) => AsyncIterable<JobOutput>;

/** The waiting list is full, or the job waited too long. */
export class QueueFull extends Error {
  readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`the queue is full; try again in ${retryAfterSeconds} s`);
    this.name = 'QueueFull';
    this.retryAfterSeconds = retryAfterSeconds;
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
