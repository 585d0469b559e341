import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { silentLog } from '../../src/platform/log.ts';
import { openEmbeddedQueue } from '../../src/platform/queue/embedded-queue.ts';
import type { DeadLetter } from '../../src/platform/queue/job-store.ts';
import { openRedisQueue } from '../../src/platform/queue/redis-queue.ts';
import { serveRedisQueue } from '../../src/platform/queue/redis-worker.ts';
import { openSharedStore } from '../../src/platform/queue/shared-store.ts';
import type {
  JobHandler,
  JobOutput,
  JobTerms,
  WorkQueue,
} from '../../src/platform/queue/work-queue.ts';
import { serveQueue } from '../../src/platform/queue/worker-client.ts';
import { eventually } from './eventually.ts';
import { RedisServer } from './redis-server.ts';

export const queueTimeoutMs = 120_000;
export const runTimeoutMs = 600_000;
const limits = { maxWaiting: 3, lowerTierShare: 0.05 };
const patience = { queueTimeoutMs, runTimeoutMs };

interface OpenQueue {
  readonly queue: WorkQueue;
  serve(handler: JobHandler): Promise<{ close(graceMs: number): Promise<void> }>;
  /** What a worker in a process of its own is told: where to find the queue. */
  readonly address: readonly string[];
  untilQueued(jobs: number): Promise<void>;
  close(): Promise<void>;
}

type Open = (subject: QueueUnderTest) => Promise<OpenQueue>;

let server: RedisServer;
let prefixes = 0;

async function openEmbedded(subject: QueueUnderTest): Promise<OpenQueue> {
  const { home, clock, keepDeadLetter } = subject;
  const socketPath = join(home, 'queue.sock');
  const queue = await openEmbeddedQueue({
    socketPath,
    ...limits,
    ...patience,
    clock,
    keepDeadLetter,
  });
  return {
    queue,
    serve: async (handler) => serveQueue({ socketPath, info: { model: 'test' }, handler }),
    address: [socketPath],
    untilQueued: async () => {},
    close: () => queue.close(),
  };
}

async function openInRedis(subject: QueueUnderTest): Promise<OpenQueue> {
  const { prefix, clock, keepDeadLetter } = subject;
  const shared = {
    url: server.url,
    log: silentLog,
    prefix,
    ...limits,
    leaseMs: 60_000,
    nowMs: () => Date.now() + subject.aheadMs,
    longestStepMs: Number.MAX_SAFE_INTEGER,
  };
  const { store, close } = await openSharedStore(shared);
  const queue = await openRedisQueue({
    ...shared,
    ...patience,
    patienceMs: 10_000,
    keepDeadLetter,
  });
  return {
    queue,
    serve: (handler) =>
      serveRedisQueue({
        ...shared,
        version: 'test',
        info: { model: 'test' },
        handler,
        beatMs: 200,
        clock,
      }),
    address: [server.url, prefix, '2000'],
    untilQueued: (jobs) =>
      eventually(async () => {
        const { tiers } = await store.stats();
        expect(Object.values(tiers).reduce((sum, { waiting }) => sum + waiting, 0)).toBe(jobs);
      }),
    async close() {
      await queue.close();
      close();
    },
  };
}

/** A queue and its workers, made anew for each test. */
export class QueueUnderTest {
  home = '';
  prefix = '';
  deadLetters: DeadLetter[] = [];
  burials = 0;
  /** What the clock of the queue is ahead of this machine's. */
  aheadMs = 0;
  readonly #open: Open;
  #now: OpenQueue | undefined;
  #cleanUps: (() => unknown)[] = [];

  constructor(open: Open) {
    this.#open = open;
  }

  readonly clock = (): number => performance.now() + this.aheadMs;

  /** The first attempt to store a dead letter fails. */
  readonly keepDeadLetter = async (letter: DeadLetter): Promise<void> => {
    this.burials += 1;
    if (this.burials === 1) throw new Error('the database is restarting');
    this.deadLetters.push(letter);
  };

  async begin(): Promise<void> {
    this.home = await mkdtemp(join(tmpdir(), 'vf-queue-'));
    prefixes += 1;
    this.prefix = `{test-${prefixes}}`;
    this.deadLetters = [];
    this.burials = 0;
    this.aheadMs = 0;
    this.#now = await this.#open(this);
  }

  async end(): Promise<void> {
    for (const cleanUp of this.#cleanUps.splice(0).reverse()) await cleanUp();
    await this.#current.close();
    await rm(this.home, { recursive: true });
  }

  /** As an api that restarts. */
  async reopen(): Promise<void> {
    await this.#current.queue.close();
    this.#now = await this.#open(this);
  }

  get #current(): OpenQueue {
    if (!this.#now) throw new Error('the queue is not open');
    return this.#now;
  }

  workers(): readonly unknown[] {
    return this.#current.queue.workers();
  }

  untilQueued(jobs: number): Promise<void> {
    return this.#current.untilQueued(jobs);
  }

  async startWorker(handler: JobHandler): Promise<void> {
    const before = this.workers().length;
    const worker = await this.#current.serve(handler);
    this.#cleanUps.push(() => worker.close(0));
    await eventually(() => expect(this.workers()).toHaveLength(before + 1));
  }

  /** A worker in a process of its own, that makes `chunks` numbered chunks and may be killed. */
  async forkWorker(): Promise<ChildProcess> {
    const script = new URL('../../src/platform/queue/counting-worker.ts', import.meta.url);
    const child = fork(fileURLToPath(script), [...this.#current.address]);
    this.#cleanUps.push(() => child.kill('SIGKILL'));
    const { pid } = child;
    await eventually(() => expect(this.workers()).toContainEqual({ pid }));
    return child;
  }

  enqueue(
    payload: unknown,
    options: Partial<JobTerms & { signal: AbortSignal }> = {},
  ): AsyncIterable<JobOutput> {
    return this.#current.queue.enqueue(payload, {
      signal: new AbortController().signal,
      tenant: 'team-1',
      tier: 'paid',
      weight: 1,
      cost: 1,
      maxOpen: 100,
      ...options,
    });
  }

  /** Where the queue refuses at once it throws, else the output does. */
  async run(...job: Parameters<QueueUnderTest['enqueue']>): Promise<JobOutput[]> {
    return collect(this.enqueue(...job));
  }
}

/** The same tests for both forms of the queue. */
export function describeEachQueue(define: (queue: QueueUnderTest) => void): void {
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  describe.each([
    { name: 'the embedded queue', open: openEmbedded },
    { name: 'the queue in Redis', open: openInRedis },
  ])('$name', ({ open }) => {
    const queue = new QueueUnderTest(open);
    beforeEach(() => queue.begin());
    afterEach(() => queue.end());
    define(queue);
  });
}

export async function collect(outputs: AsyncIterable<JobOutput>): Promise<JobOutput[]> {
  const all: JobOutput[] = [];
  for await (const output of outputs) all.push(output);
  return all;
}

export function bytesOf(outputs: readonly JobOutput[]): string {
  return outputs.map((output) => (output.type === 'bytes' ? output.bytes.toString() : '')).join('');
}
