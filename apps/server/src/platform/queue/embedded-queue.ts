import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { createId } from '../ids.ts';
import { type DeadLetter, maxAttempts, type QueueStats } from './job-store.ts';
import { MemoryJobStore } from './memory-job-store.ts';
import { OfferDesk } from './offer-desk.ts';
import { jobToYield, maxOpenPerWorker } from './places.ts';
import { type AttemptFailure, QueuedJob } from './queued-job.ts';
import {
  JobLost,
  type JobOutput,
  JobRejected,
  type JobTerms,
  QueueFull,
  RunTimedOut,
  type TakenJob,
  TenantBusy,
  WaitTimedOut,
  type WorkQueue,
} from './work-queue.ts';
import { WorkerLink } from './worker-link.ts';

const yielded = { cause: 'yielded', reason: 'its reader is slow, and others wait' } as const;
const workerSilenceMs = 60_000;
const sweepEveryMs = 1000;

interface EmbeddedQueueOptions {
  socketPath: string;
  /** Jobs that may wait for a worker. */
  maxWaiting: number;
  /** Of the compute time, for each tier below the highest that waits. */
  lowerTierShare: number;
  queueTimeoutMs: number;
  runTimeoutMs: number;
  /** Stores a dead letter for good. It is called again when it fails. */
  keepDeadLetter: (letter: DeadLetter) => Promise<void>;
  /** Milliseconds, monotonic. */
  clock?: () => number;
  /** @param payload of the job that it is about, if it is about one */
  onWarning?: (message: string, payload?: unknown) => void;
  /** Hears of each job when a worker takes it. */
  onTaken?: (job: TakenJob) => void;
}

/** Listens on a Unix socket that only this user may open; workers connect to it. */
export async function openEmbeddedQueue(options: EmbeddedQueueOptions): Promise<WorkQueue> {
  await mkdir(dirname(options.socketPath), { recursive: true, mode: 0o700 });
  await rm(options.socketPath, { force: true });
  const queue = new EmbeddedQueue(options);
  await queue.listen(options.socketPath);
  return queue;
}

class EmbeddedQueue implements WorkQueue {
  readonly isReachable = undefined;
  private readonly server: Server;
  private readonly connections = new Set<WorkerLink>();
  /** The connections that have greeted. */
  private readonly links = new Set<WorkerLink>();
  private readonly offers = new OfferDesk();
  private readonly store: MemoryJobStore;
  private readonly jobs = new Map<string, QueuedJob>();
  private readonly options: EmbeddedQueueOptions;
  private readonly clock: () => number;
  private readonly warn: (message: string, payload?: unknown) => void;
  private readonly sweeper: NodeJS.Timeout;
  private burial: Promise<void> | undefined;

  constructor(options: EmbeddedQueueOptions) {
    this.options = options;
    this.clock = options.clock ?? (() => performance.timeOrigin + performance.now());
    this.warn = options.onWarning ?? (() => {});
    this.store = new MemoryJobStore({
      maxWaiting: options.maxWaiting,
      lowerTierShare: options.lowerTierShare,
      leaseMs: workerSilenceMs,
      nowMs: this.clock,
      onDropped: ({ jobId, payload }) =>
        this.warn(`the dead letter of job ${jobId} could not be kept`, payload),
    });
    this.server = createServer((socket) => {
      this.connections.add(
        new WorkerLink({
          socket,
          clock: this.clock,
          events: {
            hello: (link) => {
              this.links.add(link);
              this.dispatch();
            },
            slotFreed: () => this.dispatch(),
            ended: (job, failure) => {
              this.endAttempt(job, failure);
              this.dispatch();
            },
            offer: (link, frame) => {
              this.offers.receive(link, frame);
              this.dispatch();
            },
            closed: (link, unfinished) => {
              this.connections.delete(link);
              this.links.delete(link);
              this.offers.close(link);
              for (const job of unfinished) {
                this.endAttempt(job, { cause: 'worker_lost', reason: 'the worker was lost' });
              }
              this.dispatch();
            },
          },
        }),
      );
    });
    this.sweeper = setInterval(() => this.sweep(), sweepEveryMs).unref();
  }

