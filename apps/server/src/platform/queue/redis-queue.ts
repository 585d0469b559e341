import { setTimeout as sleep } from 'node:timers/promises';
import { createId } from '../ids.ts';
import {
  type Ending,
  type Envelope,
  type MessageToApi,
  type MessageToWorker,
  messageToApiSchema,
} from './job-messages.ts';
import type {
  Admission,
  DeadLetter,
  NewJob,
  QueueStats,
  SharedJobStore,
  Standing,
} from './job-store.ts';
import { Mailbox } from './mailbox.ts';
import { keepUpQueue } from './queue-upkeep.ts';
import { RemoteJob } from './remote-job.ts';
import { openSharedStore, type SharedQueueOptions, type SharedStore } from './shared-store.ts';
import {
  JobLost,
  type JobOutput,
  JobRejected,
  type JobTerms,
  QueueFull,
  QueueUnavailable,
  RunTimedOut,
  type TakenJob,
  TenantBusy,
  WaitTimedOut,
  type WorkQueue,
} from './work-queue.ts';
import { WorkerRegistry, WorkerWatch } from './worker-registry.ts';

const sweepEveryMs = 1_000;
/** A job of which nothing was heard for this long is looked for in the store. */
const quietMs = 1_000;
/** More than one look, because its last message may be under way. */
const looksUntilLost = 2;
const retryMs = 100;
const closePatienceMs = 1_000;

interface RedisQueueOptions extends SharedQueueOptions {
  readonly queueTimeoutMs: number;
  readonly runTimeoutMs: number;
  /** How long a new job waits for Redis to be back. */
  readonly patienceMs: number;
  /** Stores a dead letter for good. It is called again when it fails. */
  readonly keepDeadLetter: (letter: DeadLetter) => Promise<void>;
  /** Hears of each job of this process when a worker takes it. */
  readonly onTaken?: (job: TakenJob) => void;
}

type EndedStanding = Extract<Standing, { state: 'ended' }>;

/** The api's end of a queue in Redis, which any number of api processes and workers share. */
export async function openRedisQueue(options: RedisQueueOptions): Promise<WorkQueue> {
  const shared = await openSharedStore(options);
  return new RedisQueue(options, shared, await Mailbox.open({ ...options, ...shared }));
}

class RedisQueue implements WorkQueue {
  readonly #options: RedisQueueOptions;
  readonly #shared: SharedStore;
  readonly #store: SharedJobStore;
  readonly #mailbox: Mailbox;
  readonly #watch: WorkerWatch;
  /** By their ids in the store. */
  readonly #jobs = new Map<string, RemoteJob>();
  readonly #stopping = new AbortController();
  readonly #sweeping: Promise<void>;

  constructor(options: RedisQueueOptions, shared: SharedStore, mailbox: Mailbox) {
    this.#options = options;
    this.#shared = shared;
    this.#store = shared.store;
    this.#mailbox = mailbox;
    this.#watch = new WorkerWatch(new WorkerRegistry(shared));
    mailbox.listen({
      receive: (message, bytes) => this.#receive(messageToApiSchema.parse(message), bytes),
      onLost: () => this.#queueAllAgain(),
    });
    this.#sweeping = this.#sweepUntilClosed();
  }

  enqueue(
    payload: unknown,
    { signal, ...terms }: JobTerms & { signal: AbortSignal },
  ): AsyncIterable<JobOutput> {
    signal.throwIfAborted();
    const job = new RemoteJob({
      payload,
      terms,
      version: this.#watch.version,
      allow: ({ id, worker, attempt }, upToBytes) => {
        if (worker !== undefined)
          this.#tell(worker, { type: 'allow', job: id, attempt, upToBytes });
      },
    });
    void this.#admit(job);
    return this.#follow(job, signal);
  }

  workers(): readonly unknown[] {
    return this.#watch.serving.map(({ info }) => info);
  }

  get isReachable(): boolean {
    return this.#shared.isReachable;
  }

