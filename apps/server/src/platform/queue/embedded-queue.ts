import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { DrainRate } from './drain-rate.ts';
import { QueuedJob } from './queued-job.ts';
import { JobLost, type JobOutput, QueueFull, type WorkQueue } from './work-queue.ts';
import { WorkerLink } from './worker-link.ts';

const maxAttempts = 3;
/** A worker computes one job at a time, and keeps this many open while their readers are slow. */
const maxOpenJobsPerWorker = 16;
const workerSilenceMs = 60_000;
const maxWaitMs = 120_000;
const sweepEveryMs = 1000;

interface EmbeddedQueueOptions {
  socketPath: string;
  maxWaiting: number;
  /** Milliseconds, monotonic. */
  clock?: () => number;
  onWarning?: (message: string) => void;
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
  private readonly server: Server;
  private readonly connections = new Set<WorkerLink>();
  /** The connections that have greeted. */
  private readonly links = new Set<WorkerLink>();
  private readonly waiting = new Set<QueuedJob>();
  /** Jobs whose worker was lost: they were admitted once, so they go first and are not counted. */
  private readonly redelivered: QueuedJob[] = [];
  private readonly maxWaiting: number;
  private readonly clock: () => number;
  private readonly warn: (message: string) => void;
  private readonly sweeper: NodeJS.Timeout;
  private readonly drainRate = new DrainRate();

  constructor(options: EmbeddedQueueOptions) {
    this.maxWaiting = options.maxWaiting;
    this.clock = options.clock ?? (() => performance.now());
    this.warn = options.onWarning ?? (() => {});
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
            retry: (job, reason) => this.redeliver(job, reason),
            closed: (link, unfinished) => {
              this.connections.delete(link);
              this.links.delete(link);
              for (const job of unfinished) this.redeliver(job, 'the worker was lost');
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

  enqueue(payload: unknown, options: { signal: AbortSignal }): AsyncIterable<JobOutput> {
    options.signal.throwIfAborted();
    if (this.waiting.size >= this.maxWaiting) throw this.full();
    const job = new QueuedJob({ payload, queuedAtMs: this.clock() });
    this.waiting.add(job);
    this.dispatch();
    return this.follow(job, options.signal);
  }

  workers(): readonly unknown[] {
    return [...this.links].map((link) => link.info);
  }

  async close(): Promise<void> {
    clearInterval(this.sweeper);
    for (const job of [...this.waiting, ...this.redelivered]) {
      job.fail(new JobLost('the service is stopping'));
    }
    this.waiting.clear();
    this.redelivered.length = 0;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const link of this.connections) link.destroy();
    await closed;
  }

  private async *follow(job: QueuedJob, signal: AbortSignal): AsyncGenerator<JobOutput> {
    const abort = (): void => {
      this.waiting.delete(job);
      job.abandon();
      job.output.fail(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      yield* job.output.read();
    } finally {
      signal.removeEventListener('abort', abort);
      this.waiting.delete(job);
      job.abandon();
    }
  }

  private dispatch(): void {
    for (;;) {
      const link = this.idleLink();
      const job = link && this.takeNext();
      if (!job) return;
      job.attempts += 1;
      link.start(job);
    }
  }

  private idleLink(): WorkerLink | undefined {
    let best: WorkerLink | undefined;
    for (const link of this.links) {
      if (link.runningJobs > 0 || link.openJobs >= maxOpenJobsPerWorker) continue;
      if (!best || link.openJobs < best.openJobs) best = link;
    }
    return best;
  }

  private takeNext(): QueuedJob | undefined {
    const again = this.redelivered.shift();
    if (again) return again.abandoned ? this.takeNext() : again;
    const [first] = this.waiting;
    if (!first) return undefined;
    this.waiting.delete(first);
    this.drainRate.jobTaken(this.clock(), this.waiting.size);
    return first;
  }

  private redeliver(job: QueuedJob, reason: string): void {
    job.onRead = undefined;
    job.onAbandon = undefined;
    this.warn(`a job was lost in attempt ${job.attempts} of ${maxAttempts}: ${reason}`);
    if (job.attempts >= maxAttempts) {
      job.fail(new JobLost(`${maxAttempts} attempts failed; the last one: ${reason}`));
    } else {
      this.redelivered.push(job);
    }
  }

  private full(): QueueFull {
    return new QueueFull(this.drainRate.retryAfterSeconds(this.waiting.size));
  }

  private sweep(): void {
    for (const link of this.links) {
      if (!link.isStuck(workerSilenceMs)) continue;
      this.warn(`a worker was silent for ${workerSilenceMs} ms: its connection is dropped`);
      link.destroy();
    }
    for (const job of this.waiting) {
      if (this.clock() - job.queuedAtMs < maxWaitMs) break;
      this.waiting.delete(job);
      job.fail(this.full());
    }
  }
}