  async listen(socketPath: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(socketPath, resolve);
    });
    await chmod(socketPath, 0o600);
  }

  enqueue(
    payload: unknown,
    { signal, ...terms }: JobTerms & { signal: AbortSignal },
  ): AsyncIterable<JobOutput> {
    signal.throwIfAborted();
    const job = new QueuedJob({ id: createId(), tier: terms.tier, payload });
    const { queueTimeoutMs, runTimeoutMs } = this.options;
    const admission = this.store.enqueue({
      ...terms,
      id: job.id,
      payload,
      queueTimeoutMs,
      runTimeoutMs,
    });
    if (!admission.admitted) {
      const { reason, retryAfterSeconds } = admission;
      throw reason === 'tenant_full'
        ? new TenantBusy(terms.maxOpen, retryAfterSeconds)
        : new QueueFull(retryAfterSeconds);
    }
    if (admission.displaced) this.endJob(admission.displaced, this.full());
    this.jobs.set(job.id, job);
    this.dispatch();
    return this.follow(job, signal);
  }

  workers(): readonly unknown[] {
    return [...this.links].map((link) => link.info);
  }

  stats(): QueueStats {
    return this.store.stats();
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    for (const id of [...this.jobs.keys()]) this.endJob(id, new JobLost('the service is stopping'));
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const link of this.connections) link.destroy();
    await closed;
    await this.burial;
  }

  private async *follow(job: QueuedJob, signal: AbortSignal): AsyncGenerator<JobOutput> {
    const abort = (): void => {
      this.leave(job);
      job.output.fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      yield* job.output.read();
    } finally {
      signal.removeEventListener('abort', abort);
      this.leave(job);
    }
  }

  /** The consumer wants no more of the job. */
  private leave(job: QueuedJob): void {
    job.abandon();
    if (job.failure) return;
    if (this.store.cancel(job.id) === 'waiting') this.jobs.delete(job.id);
  }

  /** Jobs first, then what workers offer each other. */
  private dispatch(): void {
    while (this.startNext());
    this.offers.assign(this.links);
  }

  private startNext(): boolean {
    const link = this.idleLink();
    const lease = link && this.store.take();
    const job = lease && this.jobs.get(lease.jobId);
    if (!link || !job) return false;
    job.lease = lease;
    this.options.onTaken?.(lease);
    link.start(job);
    return true;
  }

  private idleLink(): WorkerLink | undefined {
    let best: WorkerLink | undefined;
    for (const link of this.links) {
      if (!link.hasRoom || link.openCount >= maxOpenPerWorker) continue;
      if (!best || link.openCount < best.openCount) best = link;
    }
    return best;
  }

  private endAttempt(job: QueuedJob, workersFailure: AttemptFailure | undefined): void {
    const { lease } = job;
    if (!lease) return;
    const failure = job.reasonFor(workersFailure);
    const ran = { computeSeconds: job.totalComputeSeconds(this.clock()) };
    job.lease = undefined;
    job.onRead = undefined;
    job.onAbandon = undefined;
    if (!failure) {
      this.store.finish(lease, ran);
      this.complete(job);
      return;
    }
    const ended = this.store.fail(lease, { ...failure, ...ran });
    if (ended.outcome === 'over') {
      this.endJob(job.id, new JobRejected(failure.code ?? 'cancelled', failure.reason));
      return;
    }
    if (failure.cause === 'yielded') return;
    const { attempt } = lease;
    this.warn(
      `a job was lost in attempt ${attempt} of ${maxAttempts}: ${failure.reason}`,
      job.payload,
    );
    if (ended.outcome === 'dead') {
      this.endJob(
        job.id,
        new JobLost(`${attempt} attempts failed; the last one: ${failure.reason}`),
      );
      this.buryDead();
    } else if (ended.outcome === 'retry' && ended.inMs > 0) {
      setTimeout(() => this.dispatch(), ended.inMs).unref();
    }
  }

  private complete(job: QueuedJob): void {
    this.jobs.delete(job.id);
    try {
      job.output.end();
    } catch (error) {
      job.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private endJob(id: string, error: Error): void {
    const job = this.jobs.get(id);
    this.jobs.delete(id);
    job?.fail(error);
  }

  private full(): QueueFull {
    return new QueueFull(this.store.retryAfterSeconds());
  }

  private sweep(): void {
    for (const link of this.links) {
      if (link.isStuck(workerSilenceMs)) {
        this.warn(`a worker was silent for ${workerSilenceMs} ms: its connection is dropped`);
        link.destroy();
      }
      for (const job of link.openJobs()) this.extend(job);
    }
    for (const { jobId, ...reaped } of this.store.reap()) {
      if (reaped.outcome === 'queue_timeout') this.endJob(jobId, this.waitTimedOut(reaped.place));
    }
    this.dispatch();
    this.yieldPlaces();
    this.buryDead();
  }

  private yieldPlaces(): void {
    const place = { stats: this.stats(), nowMs: this.clock() };
    for (const link of this.links) jobToYield(link.openJobs(), place)?.yieldPlace(yielded);
  }

  /** A connection that is not stuck holds its leases. */
  private extend(job: QueuedJob): void {
    if (!job.lease) return;
    const state = this.store.extend(job.lease, {
      computeSeconds: job.computeSeconds(this.clock()),
    });
    if (state !== 'overdue' || job.failure) return;
    const error = new RunTimedOut(this.options.runTimeoutMs / 1000);
    job.failure = { cause: 'hopeless', reason: error.message };
    job.abandon();
    job.output.fail(error);
  }

  private waitTimedOut(place: number): WaitTimedOut {
    const waitedSeconds = this.options.queueTimeoutMs / 1000;
    return new WaitTimedOut({
      place,
      waitedSeconds,
      retryAfterSeconds: this.store.retryAfterSeconds(),
    });
  }

  /** Stores the dead letters for good, one call at a time; what fails is tried at the next sweep. */
  private buryDead(): void {
    if (this.burial) return;
    const letters = this.store.deadLetters();
    if (letters.length === 0) return;
    this.burial = (async () => {
      try {
        for (const letter of letters) {
          await this.options.keepDeadLetter(letter);
          this.store.bury([letter.jobId]);
        }
      } catch (error) {
        this.warn(`dead letters could not be stored yet: ${String(error)}`);
      } finally {
        this.burial = undefined;
      }
    })();
  }
}
