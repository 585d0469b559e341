import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { newJob } from '../../../tests/support/new-job.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import type { RedisClient } from '../redis/index.ts';
import { JobStoreUnreachable, type Lease, type NewJob } from './job-store.ts';
import { RedisJobStore } from './redis-job-store.ts';
import { tiers } from './tiers.ts';

let server: RedisServer;
let client: RedisClient;
let stores: RedisJobStore[];
let prefixes = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  client = await server.connect();
  client.on('error', () => {});
});

afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

beforeEach(() => {
  prefixes += 1;
  stores = [];
});

afterEach(() => {
  for (const store of stores) store.close();
});

/** A process of its own, on the jobs of the test. */
function openStore(
  options: Partial<ConstructorParameters<typeof RedisJobStore>[0]> = {},
): RedisJobStore {
  const store = new RedisJobStore({
    client,
    connect: async () => (await server.connect()).on('error', () => {}),
    prefix: `{test-${prefixes}}`,
    maxWaiting: 10_000,
    lowerTierShare: 0.05,
    leaseMs: 60_000,
    longestStepMs: Number.MAX_SAFE_INTEGER,
    ...options,
  });
  stores.push(store);
  return store;
}

const ran = { computeSeconds: 1 };
const signal = new AbortController().signal;
const long = { signal, timeoutMs: 60_000 };

/** As a worker does, which goes on waiting when Redis is gone. */
async function takeInTime(store: RedisJobStore): Promise<Lease | undefined> {
  for (;;) {
    try {
      return await store.takeNext(long);
    } catch (error) {
      if (!(error instanceof JobStoreUnreachable)) throw error;
      await sleep(20);
    }
  }
}

/** What the server knows of connections that block. */
async function blockedClients(): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(await client.info('clients'))?.[1]);
}

async function untilBlocked(count: number): Promise<void> {
  while ((await blockedClients()) !== count) await sleep(5);
}

describe('waiting for the next job', () => {
  test('each job goes to one of those who wait, in the order in which they came', async () => {
    const waiting: Promise<Lease | undefined>[] = [];
    for (let waiters = 1; waiters <= 3; waiters += 1) {
      waiting.push(openStore().takeNext(long));
      await untilBlocked(waiters);
    }
    const store = openStore();
    for (const [index, taken] of waiting.entries()) {
      await store.enqueue(newJob({ payload: index }));
      expect(await taken).toMatchObject({ payload: index });
    }
  });

  test('ends without one when the time is up or the signal aborts, and can begin again', async () => {
    const store = openStore();
    expect(await store.takeNext({ signal, timeoutMs: 10 })).toBeUndefined();
    const stop = new AbortController();
    const stopped = store.takeNext({ signal: stop.signal, timeoutMs: 60_000 });
    await untilBlocked(1);
    stop.abort();
    expect(await stopped).toBeUndefined();
    expect(await store.takeNext({ signal: stop.signal, timeoutMs: 60_000 })).toBeUndefined();
    const waiting = store.takeNext(long);
    await untilBlocked(1);
    const { id } = newJob();
    await openStore().enqueue(newJob({ id }));
    expect(await waiting).toMatchObject({ jobId: id });
  });

  test('a job whose pause is over wakes one of them, also when it failed elsewhere', async () => {
    const store = openStore();
    const { id } = newJob();
    await store.enqueue(newJob({ id }));
    const lease = await store.takeNext(long);
    if (!lease) throw new Error('nothing waits');
    const waiting = openStore().takeNext(long);
    await untilBlocked(1);
    await store.fail(lease, { cause: 'error', reason: 'it broke', computeSeconds: 1 });
    expect(await waiting).toMatchObject({ jobId: id, attempt: 2 });
  });

  test('a wake-up that was lost on the way is given again by whoever reaps', async () => {
    const store = openStore();
    const { id } = newJob();
    await store.enqueue(newJob({ id }));
    await client.lPop(`{test-${prefixes}}:wake`);
    const waiting = openStore().takeNext(long);
    await untilBlocked(1);
    await store.reap();
    expect(await waiting).toMatchObject({ jobId: id });
  });
});

describe('the token that wakes one of those who wait', () => {
  const tokens = () => client.lLen(`{test-${prefixes}}:wake`);

  test('lies there while jobs wait', async () => {
    const store = openStore();
    const [first, second] = [newJob(), newJob()];
    await store.enqueue(first);
    await store.enqueue(second);
    expect(await tokens()).toBe(1);
    await store.takeNext(long);
    expect(await tokens()).toBe(1);
    await store.takeNext(long);
    expect(await tokens()).toBe(0);
  });

  test('is laid when a pause is over, by whoever ended the attempt', async () => {
    const store = openStore();
    await store.enqueue(newJob());
    const lease = await store.takeNext(long);
    if (!lease) throw new Error('nothing waits');
    await store.fail(lease, { cause: 'error', reason: 'it broke', computeSeconds: 1 });
    expect(await tokens()).toBe(0);
    await eventually(async () => expect(await tokens()).toBe(1));
  });
});

