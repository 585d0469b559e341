import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { silentLog } from '../log.ts';
import { openEmbeddedQueue } from './embedded-queue.ts';
import type { DeadLetter } from './job-store.ts';
import { openRedisQueue } from './redis-queue.ts';
import { serveRedisQueue } from './redis-worker.ts';
import { openSharedStore } from './shared-store.ts';
import {
  type JobHandler,
  JobLost,
  type JobOutput,
  JobRejected,
  type JobTerms,
  QueueFull,
  RunTimedOut,
  TenantBusy,
  WaitTimedOut,
  type WorkQueue,
} from './work-queue.ts';
import { serveQueue } from './worker-client.ts';

const queueTimeoutMs = 120_000;
const runTimeoutMs = 600_000;
const limits = { maxWaiting: 3, lowerTierShare: 0.05 };
const patience = { queueTimeoutMs, runTimeoutMs };

interface Subject {
  readonly queue: WorkQueue;
  serve(handler: JobHandler): Promise<{ close(graceMs: number): Promise<void> }>;
  /** What a worker in a process of its own is told: where to find the queue. */
  readonly address: readonly string[];
  untilQueued(jobs: number): Promise<void>;
  close(): Promise<void>;
}

let server: RedisServer;
let home: string;
let subject: Subject;
let queue: WorkQueue;
let deadLetters: DeadLetter[];
let burials: number;
/** What the clock of the queue is ahead of this machine's. */
let aheadMs: number;
const cleanUps: (() => Promise<unknown>)[] = [];
let tests = 0;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(() => server?.stop());

/** Its first attempt to store a dead letter fails. */
async function keepDeadLetter(letter: DeadLetter): Promise<void> {
  burials += 1;
  if (burials === 1) throw new Error('the database is restarting');
  deadLetters.push(letter);
}

const clock = () => performance.now() + aheadMs;

