import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  count,
  enqueue,
  never,
  takeCounted,
  useRedisQueue,
} from '../../../tests/support/redis-queue.ts';
import { redisTroubles } from '../../../tests/support/redis-troubles.ts';
import { TcpProxy } from '../../../tests/support/tcp-proxy.ts';
import type { RedisClient } from '../redis/index.ts';
import type { DeadLetter } from './job-store.ts';
import { openSharedStore } from './shared-store.ts';
import { type JobHandler, JobRejected, QueueUnavailable } from './work-queue.ts';

const bench = useRedisQueue();
const { cleanUps, openQueue, serve, shared } = bench;

/** That of the api, where there is no worker yet. */
function firstMailbox(redis: RedisClient): Promise<string> {
  return eventually(async () => {
    const [address] = await redis.keys('{test}:mail:*');
    if (!address) throw new Error('the api gets no mail yet');
    return address;
  });
}

describe('the queue in Redis', () => {
  test('goes on where it was when Redis lost its memory', async () => {
    const queue = await openQueue();
    await serve(count);
    let lost: Promise<void> | undefined;
    async function loseMemory(): Promise<void> {
      await bench.server.stop();
      await bench.server.start();
    }
    const counted = await takeCounted(enqueue(queue, 100), (taken) => {
      if (taken === 30) lost ??= loseMemory();
    });
    await lost;
    expect(counted).toBe(100);
    expect(await takeCounted(enqueue(queue, 3))).toBe(3);
  });

  test('goes on where it was when Redis knows only what it had saved before', async () => {
    const queue = await openQueue();
    const chunks = 50;
    const saved = Promise.withResolvers<void>();
    await serve(async function* (payload, signal) {
      yield { type: 'event', event: 'begun', data: null };
      if (payload === 'first') await saved.promise;
      else {
        for (let n = 0; n < chunks; n += 1) {
          await sleep(2, undefined, { signal });
          yield { type: 'bytes', bytes: Buffer.alloc(8_192, n) };
        }
      }
    });
    const first = enqueue(queue, 'first')[Symbol.asyncIterator]();
    await first.next();
    const outputs = enqueue(queue, 'second');
    await eventually(async () => expect((await queue.stats()).tiers.paid.waiting).toBe(1));
    const redis = await bench.server.connect();
    await redis.sendCommand(['SAVE']);
    redis.destroy();
    // What is begun from now on begins once more, as far as Redis knows, and under the same number.
    saved.resolve();
    await first.next();
    const taken: Buffer[] = [];
    let restarted: Promise<void> | undefined;
    for await (const output of outputs) {
      if (output.type === 'bytes') taken.push(output.bytes);
      if (taken.length === 5) restarted ??= bench.server.stop().then(() => bench.server.start());
    }
    await restarted;
    await bench.server.loseDisk();
    const all = Array.from({ length: chunks }, (_, n) => Buffer.alloc(8_192, n));
    expect(Buffer.concat(taken).equals(Buffer.concat(all))).toBe(true);
  });

  test('goes on where it was when only its mailbox was lost', async () => {
    const queue = await openQueue();
    await serve(count);
    const redis = await bench.server.connect();
    cleanUps.push(() => redis.destroy());
    // As that of an api which was silent for a minute.
    async function loseMail(): Promise<void> {
      for (const key of await redis.keys('{test}:mail:*')) await redis.del(key);
    }
    let lost: Promise<void> | undefined;
    const counted = await takeCounted(enqueue(queue, 100), (taken) => {
      if (taken === 30) lost ??= loseMail();
    });
    await lost;
    expect(counted).toBe(100);
  });

  test('queues a job anew that a worker has given up, because it found nobody here', async () => {
    const queue = await openQueue();
    const terms = { tenant: 'team-1', tier: 'paid', weight: 1, cost: 1, maxOpen: 1 } as const;
    const job = takeCounted(queue.enqueue(3, { ...terms, signal: never }));
    const { store, close } = await openSharedStore(shared());
    cleanUps.push(close);
    const lease = await store.takeNext({ signal: never, timeoutMs: 60_000 });
    if (!lease) throw new Error('nothing waits');
    await store.fail(lease, { cause: 'refused', reason: 'nobody wants it', computeSeconds: 0 });
    // It was let in once: whatever its tenant has open by now.
    const limits = { queueTimeoutMs: 60_000, runTimeoutMs: 60_000 };
    await store.enqueue({ ...terms, ...limits, id: 'later', payload: 'of another api' });
    await eventually(async () => expect((await queue.stats()).tiers.paid.waiting).toBe(2));
    await serve(count);
    expect(await job).toBe(3);
  });

  test('takes no new job while Redis is full, and empties it', async () => {
    const redis = await bench.server.connect();
    cleanUps.push(() => redis.destroy());
    const queue = await openQueue();
    const impatient = await openQueue({ patienceMs: 500 });
    const waits = async () => (await queue.stats()).tiers.paid.waiting;
    const jobs = 20;
    const waiting = Array.from({ length: jobs }, () => takeCounted(enqueue(queue, 3)));
    await eventually(async () => expect(await waits()).toBe(jobs));
    await redis.configSet('maxmemory', '1');
    await expect(takeCounted(enqueue(impatient, 1))).rejects.toThrow(QueueUnavailable);
    await eventually(() => expect(queue.isReachable).toBe(false));
    // It comes when Redis is full already.
    await serve(count);
    expect(await Promise.all(waiting)).toEqual(Array(jobs).fill(3));
    expect(await waits()).toBe(0);
    await redis.configSet('maxmemory', '0');
    await eventually(() => expect(queue.isReachable).toBe(true));
    expect(await takeCounted(enqueue(queue, 3))).toBe(3);
  });

  test.each(redisTroubles)('goes on where it was while Redis %s', async (_what, trouble) => {
    const queue = await openQueue();
    await serve(count);
    let troubled: Promise<void> | undefined;
    const counted = await takeCounted(enqueue(queue, 100), (taken) => {
      if (taken === 30) troubled ??= trouble(bench.server);
    });
    expect(counted).toBe(100);
    await troubled;
    expect(await takeCounted(enqueue(queue, 3))).toBe(3);
  });

  test('a worker that makes what nobody wants any more is told so at once', async () => {
    const queue = await openQueue();
    const aborted = Promise.withResolvers<void>();
    const worker = async function* (_payload: unknown, signal: AbortSignal) {
      signal.addEventListener('abort', () => aborted.resolve());
      yield { type: 'event', event: 'begun', data: null } as const;
      await aborted.promise;
      signal.throwIfAborted();
    };
    // It would not ask by itself.
    await serve(worker, { beatMs: 3_600_000 });
    const leaving = new AbortController();
    const outputs = enqueue(queue, 1, leaving.signal)[Symbol.asyncIterator]();
    await outputs.next();
    leaving.abort();
    await aborted.promise;
  });

  test('a worker that is busy takes its next job in the step that ends the one before', async () => {
    const queue = await openQueue();
    const jobs = 20;
    const waiting = Array.from({ length: jobs }, () => takeCounted(enqueue(queue, 1)));
    const client = await bench.server.connect();
    cleanUps.push(() => client.destroy());
    const waits = async () => (await queue.stats()).tiers.paid.waiting;
    await eventually(async () => expect(await waits()).toBe(jobs));
    await serve(count);
    expect(await Promise.all(waiting)).toEqual(Array(jobs).fill(1));
    const blocked = /cmdstat_blpop:calls=(\d+)/.exec(await client.info('commandstats'))?.[1];
    // The first job is waited for, and what comes after the last one.
    expect(Number(blocked ?? 0)).toBeLessThanOrEqual(2);
  });

  test('loses nothing with its connections', async () => {
    const apiProxy = await TcpProxy.start(bench.server.url);
    const workerProxy = await TcpProxy.start(bench.server.url);
    cleanUps.push(
      () => apiProxy.close(),
      () => workerProxy.close(),
    );
    const queue = await openQueue({ url: apiProxy.url });
    await serve(count, { url: workerProxy.url });
    const counted = await takeCounted(enqueue(queue, 200), (taken) => {
      if (taken % 40 === 10) apiProxy.cut();
      if (taken % 40 === 30) workerProxy.cut();
    });
    expect(counted).toBe(200);
  });

  test('keeps order and pace on a slow network', async () => {
    const proxy = await TcpProxy.start(bench.server.url);
    cleanUps.push(() => proxy.close());
    proxy.delayMs = 40;
    const queue = await openQueue({ url: proxy.url });
    await serve(count, { url: proxy.url });
    expect(await takeCounted(enqueue(queue, 10))).toBe(10);
  });

  test('tells a new job within its patience that Redis is away', async () => {
    const queue = await openQueue({ patienceMs: 500 });
    await eventually(() => expect(queue.isReachable).toBe(true));
    await bench.server.stop();
    await expect(takeCounted(enqueue(queue, 1))).rejects.toThrow(QueueUnavailable);
    expect(queue.isReachable).toBe(false);
    await bench.server.start();
    await eventually(() => expect(queue.isReachable).toBe(true));
  });

  test('knows in a worker, too, whether Redis answers', async () => {
    const worker = await serve(count);
    await eventually(() => expect(worker.isReachable).toBe(true));
    await bench.server.stop();
    await eventually(() => expect(worker.isReachable).toBe(false));
    await bench.server.start();
    await eventually(() => expect(worker.isReachable).toBe(true));
  });

  test('a worker that is told to stop hands its job to another one', async () => {
    const queue = await openQueue();
    const stopped = [];
    const job = takeCounted(enqueue(queue, 200));
    for (let round = 0; round < 4; round += 1) {
      const begun = Promise.withResolvers<void>();
      const worker = await serve(async function* (payload, signal) {
        begun.resolve();
        yield* count(payload, signal);
      });
      await begun.promise;
      stopped.push(worker.close(0));
    }
    await serve(count);
    expect(await job).toBe(200);
    await Promise.all(stopped);
  });

  test('a job that no worker can read harms nobody else', async () => {
    const letters: DeadLetter[] = [];
    const queue = await openQueue({ keepDeadLetter: async (letter) => void letters.push(letter) });
    const { store, close } = await openSharedStore(shared());
    cleanUps.push(close);
    const terms = { tenant: 'team-1', tier: 'paid', weight: 1, cost: 1, maxOpen: 1_000 } as const;
    const limits = { queueTimeoutMs: 60_000, runTimeoutMs: 60_000 };
    await store.enqueue({ ...terms, ...limits, id: 'strange', payload: 'of another version' });
    await serve(count);
    expect(await takeCounted(enqueue(queue, 3))).toBe(3);
    await eventually(() => expect(letters).toMatchObject([{ payload: 'of another version' }]));
  });

  test('the mail of an api that is gone is kept for a minute, though the clock was set back', async () => {
    const redis = await bench.server.connect();
    cleanUps.push(() => redis.destroy());
    const proxy = await TcpProxy.start(bench.server.url);
    const queue = await openQueue({ url: proxy.url });
    const mailOfApi = await firstMailbox(redis);
    const ended = Promise.withResolvers<void>();
    cleanUps.push(() => ended.resolve());
    await serve(async function* () {
      yield { type: 'event', event: 'begun', data: null };
      await ended.promise;
    });
    await enqueue(queue, 1)[Symbol.asyncIterator]().next();
    proxy.close();
    await redis.pExpire(mailOfApi, 3_600_000);
    await eventually(async () => expect(await redis.pTTL(mailOfApi)).toBeLessThanOrEqual(60_000));
  });

  test.each([
    { what: 'says nothing meanwhile', says: false },
    { what: 'goes on sending', says: true },
  ])('a worker that $what makes nothing for an api that is gone', async ({ says }) => {
    const redis = await bench.server.connect();
    cleanUps.push(() => redis.destroy());
    const proxy = await TcpProxy.start(bench.server.url);
    const queue = await openQueue({ url: proxy.url });
    const mailOfApi = await firstMailbox(redis);
    const aborted = Promise.withResolvers<void>();
    const worker = async function* (_payload: unknown, signal: AbortSignal) {
      signal.addEventListener('abort', () => aborted.resolve());
      const event = { type: 'event', event: 'begun', data: null } as const;
      yield event;
      for (; says; await sleep(5, undefined, { signal })) yield event;
      await aborted.promise;
      signal.throwIfAborted();
    };
    // Where it sends, it is by that alone that it hears of it.
    await serve(worker, says ? { beatMs: 3_600_000 } : {});
    const outputs = enqueue(queue, 1)[Symbol.asyncIterator]();
    await outputs.next();
    proxy.close();
    // In place of the minute after which the mail of a process that is gone is thrown away.
    await redis.del(mailOfApi);
    await aborted.promise;
    expect(await redis.exists(mailOfApi)).toBe(0);
  });

  test('a worker that was silent for too long stops what others make by now', async () => {
    const queue = await openQueue();
    const aborted = Promise.withResolvers<unknown>();
    // It speaks up when its leases have run out.
    const beatMs = 3_000;
    const stalled = async function* (_payload: unknown, signal: AbortSignal) {
      yield { type: 'event', event: 'chunk', data: 0 } as const;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.resolve(signal.reason);
    };
    const job = takeCounted(enqueue(queue, 3));
    await serve(stalled, { beatMs });
    await eventually(async () => expect((await queue.stats()).running).toBe(1));
    await serve(count);
    expect(await job).toBe(3);
    expect(String(await aborted.promise)).toContain('its lease ran out');
  });

  test('a worker whose way to Redis breaks as it ends a job ends it once that is back', async () => {
    const queue = await openQueue();
    const proxy = await TcpProxy.start(bench.server.url);
    cleanUps.push(() => proxy.close());
    let runs = 0;
    const worker = async function* (payload: unknown, signal: AbortSignal) {
      runs += 1;
      yield* count(payload, signal);
      proxy.cut();
    };
    await serve(worker, { url: proxy.url, leaseMs: 60_000 });
    expect(await takeCounted(enqueue(queue, 3))).toBe(3);
    expect(runs).toBe(1);
  });

  test('keeps nothing in Redis of what has been read', async () => {
    const queue = await openQueue();
    await serve(count);
    expect(await takeCounted(enqueue(queue, 100))).toBe(100);
    const redis = await bench.server.connect();
    cleanUps.push(() => redis.destroy());
    await eventually(async () => {
      for (const key of await redis.keys('{test}:mail:*'))
        expect(await redis.xLen(key)).toBeLessThanOrEqual(1);
    });
  });

  test('a worker of another version stands by until the last of the first is gone', async () => {
    const queue = await openQueue();
    const first = await serve(count, { version: 'v1' });
    await eventually(() => expect(queue.workers()).toEqual(['v1']));
    const made: string[] = [];
    const second: JobHandler = async function* (payload, signal) {
      made.push('v2');
      yield* count(payload, signal);
    };
    await serve(second, { version: 'v2' });
    expect(await takeCounted(enqueue(queue, 5))).toBe(5);
    expect(queue.workers()).toEqual(['v1']);
    const waiting = first.close(0).then(() => takeCounted(enqueue(queue, 5)));
    // It was asked for while the first version served, and must not be mixed with the second.
    await expect(waiting).rejects.toThrow(JobRejected);
    await eventually(() => expect(queue.workers()).toEqual(['v2']));
    expect(await takeCounted(enqueue(queue, 5))).toBe(5);
    expect(made).toEqual(['v2']);
  });
});