describe('a worker that ends a job and takes the next in one step', () => {
  test('gets what is next once its own is over, and is told if its own was not its any more', async () => {
    const store = openStore();
    const [first, second] = [newJob({ maxOpen: 2 }), newJob({ maxOpen: 2 })];
    await store.enqueue(first);
    await store.enqueue(second);
    const lease = await store.takeNext(long);
    if (!lease) throw new Error('nothing waits');
    const { finished, next } = await store.finishAndTake(lease, ran);
    expect(finished).toBe(true);
    expect(next).toMatchObject({ jobId: second.id, attempt: 1 });
    const third = newJob({ maxOpen: 2 });
    expect(await store.enqueue(third)).toMatchObject({ admitted: true });
    expect(await store.finishAndTake(lease, ran)).toMatchObject({
      finished: false,
      next: { jobId: third.id },
    });
    if (!next) throw new Error('nothing waits');
    expect(await store.finishAndTake(next, ran)).toEqual({ finished: true, next: undefined });
  });

  test('leaves a token for whoever waits while more is to do', async () => {
    const store = openStore();
    const ids = Array.from({ length: 3 }, () => newJob().id);
    const [first, second, third] = ids;
    await store.enqueue(newJob({ id: first }));
    const lease = await store.takeNext(long);
    if (!lease) throw new Error('nothing waits');
    await store.enqueue(newJob({ id: second }));
    await store.enqueue(newJob({ id: third }));
    expect((await store.finishAndTake(lease, ran)).next).toMatchObject({ jobId: second });
    expect(await openStore().takeNext(long)).toMatchObject({ jobId: third });
    expect(await openStore().takeNext({ signal, timeoutMs: 10 })).toBeUndefined();
  });
});

describe('what became of a job', () => {
  test('is known in every process', async () => {
    const time = { nowMs: 1_800_000_000_000 };
    const here = openStore({ maxWaiting: 1, nowMs: () => time.nowMs });
    const there = openStore({ maxWaiting: 1, nowMs: () => time.nowMs });
    const [least, late, rejected, broken, done] = Array.from({ length: 5 }, () =>
      newJob({ tier: 'free' }),
    );
    if (!least || !late || !rejected || !broken || !done) throw new Error('five jobs');
    const standing = async ({ id }: NewJob) => (await there.standings([id]))[0];

    await here.enqueue(least);
    expect(await standing(least)).toEqual({ state: 'waiting' });
    await here.enqueue({ ...late, tier: 'paid' });
    const displaced = { state: 'ended', outcome: 'displaced', retryAfterSeconds: 1 };
    expect(await standing(least)).toEqual(displaced);

    time.nowMs += 60_000;
    await here.reap();
    const timedOut = { state: 'ended', outcome: 'queue_timeout', place: 1, retryAfterSeconds: 1 };
    expect(await standing(late)).toEqual(timedOut);

    const failed = { reason: 'it broke', computeSeconds: 1 };
    await here.enqueue(rejected);
    const lease = await here.take();
    if (!lease) throw new Error('nothing waits');
    expect(await standing(rejected)).toEqual({ state: 'running' });
    await here.fail(lease, { ...failed, cause: 'refused' });
    expect(await standing(rejected)).toMatchObject({ outcome: 'over', reason: 'it broke' });

    await here.enqueue(broken);
    const second = await here.take();
    if (!second) throw new Error('nothing waits');
    await here.fail(second, { ...failed, cause: 'error' });
    expect(await standing(broken)).toEqual({ state: 'resting' });
    time.nowMs += 200;
    const third = await here.take();
    if (!third) throw new Error('nothing waits');
    await here.fail(third, { ...failed, cause: 'hopeless' });
    const dead = { state: 'ended', outcome: 'dead', attempts: 2, reason: 'it broke' };
    expect(await standing(broken)).toEqual(dead);

    await here.enqueue(done);
    const last = await here.take();
    if (!last) throw new Error('nothing waits');
    await here.finish(last, ran);
    expect(await standing(done)).toEqual({ state: 'unknown' });

    time.nowMs += 60_000;
    await here.reap();
    expect(await standing(broken)).toEqual({ state: 'unknown' });
  });
});

