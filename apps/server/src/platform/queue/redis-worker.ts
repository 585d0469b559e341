import { setTimeout as sleep } from 'node:timers/promises';
import { createId } from '../ids.ts';
import type { AssistHandler } from './assistance.ts';
import {
  type Ending,
  envelopeSchema,
  type MessageToApi,
  type MessageToWorker,
  messageToWorkerSchema,
} from './job-messages.ts';
import type { Lease, SharedJobStore } from './job-store.ts';
import { Mailbox } from './mailbox.ts';
import { AttemptStopped, OpenAttempt } from './open-attempt.ts';
import { OrderedMail } from './ordered-mail.ts';
import { jobToYield, maxOpenPerWorker } from './places.ts';
import { produceOutput, type StuckPolicy } from './produce-output.ts';
import { RedisAssistance } from './redis-assistance.ts';
import { openSharedStore, type SharedQueueOptions, type SharedStore } from './shared-store.ts';
import { type JobHandler, JobRejected, type ServingWorker } from './work-queue.ts';
import { type RegisteredWorker, servingWorkers, WorkerRegistry } from './worker-registry.ts';
import { hasRoom } from './workload.ts';

const standByMs = 500;
const retryMs = 100;
const waitMs = 5_000;
/** Longer than Redis takes, where it is there. */
const handBackMs = 1_000;

const yielded = { cause: 'yielded', reason: 'its reader is slow, and others wait' } as const;
const cancelled = { cause: 'refused', reason: 'nobody wants it any more' } as const;

interface ServeRedisQueueOptions extends SharedQueueOptions {
  /** Equal jobs give equal output under one version. */
  readonly version: string;
  /** Told to the api: what this worker runs. Serve only once it is warm. */
  readonly info: unknown;
  readonly handler: JobHandler;
  /** Makes parts of other workers' jobs while none is to be done here. */
  readonly assistHandler?: AssistHandler;
  /** How often leases are extended, and this worker says that it is alive. */
  readonly beatMs: number;
  readonly stuck?: StuckPolicy;
  /** Milliseconds, monotonic. */
  readonly clock?: () => number;
}

/** Takes jobs from a queue in Redis until closed, and goes on whenever Redis is back. */
export async function serveRedisQueue(options: ServeRedisQueueOptions): Promise<ServingWorker> {
  const shared = await openSharedStore(options);
  return new RedisWorker(options, shared, await Mailbox.open({ ...options, ...shared }));
}

class RedisWorker implements ServingWorker {
  readonly #options: ServeRedisQueueOptions;
  readonly #shared: SharedStore;
  readonly #store: SharedJobStore;
  readonly #mailbox: Mailbox;
  readonly #registry: WorkerRegistry;
  readonly #self: RegisteredWorker;
  readonly #clock: () => number;
  readonly #assistance: RedisAssistance;
  readonly #offersKey: string;
  readonly #open = new Map<string, OpenAttempt>();
  readonly #ends = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #closing = new AbortController();
  readonly #beating: Promise<void>;
  readonly #taking: Promise<void>;
  #serves: boolean | undefined;
  #room = Promise.withResolvers<void>();
  #waitsForRoom = false;
  /** The next job is being taken by one that ends. */
  #takesAlong = false;