async function openEmbedded(): Promise<Subject> {
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

async function openInRedis(): Promise<Subject> {
  const prefix = `{test-${tests}}`;
  const shared = {
    url: server.url,
    log: silentLog,
    prefix,
    ...limits,
    leaseMs: 60_000,
    nowMs: () => Date.now() + aheadMs,
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
      vi.waitFor(async () => {
        const { tiers } = await store.stats();
        expect(Object.values(tiers).reduce((sum, { waiting }) => sum + waiting, 0)).toBe(jobs);
      }),
    async close() {
      await queue.close();
      close();
    },
  };
}

const subjects = [
  { name: 'the embedded queue', open: openEmbedded },
  { name: 'the queue in Redis', open: openInRedis },
];

describe.each(subjects)('$name', ({ open }) => {
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'vf-queue-'));
    deadLetters = [];
    burials = 0;
    aheadMs = 0;
    tests += 1;
    await openQueue();
  });

  async function openQueue(): Promise<void> {
    subject = await open();
    queue = subject.queue;
  }

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    await subject.close();
    await rm(home, { recursive: true });
  });

  async function startWorker(handler: JobHandler): Promise<void> {
    const before = queue.workers().length;
    const worker = await subject.serve(handler);
    cleanUps.push(() => worker.close(0));
    await vi.waitFor(() => expect(queue.workers()).toHaveLength(before + 1), { timeout: 10_000 });
  }

  /** A worker in a process of its own, that makes `chunks` numbered chunks and may be killed. */
  async function forkWorker(): Promise<ChildProcess> {
    const script = fileURLToPath(new URL('./counting-worker.ts', import.meta.url));
    const child = fork(script, [...subject.address]);
    cleanUps.push(async () => child.kill('SIGKILL'));
    const { pid } = child;
    await vi.waitFor(() => expect(queue.workers()).toContainEqual({ pid }), { timeout: 10_000 });
    return child;
  }

  function enqueue(
    payload: unknown,
    options: Partial<JobTerms & { signal: AbortSignal }> = {},
  ): AsyncIterable<JobOutput> {
    return queue.enqueue(payload, {
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
  async function run(...job: Parameters<typeof enqueue>): Promise<JobOutput[]> {
    return collect(enqueue(...job));
  }

  async function collect(outputs: AsyncIterable<JobOutput>): Promise<JobOutput[]> {
    const all: JobOutput[] = [];
    for await (const output of outputs) all.push(output);
    return all;
  }

  function bytesOf(outputs: readonly JobOutput[]): string {
    return outputs
      .map((output) => (output.type === 'bytes' ? output.bytes.toString() : ''))
      .join('');
  }

  test('answers events and bytes in order', async () => {
    await startWorker(async function* (payload) {
      yield { type: 'event', event: 'started', data: payload };
      yield { type: 'bytes', bytes: Buffer.from('ab') };
      yield { type: 'bytes', bytes: Buffer.from('cd') };
      yield { type: 'event', event: 'done', data: { seconds: 1 } };
    });
    expect(queue.workers()).toEqual([{ model: 'test' }]);
    const outputs = await collect(enqueue({ text: 'é\n' }));
    expect(outputs.map((output) => output.type)).toEqual(['event', 'bytes', 'bytes', 'event']);
    expect(outputs[0]).toMatchObject({ event: 'started', data: { text: 'é\n' } });
    expect(bytesOf(outputs)).toBe('abcd');
  });

  test('a refusal is not tried again', async () => {
    let attempts = 0;
    await startWorker(async function* () {
      attempts += 1;
      yield { type: 'event', event: 'started', data: null };
      throw new JobRejected('nothing_to_say', 'no words');
    });
    const refused = collect(enqueue({}));
    await expect(refused).rejects.toThrow(JobRejected);
    await expect(refused).rejects.toMatchObject({ code: 'nothing_to_say', message: 'no words' });
    expect(attempts).toBe(1);
  });

  test('a failing job is tried three times, then lost', async () => {
    let attempts = 0;
    await startWorker(async function* () {
      attempts += 1;
      yield { type: 'bytes', bytes: Buffer.from('x') };
      throw new Error('broken');
    });
    await expect(collect(enqueue({ text: 'Hi' }))).rejects.toThrow(JobLost);
    expect(attempts).toBe(3);
    await vi.waitFor(() => expect(deadLetters).toHaveLength(1), { timeout: 5_000 });
    expect(deadLetters).toMatchObject([
      { tenant: 'team-1', tier: 'paid', payload: { text: 'Hi' }, failures: [{}, {}, {}] },
    ]);
    expect(burials).toBe(2);
  });

  test('a second run that gives other bytes fails the job instead of mixing the two', async () => {
    let attempt = 0;
    await startWorker(async function* () {
      attempt += 1;
      yield { type: 'bytes', bytes: Buffer.from(`attempt ${attempt}`) };
      if (attempt === 1) throw new Error('broken');
    });
    await expect(collect(enqueue({}))).rejects.toThrow('other bytes');
  });

  test('refuses more than the waiting list holds, and says when to come back', async () => {
    const waiting = [1, 2, 3].map((n) => collect(enqueue({ n })));
    const refused = run({ n: 4 });
    await expect(refused).rejects.toThrow(QueueFull);
    await expect(refused).rejects.toHaveProperty('retryAfterSeconds', 3);
    await startWorker(async function* (payload) {
      yield { type: 'event', event: 'ran', data: payload };
    });
    const ran = (await Promise.all(waiting)).flat();
    expect(ran.map((output) => output.type === 'event' && output.data)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });

  test('jobs that rest leave room for as many others as find time beside them', async () => {
    const running: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    await startWorker(async function* (payload) {
      running.push(payload);
      yield { type: 'rest', forMs: 60_000, load: 0.3, computedSeconds: 0.1 };
      await gate.promise;
      yield { type: 'event', event: 'ran', data: null };
    });
    const first = [1, 2, 3].map((n) => collect(enqueue(n)));
    // Three of them fill the worker to nine tenths.
    await vi.waitFor(() => expect(running).toEqual([1, 2, 3]), { timeout: 5_000 });
    const late = collect(enqueue(4));
    await subject.untilQueued(1);
    expect(running).toEqual([1, 2, 3]);
    gate.resolve();
    await Promise.all([...first, late]);
    expect(running).toEqual([1, 2, 3, 4]);
  });

  test('a reader who keeps up holds nothing up: no other job is begun beside its own', async () => {
    const running: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    await startWorker(async function* (payload) {
      running.push(payload);
      for (let n = 0; n < 40; n++) yield { type: 'bytes', bytes: Buffer.alloc(64 * 1024, n) };
      yield { type: 'event', event: 'made', data: null };
      await gate.promise;
    });
    const first = enqueue(1)[Symbol.asyncIterator]();
    const second = collect(enqueue(2));
    for (;;) {
      const { value } = await first.next();
      if (value.type === 'event') break;
    }
    expect(running).toEqual([1]);
    gate.resolve();
    await first.next();
    await second;
    expect(running).toEqual([1, 2]);
  });

  test('a tenant has so many jobs open and no more, whatever room there is', async () => {
    const first = collect(enqueue({ n: 1 }, { maxOpen: 1 }));
    await expect(run({ n: 2 }, { maxOpen: 1 })).rejects.toThrow(TenantBusy);
    const other = collect(enqueue({ n: 3 }, { tenant: 'team-2', maxOpen: 1 }));
    await startWorker(async function* () {
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all([first, other]);
    await collect(enqueue({ n: 4 }, { maxOpen: 1 }));
  });

  test('tenants take turns', async () => {
    const ran: unknown[] = [];
    const jobs = ['flood', 'flood', 'small'].map((tenant) => collect(enqueue(tenant, { tenant })));
    await startWorker(async function* (payload) {
      ran.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all(jobs);
    expect(ran).toEqual(['flood', 'small', 'flood']);
  });

  test('full, the lowest tier makes room for a higher one, which goes first', async () => {
    const ran: unknown[] = [];
    const [first, second, newest] = [1, 2, 3].map((n) => collect(enqueue(n, { tier: 'free' })));
    const shed = expect(newest).rejects.toThrow(QueueFull);
    const higher = collect(enqueue('paid'));
    await shed;
    await startWorker(async function* (payload) {
      ran.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all([first, second, higher]);
    expect(ran).toEqual(['paid', 1, 2]);
  });

  test('a wait that takes too long is told its place', async () => {
    const waiting = [1, 2].map((n) => collect(enqueue({ n })));
    await subject.untilQueued(waiting.length);
    aheadMs += queueTimeoutMs;
    for (const [index, wait] of waiting.entries()) {
      const error = await wait.catch((error: unknown) => error);
      expect(error).toBeInstanceOf(WaitTimedOut);
      expect(error).toMatchObject({ place: index + 1, waitedSeconds: 120 });
    }
  });

  test('a job that computes for too long is stopped and kept as a dead letter', async () => {
    let stopped = false;
    await startWorker(async function* (_payload, signal) {
      yield { type: 'event', event: 'started', data: null };
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve, { once: true });
      });
      stopped = true;
      signal.throwIfAborted();
    });
    const outputs = enqueue('endless')[Symbol.asyncIterator]();
    await outputs.next();
    aheadMs += runTimeoutMs + 1;
    await expect(outputs.next()).rejects.toThrow(RunTimedOut);
    await vi.waitFor(() => expect(deadLetters).toHaveLength(1), { timeout: 5_000 });
    expect(stopped).toBe(true);
    expect(deadLetters).toMatchObject([{ payload: 'endless', failures: [{ cause: 'hopeless' }] }]);
  });

  test('nor does it run again where its worker does not stop', async () => {
    let runs = 0;
    await startWorker(async function* () {
      runs += 1;
      yield { type: 'event', event: 'started', data: null };
      await new Promise(() => {});
    });
    const outputs = enqueue('deaf')[Symbol.asyncIterator]();
    await outputs.next();
    aheadMs += runTimeoutMs + 1;
    await expect(outputs.next()).rejects.toThrow(RunTimedOut);
    aheadMs += 60_001;
    await vi.waitFor(() => expect(deadLetters).toHaveLength(1), { timeout: 10_000 });
    expect(deadLetters).toMatchObject([{ failures: [{ cause: 'hopeless' }] }]);
    expect(runs).toBe(1);
  });

  test('a job aborted while it waits never runs', async () => {
    const abort = new AbortController();
    const aborted = collect(enqueue({ n: 1 }, { signal: abort.signal }));
    abort.abort(new Error('the client left'));
    await expect(aborted).rejects.toThrow('the client left');
    const seen: unknown[] = [];
    await startWorker(async function* (payload) {
      seen.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await collect(enqueue({ n: 2 }));
    expect(seen).toEqual([{ n: 2 }]);
  });

  test('a slow reader pauses the worker, which then serves others', async () => {
    let madeBytes = 0;
    const chunk = Buffer.alloc(50_000, 'x');
    await startWorker(async function* (payload, signal) {
      if (payload === 'short') {
        yield { type: 'bytes', bytes: Buffer.from('short') };
        return;
      }
      if (payload === 'endless') {
        yield { type: 'event', event: 'started', data: null };
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve, { once: true });
        });
        return;
      }
      for (let n = 0; n < 100; n++) {
        yield { type: 'bytes', bytes: chunk };
        madeBytes += chunk.length;
      }
    });
    const slow = enqueue('long')[Symbol.asyncIterator]();
    await slow.next();
    expect(bytesOf(await collect(enqueue('short')))).toBe('short');
    const endless = enqueue('endless')[Symbol.asyncIterator]();
    await endless.next();
    // The time for which the slow one is held up is none that it computes.
    aheadMs += runTimeoutMs + 1;
    await expect(endless.next()).rejects.toThrow(RunTimedOut);
    expect(madeBytes).toBeLessThan(400_000);

    let total = chunk.length;
    for (let next = await slow.next(); !next.done; next = await slow.next()) {
      if (next.value.type === 'bytes') total += next.value.bytes.length;
    }
    expect(total).toBe(100 * chunk.length);
  });

  test('an aborted job stops within the piece it is in', async () => {
    let made = 0;
    let madeWhenAborted: number | undefined;
    let stopped = false;
    let step: (() => void) | undefined;
    async function finishPiece(): Promise<void> {
      await vi.waitFor(() => expect(step).toBeDefined());
      step?.();
      step = undefined;
    }
    await startWorker(async function* (_payload, signal) {
      signal.addEventListener('abort', () => {
        madeWhenAborted = made;
      });
      try {
        for (;;) {
          yield { type: 'event', event: 'piece', data: made };
          await new Promise<void>((resolve) => {
            step = resolve;
          });
          signal.throwIfAborted();
          made += 1;
        }
      } finally {
        stopped = true;
      }
    });
    const abort = new AbortController();
    const outputs = enqueue({}, { signal: abort.signal })[Symbol.asyncIterator]();
    await outputs.next();
    await finishPiece();
    await outputs.next();
    abort.abort(new Error('the client left'));
    await expect(outputs.next()).rejects.toThrow('the client left');
    await vi.waitFor(() => expect(madeWhenAborted).toBe(1));
    await finishPiece();
    await vi.waitFor(() => expect(stopped).toBe(true));
    expect(made).toBe(1);
  });

  test('workers come back when the api restarts', async () => {
    await startWorker(async function* (payload) {
      yield { type: 'event', event: 'ran', data: payload };
    });
    await queue.close();
    await openQueue();
    const outputs = await collect(enqueue('again'));
    expect(outputs).toEqual([{ type: 'event', event: 'ran', data: 'again' }]);
  });

  test('what was made is there before the worker computes what comes next', async () => {
    await forkWorker();
    const heldUpUntil = join(home, 'seen');
    const outputs: JobOutput[] = [];
    for await (const output of enqueue({ chunks: 2, everyMs: 0, heldUpUntil })) {
      outputs.push(output);
      if (bytesOf(outputs) === 'chunk 0;chunk 1;') await writeFile(heldUpUntil, '');
    }
    expect(outputs.at(-1)).toEqual({ type: 'event', event: 'seen', data: true });
  });

  test('a killed worker loses nothing: the next one goes on with the same bytes', async () => {
    const first = await forkWorker();
    const outputs = enqueue({ chunks: 40, everyMs: 20 })[Symbol.asyncIterator]();
    const seen: JobOutput[] = [];
    while (seen.length < 5) {
      const next = await outputs.next();
      if (!next.done) seen.push(next.value);
    }
    first.kill('SIGKILL');
    await forkWorker();
    for (let next = await outputs.next(); !next.done; next = await outputs.next()) {
      seen.push(next.value);
    }
    const expected = Array.from({ length: 40 }, (_, n) => `chunk ${n};`).join('');
    expect(bytesOf(seen)).toBe(expected);
    expect(seen.filter((output) => output.type === 'event')).toHaveLength(40);
  });
});