describe('when the clock of Redis is set', () => {
  const hourMs = 3_600_000;

  async function openAt(nowMs: number) {
    const time = { nowMs };
    const store = openStore({ leaseMs: 15_000, longestStepMs: 5_000, nowMs: () => time.nowMs });
    /** As long as processes look after the queue once a second. */
    const pass = async (seconds: number) => {
      const reaped: unknown[] = [];
      for (let second = 0; second < seconds; second += 1) {
        time.nowMs += 1_000;
        reaped.push(...(await store.reap()));
      }
      return reaped;
    };
    const running = newJob({ queueTimeoutMs: 120_000 });
    const waiting = newJob({ queueTimeoutMs: 120_000 });
    await store.enqueue(running);
    const lease = await store.take();
    if (!lease) throw new Error('nothing waits');
    await store.enqueue(waiting);
    return { store, time, pass, lease, running, waiting };
  }

  test('back by an hour, a dead worker loses its job when it would have, and a wait ends in time', async () => {
    const { time, pass, running, waiting } = await openAt(1_800_000_000_000);
    expect(await pass(5)).toEqual([]);
    time.nowMs -= hourMs;
    expect(await pass(9)).toEqual([]);
    expect(await pass(2)).toEqual([{ jobId: running.id, outcome: 'retry' }]);
    const ended = await pass(110);
    expect(ended).toMatchObject([{ jobId: waiting.id, outcome: 'queue_timeout' }]);
  });

  test('ahead by an hour, no lease is lost and no wait is over', async () => {
    const { store, time, pass, lease, running } = await openAt(1_800_000_000_000);
    time.nowMs += hourMs;
    expect(await pass(3)).toEqual([]);
    expect(await store.extend(lease, ran)).toBe('held');
    expect(await pass(14)).toEqual([]);
    expect(await pass(2)).toEqual([{ jobId: running.id, outcome: 'retry' }]);
    const { tiers } = await store.stats();
    expect(tiers.paid.oldestWaitMs).toBeLessThan(60_000);
  });

  test('to and fro, time goes on as it passes, also where nothing happens but that', async () => {
    const { store, time, pass, lease } = await openAt(1_800_000_000_000);
    for (const jump of [hourMs, -2 * hourMs, 10 * hourMs, -hourMs]) {
      time.nowMs += jump;
      expect(await pass(8)).toEqual([]);
      expect(await store.extend(lease, ran)).toBe('held');
    }
    const before = (await store.stats()).tiers.paid.oldestWaitMs;
    await pass(10);
    expect((await store.stats()).tiers.paid.oldestWaitMs - before).toBe(10_000);
    // What is told to people is told by the server's clock.
    await store.fail(lease, { cause: 'hopeless', reason: 'it broke', computeSeconds: 1 });
    const [letter] = await store.deadLetters();
    expect(letter?.failures[0]?.failedAtMs).toBe(time.nowMs);
  });

  test('while nobody looked, as when Redis was out of reach, leases are not over at once', async () => {
    const { store, time, lease } = await openAt(1_800_000_000_000);
    time.nowMs += 60_000;
    expect(await store.reap()).toEqual([]);
    expect(await store.extend(lease, ran)).toBe('held');
  });
});