  async stats(): Promise<QueueStats> {
    return this.#store.stats();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    for (const job of [...this.#jobs.values()]) {
      this.#giveUp(job, new JobLost('the service is stopping'));
    }
    // While Redis is away it does not end.
    await Promise.race([this.#sweeping, sleep(closePatienceMs, undefined, { ref: false })]);
    await this.#mailbox.close();
    this.#shared.close();
  }

  async *#follow(job: RemoteJob, signal: AbortSignal): AsyncGenerator<JobOutput> {
    const abort = (): void => this.#giveUp(job, signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      yield* job.output.read();
    } finally {
      signal.removeEventListener('abort', abort);
      this.#giveUp(job, new Error('nobody reads any more'));
    }
  }

  /** Queues the job; where Redis does not answer, until the patience is at its end. */
  async #admit(job: RemoteJob): Promise<void> {
    const impatient = setTimeout(
      () => this.#giveUp(job, new QueueUnavailable()),
      this.#options.patienceMs,
    );
    const id = createId();
    job.startOver(id);
    this.#jobs.set(id, job);
    const isWanted = () => this.#jobs.get(id) === job;
    let told = false;
    const replyTo = await this.#mailbox.address();
    while (isWanted()) {
      try {
        const admission = await this.#store.enqueue(this.#describe(job, { id, replyTo }));
        if (!isWanted()) this.#cancel(id);
        else if (admission.admitted) job.takeAdmission(performance.now());
        else this.#end(job, refusalOf(admission, job.terms.maxOpen));
        break;
      } catch (error) {
        if (!told) this.#options.log.warn({ err: error }, 'a job could not be queued yet');
        told = true;
        await sleep(retryMs);
      }
    }
    clearTimeout(impatient);
  }

  #describe(
    { payload, terms, version, wasAdmitted }: RemoteJob,
    { id, replyTo }: { id: string; replyTo: string },
  ): NewJob {
    const { queueTimeoutMs, runTimeoutMs } = this.#options;
    // One that was let in before is let in again, whatever its tenant has open by now.
    const maxOpen = wasAdmitted ? Number.MAX_SAFE_INTEGER : terms.maxOpen;
    const envelope: Envelope = { replyTo, version, payload };
    return { ...terms, id, maxOpen, payload: envelope, queueTimeoutMs, runTimeoutMs };
  }

  /** Redis has lost its memory, and with it what was under way. */
  #queueAllAgain(): void {
    for (const job of [...this.#jobs.values()]) this.#queueAgain(job);
  }

  #queueAgain(job: RemoteJob): void {
    this.#jobs.delete(job.id);
    this.#cancel(job.id);
    void this.#admit(job);
  }

  #receive(message: MessageToApi, bytes: Buffer): void {
    const job = this.#jobs.get(message.job);
    if (!job) {
      // Whoever wanted it is gone, or it runs once more than it has to.
      if (message.type === 'start') this.#tell(message.worker, cancelOf(message.job));
      return;
    }
    job.heardAtMs = performance.now();
    job.timesUnknown = 0;
    if (message.type === 'over') {
      this.#end(job, this.#explain(message.ending));
      return;
    }
    try {
      const state = job.receive(message, bytes);
      if (state === 'taken' && message.type === 'start') {
        const { waitedMs } = message;
        this.#options.onTaken?.({ tier: job.terms.tier, waitedMs });
      }
      if (state === 'ended') this.#end(job);
      else if (state === 'gap') this.#queueAgain(job);
    } catch (error) {
      // The output is not what it was: no attempt can go on where the first one ended.
      this.#giveUp(job, error instanceof Error ? error : new Error(String(error)));
    }
  }

  #end(job: RemoteJob, error?: Error): void {
    this.#jobs.delete(job.id);
    if (error) job.output.fail(error);
  }

  /** Nobody waits for the job any more, in the store, at its worker or here. */
  #giveUp(job: RemoteJob, error: Error): void {
    if (this.#jobs.get(job.id) !== job) return;
    this.#end(job, error);
    this.#cancel(job.id);
    if (job.worker !== undefined) this.#tell(job.worker, cancelOf(job.id));
  }

  #cancel(jobId: string): void {
    if (this.#shared.client.isReady) this.#inBackground(Promise.resolve(this.#store.cancel(jobId)));
  }

  #tell(worker: string, message: MessageToWorker): void {
    this.#inBackground(this.#mailbox.send(worker, [{ message }]));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (this.#stopping.signal.aborted) return;
      this.#options.log.warn({ err: error }, 'a message of the queue was lost');
    });
  }

  async #sweepUntilClosed(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#sweep().catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'the queue could not be looked after');
      });
      await sleep(sweepEveryMs, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  async #sweep(): Promise<void> {
    await this.#watch.look();
    await this.#lookAfterQuietJobs();
    await keepUpQueue({ ...this.#options, store: this.#store });
  }

  /** What ended elsewhere, or was forgotten there, is not told by a message. */
  async #lookAfterQuietJobs(): Promise<void> {
    const quietSinceMs = performance.now() - quietMs;
    const quiet = [...this.#jobs.values()].filter(({ heardAtMs }) => heardAtMs < quietSinceMs);
    if (quiet.length === 0) return;
    const ids = quiet.map(({ id }) => id);
    const standings = await this.#store.standings(ids);
    for (const [index, job] of quiet.entries()) {
      const standing = standings[index];
      if (standing && job.id === ids[index]) this.#takeStanding(job, standing);
    }
  }

  #takeStanding(job: RemoteJob, standing: Standing): void {
    if (this.#jobs.get(job.id) !== job || job.heardAtMs > performance.now() - quietMs) return;
    if (standing.state === 'ended') {
      // Its worker found that nobody reads here, as after a long pause of this process.
      if (standing.outcome === 'over') this.#queueAgain(job);
      else this.#end(job, this.#explainStanding(standing));
      return;
    }
    job.timesUnknown = standing.state === 'unknown' ? job.timesUnknown + 1 : 0;
    if (job.timesUnknown >= looksUntilLost) this.#queueAgain(job);
  }

  #explain(ending: Ending): Error {
    switch (ending.why) {
      case 'refused':
        return new JobRejected(ending.code, ending.detail);
      case 'lost':
        return new JobLost(ending.detail);
      case 'overdue':
        return new RunTimedOut(this.#options.runTimeoutMs / 1000);
    }
  }

  #explainStanding(standing: Exclude<EndedStanding, { outcome: 'over' }>): Error {
    switch (standing.outcome) {
      case 'queue_timeout': {
        const waitedSeconds = this.#options.queueTimeoutMs / 1000;
        return new WaitTimedOut({ ...standing, waitedSeconds });
      }
      case 'displaced':
        return new QueueFull(standing.retryAfterSeconds);
      case 'dead':
        return new JobLost(
          `${standing.attempts} attempts failed; the last one: ${standing.reason}`,
        );
    }
  }
}

function cancelOf(job: string): MessageToWorker {
  return { type: 'cancel', job };
}

function refusalOf(
  { reason, retryAfterSeconds }: Extract<Admission, { admitted: false }>,
  maxOpen: number,
): Error {
  return reason === 'tenant_full'
    ? new TenantBusy(maxOpen, retryAfterSeconds)
    : new QueueFull(retryAfterSeconds);
}