  constructor(options: ServeRedisQueueOptions, shared: SharedStore, mailbox: Mailbox) {
    this.#options = options;
    this.#shared = shared;
    this.#store = shared.store;
    this.#mailbox = mailbox;
    this.#registry = new WorkerRegistry(shared);
    const { version, info } = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#self = { id: createId(), version, info, sinceMs: Date.now() };
    this.#offersKey = shared.offersKey(version);
    this.#assistance = new RedisAssistance({
      client: shared.client,
      mailbox,
      key: this.#offersKey,
      handler: options.assistHandler,
      log: options.log,
    });
    mailbox.listen({
      receive: (message, bytes) => this.#receive(messageToWorkerSchema.parse(message), bytes),
      onLost: () => this.#stopAll({ cause: 'worker_lost', reason: 'Redis lost its memory' }),
    });
    this.#beating = this.#beatUntilClosed();
    this.#taking = this.#takeJobs();
  }

  get isReachable(): boolean {
    return this.#shared.isReachable;
  }

  async close(graceMs: number): Promise<void> {
    this.#stopping.abort();
    if (this.#shared.client.isReady) await this.#registry.remove(this.#self).catch(() => {});
    await Promise.race([this.#allEnded(), sleep(graceMs, undefined, { ref: false })]);
    this.#stopAll({ cause: 'released', reason: 'its worker was told to stop' });
    await Promise.race([this.#allEnded(), sleep(handBackMs, undefined, { ref: false })]);
    this.#closing.abort();
    await this.#mailbox.close();
    this.#shared.close();
    await Promise.all([this.#beating, this.#taking]);
  }

  #receive(message: MessageToWorker, bytes: Buffer): void {
    if ('offer' in message) {
      this.#assistance.receive(message, bytes);
      return;
    }
    const attempt = this.#open.get(message.job);
    if (!attempt) return;
    if (message.type === 'cancel') attempt.stop(new AttemptStopped(cancelled));
    else if (message.attempt === attempt.lease.attempt) attempt.allow(message.upToBytes);
  }

  #stopAll(failure: AttemptStopped['failure']): void {
    for (const attempt of this.#open.values()) attempt.stop(new AttemptStopped(failure));
  }

  async #allEnded(): Promise<void> {
    await this.#taking;
    while (this.#ends.size > 0) await Promise.all(this.#ends);
  }

  async #takeJobs(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#untilRoom(signal);
        if (!this.#serves) {
          await this.#pause(standByMs);
          continue;
        }
        await this.#takeNext(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.log.warn({ err: error }, 'no job could be taken');
        await this.#pause(retryMs);
      }
    }
  }

  /** A job, or else what others offer, while this worker has nothing to do. */
  async #takeNext(signal: AbortSignal): Promise<void> {
    let offer: string | undefined;
    const lease = await this.#store.takeNext({
      signal,
      timeoutMs: waitMs,
      otherWork: {
        key: this.#offersKey,
        isWanted: () => this.#options.assistHandler !== undefined && this.#open.size === 0,
        onTaken: (element) => {
          offer = element;
        },
      },
    });
    if (lease) this.#start(lease);
    if (offer !== undefined) await this.#assistance.answer(offer, { isBusy: lease !== undefined });
  }

  /** Another job is taken while those that are computed leave time for it, and not too many are open. */
  async #untilRoom(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (this.#takesAlong || !this.#hasRoom())) {
      this.#waitsForRoom = true;
      this.#room = Promise.withResolvers();
      const stop = () => this.#room.resolve();
      signal.addEventListener('abort', stop, { once: true });
      await this.#room.promise;
      signal.removeEventListener('abort', stop);
    }
    this.#waitsForRoom = false;
  }

  #hasRoom(ending?: OpenAttempt): boolean {
    const others = [...this.#open.values()].filter((attempt) => attempt !== ending);
    return others.length < maxOpenPerWorker && hasRoom(others.map(({ load }) => load));
  }

  #start(lease: Lease): void {
    const end = this.#run(lease)
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return;
        this.#options.log.warn(
          { err: error, job: lease.jobId },
          'a job was not brought to its end',
        );
      })
      .finally(() => this.#ends.delete(end));
    this.#ends.add(end);
  }

  async #run(lease: Lease): Promise<void> {
    const envelope = envelopeSchema.safeParse(lease.payload);
    if (!envelope.success) {
      const failure = { cause: 'hopeless', reason: 'this worker cannot read the job' } as const;
      await this.#store.fail(lease, { ...failure, computeSeconds: 0 });
      return;
    }
    const attempt = new OpenAttempt({
      lease,
      envelope: envelope.data,
      clock: this.#clock,
      onIdle: () => this.#room.resolve(),
    });
    this.#open.set(lease.jobId, attempt);
    if (this.#stopping.signal.aborted) {
      attempt.stop(new AttemptStopped({ cause: 'released', reason: 'its worker stops' }));
    }
    const mail = this.#mailFor(attempt);
    const made = this.#produce(attempt, mail);
    const stopped = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(attempt.signal.reason);
      attempt.signal.addEventListener('abort', stop, { once: true });
      if (attempt.signal.aborted) stop();
    });
    try {
      await Promise.race([made, stopped]);
      attempt.complete();
      await this.#finish(attempt, mail);
    } catch (error) {
      await this.#fail(attempt, asStopped(error));
    }
    // The engine is busy until the handler has ended, whatever became of the job.
    await made.catch(() => {});
    this.#leave(attempt);
  }

  /** It takes no more of this worker's time. */
  #leave(attempt: OpenAttempt): void {
    const { jobId } = attempt.lease;
    if (this.#open.get(jobId) === attempt) this.#open.delete(jobId);
    attempt.end();
  }

  async #produce(attempt: OpenAttempt, mail: OrderedMail): Promise<void> {
    const { envelope, signal } = attempt;
    const { handler, stuck, version } = this.#options;
    if (envelope.version !== null && envelope.version !== version) {
      throw new JobRejected('version_changed', `the job was made for ${envelope.version}`);
    }
    const worker = await this.#mailbox.address();
    const { waitedMs } = attempt.lease;
    const send = (message: MessageToApi, bytes?: Buffer) => mail.send({ message, bytes });
    await send({ type: 'start', ...attempt.place(), worker, run: createId(), waitedMs });
    await produceOutput({
      handler,
      payload: envelope.payload,
      assistance: this.#assistance.forJob((seconds) => attempt.addAssisted(seconds)),
      credit: attempt,
      signal,
      stuck,
      send: (output) =>
        output.type === 'event'
          ? send({ ...output, type: 'event', ...attempt.place() })
          : send({ type: 'bytes', ...attempt.place() }, output.bytes),
      rest: (rest) => attempt.rest(rest),
    });
  }

  /** It stops the attempt when nobody reads any more. */
  #mailFor(attempt: OpenAttempt): OrderedMail {
    const { envelope, signal } = attempt;
    return new OrderedMail({
      leave: async (letters) => {
        const isRead = await this.#mailbox.send(envelope.replyTo, letters, { signal });
        if (!isRead) throw new AttemptStopped(cancelled);
      },
      onFailed: (error) => attempt.stop(asStopped(error)),
    });
  }

  /** The store first: the tenant's next job must not meet this one. */
  async #finish(attempt: OpenAttempt, mail: OrderedMail): Promise<void> {
    const { lease, totalComputeSeconds: computeSeconds } = attempt;
    const counts = await this.#insist(() => this.#finishInStore(attempt, { computeSeconds }));
    this.#leave(attempt);
    if (!counts) {
      this.#options.log.warn({ job: lease.jobId }, 'a job was given to another worker meanwhile');
      return;
    }
    const message: MessageToApi = { type: 'end', ...attempt.place() };
    await mail.send({ message });
    await mail.arrived();
  }

  /** Takes the next job in the same step, where nobody but this one keeps the worker from it. */
  async #finishInStore(attempt: OpenAttempt, ran: { computeSeconds: number }): Promise<boolean> {
    const waits = this.#waitsForRoom && !this.#takesAlong && this.#serves;
    if (!waits || this.#stopping.signal.aborted || !this.#hasRoom(attempt)) {
      return this.#store.finish(attempt.lease, ran);
    }
    this.#takesAlong = true;
    try {
      const { finished, next } = await this.#store.finishAndTake(attempt.lease, ran);
      if (next) this.#start(next);
      return finished;
    } finally {
      this.#takesAlong = false;
    }
  }

  async #fail(attempt: OpenAttempt, { failure, ending }: AttemptStopped): Promise<void> {
    const { lease, totalComputeSeconds: computeSeconds, envelope } = attempt;
    const { jobId: job } = lease;
    const ended = await this.#insist(() => this.#store.fail(lease, { ...failure, computeSeconds }));
    const final =
      ending ?? (ended.outcome === 'dead' ? lostAfter(lease, failure.reason) : undefined);
    if (ended.outcome === 'lost' || !final) return;
    const message: MessageToApi = { type: 'over', job, ending: final };
    await this.#mailbox.send(envelope.replyTo, [{ message }]);
  }

  /** Until Redis is back, or this worker ends. */
  async #insist<T>(work: () => T | Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#closing.signal.aborted) throw error;
        await sleep(retryMs);
      }
    }
  }

  async #beatUntilClosed(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#beat().catch((error: unknown) => {
        if (!signal.aborted)
          this.#options.log.warn({ err: error }, 'the leases could not be extended');
      });
      await sleep(this.#options.beatMs, undefined, { ref: false, signal }).catch(() => {});
    }
  }

  async #beat(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      const workers = servingWorkers(await this.#registry.register(this.#self));
      this.#setServes(workers.some(({ id }) => id === this.#self.id));
    }
    await Promise.all([...this.#open.values()].map((attempt) => this.#extend(attempt)));
    await this.#yieldPlace();
  }

  async #yieldPlace(): Promise<void> {
    if (this.#open.size < maxOpenPerWorker) return;
    const place = { stats: await this.#store.stats(), nowMs: this.#clock() };
    jobToYield([...this.#open.values()], place)?.stop(new AttemptStopped(yielded));
  }

  #setServes(serves: boolean): void {
    if (serves === this.#serves) return;
    this.#serves = serves;
    if (serves) return;
    const { version } = this.#self;
    const message = 'workers of another version serve: this one stands by until they are gone';
    this.#options.log.warn({ version }, message);
  }

  async #extend(attempt: OpenAttempt): Promise<void> {
    const { lease, envelope, computeSeconds } = attempt;
    const state = await this.#store.extend(lease, { computeSeconds });
    if (state === 'cancelled' || !(await this.#mailbox.isThere(envelope.replyTo))) {
      attempt.stop(new AttemptStopped(cancelled));
    } else if (state === 'lost') {
      attempt.stop(new AttemptStopped({ cause: 'worker_lost', reason: 'its lease ran out' }));
    } else if (state === 'overdue') {
      const reason = 'the job computed for too long';
      attempt.stop(new AttemptStopped({ cause: 'hopeless', reason }, { why: 'overdue' }));
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

function lostAfter({ attempt }: Lease, reason: string): Ending {
  return { why: 'lost', detail: `${attempt} attempts failed; the last one: ${reason}` };
}

function asStopped(error: unknown): AttemptStopped {
  if (error instanceof AttemptStopped) return error;
  if (error instanceof JobRejected) {
    const { code, message: detail } = error;
    const failure = { cause: 'refused', reason: detail } as const;
    return new AttemptStopped(failure, { why: 'refused', code, detail });
  }
  return new AttemptStopped({ cause: 'error', reason: String(error) });
}