describe('when Redis', () => {
  test('forgets everything, the store says so and takes the jobs anew', async () => {
    const store = openStore();
    const running = newJob();
    const waiting = newJob();
    await store.enqueue(running);
    const lease = await store.take();
    if (!lease) throw new Error('nothing waits');
    await store.enqueue(waiting);
    await client.flushAll();

    const unknown = { state: 'unknown' };
    expect(await store.standings([running.id, waiting.id])).toEqual([unknown, unknown]);
    expect(await store.extend(lease, ran)).toBe('lost');
    expect(await store.finish(lease, ran)).toBe(false);
    expect(await store.fail(lease, { cause: 'error', reason: '', computeSeconds: 1 })).toEqual({
      outcome: 'lost',
    });
    expect(await store.reap()).toEqual([]);

    await store.enqueue(waiting);
    expect(await store.take()).toMatchObject({ jobId: waiting.id, attempt: 1 });
  });

  test('loses its records, the queue is empty and goes on', async () => {
    const store = openStore();
    for (let i = 0; i < 3; i += 1) await store.enqueue(newJob());
    await store.take();
    await client.del(`{test-${prefixes}}:records`);
    expect(await store.take()).toBeUndefined();
    expect(await store.reap()).toEqual([]);
    const { id } = newJob();
    await store.enqueue(newJob({ id }));
    expect(await store.take()).toMatchObject({ jobId: id });
  });

  test('loses the order of the tenants, it is made anew', async () => {
    const store = openStore();
    const jobs = ['a', 'b', 'a', 'b'].map((tenant) => newJob({ tenant }));
    for (const job of jobs) await store.enqueue(job);
    await store.take();
    await client.del(`{test-${prefixes}}:paid:waiting`);
    const left = new Set([await store.take(), await store.take(), await store.take()]);
    expect(new Set([...left].map((lease) => lease?.jobId)).size).toBe(3);
    expect(await store.take()).toBeUndefined();
  });

  test('goes on from what another server knew, what this one remembers does not count', async () => {
    const store = openStore();
    const keys = ['records', 'deadlines', 'paid:waiting'].map(
      (name) => `{test-${prefixes}}:${name}`,
    );
    const { id } = newJob();
    await store.enqueue(newJob({ id }));
    const copies = keys.map((key) => `${key}:copy`);
    for (const [i, key] of keys.entries()) await client.copy(key, copies[i] ?? '');
    expect(await store.take()).toMatchObject({ jobId: id, attempt: 1 });
    for (const [i, key] of keys.entries()) await client.rename(copies[i] ?? '', key);
    expect(await store.take()).toMatchObject({ jobId: id, attempt: 1 });
  });

  test('is silent, whoever waits is told so, and can go on when it answers again', async () => {
    const store = openStore();
    const waiting = store.takeNext(long);
    await untilBlocked(1);
    server.freeze();
    try {
      await expect(waiting).rejects.toThrow(JobStoreUnreachable);
    } finally {
      server.resume();
    }
    const { id } = newJob();
    await openStore().enqueue(newJob({ id }));
    expect(await store.takeNext(long)).toMatchObject({ jobId: id });
  });

  test('is gone, a call says so, and whoever waits can go on when it is back', async () => {
    const url = { url: server.url, disableOfflineQueue: true };
    const fragile = await createClient(url)
      .on('error', () => {})
      .connect();
    const store = openStore({ client: fragile });
    const waiting = takeInTime(openStore());
    await untilBlocked(1);
    await server.stop();
    await expect(store.enqueue(newJob())).rejects.toThrow(JobStoreUnreachable);
    fragile.destroy();
    await server.start();
    const again = await server.connect();
    const { id } = newJob();
    await openStore({ client: again }).enqueue(newJob({ id }));
    expect(await waiting).toMatchObject({ jobId: id });
    again.destroy();
  });
});

describe('with many at once', () => {
  test('each job ends once, whoever fails, vanishes or reaps', async () => {
    const time = { nowMs: 1_800_000_000_000 };
    const open = () => openStore({ nowMs: () => time.nowMs, leaseMs: 1_000 });
    const all = new Set<string>();
    const ended: string[] = [];
    const done = new AbortController();

    const enqueue = async (tenant: string) => {
      const store = open();
      for (let i = 0; i < 100; i += 1) {
        const job = newJob({ tenant, tier: tiers[i % 3] });
        all.add(job.id);
        await store.enqueue(job);
      }
    };
    const end = (id: string) => {
      ended.push(id);
      if (ended.length === 400) done.abort();
    };
    let turns = 0;
    const work = async () => {
      const store = open();
      while (!done.signal.aborted) {
        const lease = await store.takeNext({ signal: done.signal, timeoutMs: 60_000 });
        if (!lease) continue;
        time.nowMs += 7;
        turns += 1;
        const failed = { reason: 'it broke', computeSeconds: 1 };
        if (turns % 5 === 0) {
          const cause = turns % 10 ? 'error' : 'released';
          const { outcome } = await store.fail(lease, { ...failed, cause });
          if (outcome === 'dead') end(lease.jobId);
        } else if (turns % 7 > 0) {
          if (await store.finish(lease, ran)) end(lease.jobId);
        } // else this worker is not heard of any more
      }
    };
    const reap = async () => {
      const store = open();
      while (!done.signal.aborted) {
        time.nowMs += 50;
        for (const { jobId, outcome } of await store.reap()) {
          if (outcome !== 'retry') end(jobId);
        }
        await sleep(1);
      }
    };
    await Promise.all([
      ...['a', 'b', 'c', 'd'].map(enqueue),
      ...Array.from({ length: 8 }, work),
      reap(),
      reap(),
    ]);
    expect(ended.sort()).toEqual([...all].sort());
    const store = open();
    for (const letter of await store.deadLetters()) await store.bury([letter.jobId]);
    time.nowMs += 60_000;
    await store.reap();
    const records = ['state', 'tier enterprise', 'tier free', 'tier paid'];
    expect((await client.hKeys(`{test-${prefixes}}:records`)).sort()).toEqual(records);
    for (const name of ['deadlines', 'wake', 'free:waiting']) {
      expect(await client.exists(`{test-${prefixes}}:${name}`)).toBe(0);
    }
  });
});
