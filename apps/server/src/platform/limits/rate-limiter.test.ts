import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import type { Redis } from '../redis/index.ts';
import { MemoryRateLimiter } from './memory-rate-limiter.ts';
import type { Quota, RateLimiter, Verdict } from './rate-limiter.ts';
import { RedisRateLimiter } from './redis-rate-limiter.ts';

let server: RedisServer;
let redis: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = await server.open();
});

afterAll(async () => {
  redis?.close();
  await server?.stop();
});

/** Proves that it was Redis that counted. */
const noFallback: RateLimiter = {
  take() {
    throw new Error('Redis did not answer');
  },
};

interface Subject {
  name: string;
  /** On a clock that stands still until it is told to move, or on its own. */
  make(nowMicros?: () => number): RateLimiter;
}

const subjects: Subject[] = [
  {
    name: 'MemoryRateLimiter',
    make: (nowMicros) => new MemoryRateLimiter(nowMicros ? { nowMicros } : {}),
  },
  {
    name: 'RedisRateLimiter',
    make: (nowMicros) =>
      new RedisRateLimiter({
        redis,
        fallback: noFallback,
        ...(nowMicros ? { nowMicros } : {}),
      }),
  },
];

const startMicros = 1_800_000_000_000_000;
const windowMs = 60_000;
/** Times are counted in whole microseconds. */
const resolutionMs = 0.001;
let groups = 0;

function freshGroup(): string {
  groups += 1;
  return `group-${groups}`;
}

/** What a limiter should say, by the definition: it remembers everything and counts it each time. */
function createOracle() {
  const accepted = new Map<string, number[]>();
  return (nowMicros: number, quotas: readonly Quota[]): Verdict[] => {
    const inWindow = ({ name, windowMs }: Quota) =>
      (accepted.get(name) ?? []).filter((time) => time > nowMicros - windowMs * 1000);
    const allowed = quotas.every((quota) => inWindow(quota).length < quota.limit);
    return quotas.map((quota) => {
      if (allowed) accepted.set(quota.name, [...(accepted.get(quota.name) ?? []), nowMicros]);
      const { limit, windowMs } = quota;
      const times = inWindow(quota);
      const [oldest] = times;
      return {
        allowed,
        limit,
        remaining: limit - times.length,
        resetMs: oldest === undefined ? 0 : (oldest + windowMs * 1000 - nowMicros) / 1000,
      };
    });
  };
}

describe.each(subjects)('$name', ({ make }) => {
  it('allows exactly what the definition allows, to the microsecond around the edges', async () => {
    const key = { name: 'key', limit: 3, windowMs };
    const team = { name: 'team', limit: 5, windowMs: windowMs / 2 };
    const steps = [0, 0, 1, 999, 1000, 1001, 29_999_000, 29_999_999, 30_000_000, 59_999_999];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ step: fc.constantFrom(...steps), withKey: fc.boolean() }), {
          maxLength: 40,
        }),
        async (requests) => {
          let now = startMicros;
          const limiter = make(() => now);
          const oracle = createOracle();
          const group = freshGroup();
          for (const { step, withKey } of requests) {
            now += step;
            const quotas = withKey ? [key, team] : [team];
            const verdict = await limiter.take(group, quotas);
            const expected = oracle(now, quotas);
            expect(expected).toContainEqual(verdict);
            expect(verdict.remaining).toBe(Math.min(...expected.map((each) => each.remaining)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does not let two limits through across an edge', async () => {
    let now = startMicros;
    const limiter = make(() => now);
    const group = freshGroup();
    const quota = { name: 'key', limit: 20, windowMs };
    let allowed = 0;
    const burst = async () => {
      for (let i = 0; i < 30; i += 1)
        allowed += (await limiter.take(group, [quota])).allowed ? 1 : 0;
    };
    now += 59_999_000;
    await burst();
    now += 1_000;
    await burst();
    expect(allowed).toBe(20);
    now += 59_998_999;
    expect((await limiter.take(group, [quota])).resetMs).toBe(0.001);
    now += 1;
    await burst();
    expect(allowed).toBe(40);
  });

  it('waits until there is room after a limit was lowered', async () => {
    let now = startMicros;
    const limiter = make(() => now);
    const group = freshGroup();
    for (let i = 0; i < 4; i += 1) {
      await limiter.take(group, [{ name: 'key', limit: 10, windowMs }]);
      now += 1_000_000;
    }
    const verdict = await limiter.take(group, [{ name: 'key', limit: 2, windowMs }]);
    expect(verdict).toEqual({ allowed: false, limit: 2, remaining: 0, resetMs: 58_000 });
  });

  it('names the quota that one has to wait for longest', async () => {
    const limiter = make(() => startMicros);
    const quotas = [
      { name: 'key', limit: 1, windowMs },
      { name: 'team', limit: 1, windowMs: 2 * windowMs },
    ];
    const group = freshGroup();
    await limiter.take(group, quotas);
    const verdict = await limiter.take(group, quotas);
    expect(verdict).toMatchObject({ allowed: false, resetMs: 2 * windowMs });
  });

  it('holds under 50 parallel clients, in real time', async () => {
    const limiters = make === subjects[0]?.make ? [make()] : [make(), make()];
    const group = freshGroup();
    const quota = { name: 'key', limit: 20, windowMs: 200 };
    const accepted: { startMs: number; endMs: number }[] = [];
    const client = async (index: number) => {
      const limiter = limiters[index % limiters.length];
      while (limiter && accepted.length < 5 * quota.limit) {
        const startMs = performance.now();
        const { allowed } = await limiter.take(group, [quota]);
        if (allowed) accepted.push({ startMs, endMs: performance.now() });
        await new Promise(setImmediate);
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => client(index)));
    // Each was judged between its start and its end; whatever lies wholly within a window counts.
    const windowMs = quota.windowMs - resolutionMs;
    for (const { startMs } of accepted) {
      const within = accepted.filter(
        (each) => each.startMs >= startMs && each.endMs < startMs + windowMs,
      );
      expect(within.length).toBeLessThanOrEqual(quota.limit);
    }
  });
});

describe('MemoryRateLimiter', () => {
  it('forgets the callers that were silent longest when its memory is full', async () => {
    const limiter = new MemoryRateLimiter({ nowMicros: () => startMicros, maxPlaces: 1000 });
    const quota = { name: 'failures', limit: 1, windowMs };
    const allowed = async (group: string) => (await limiter.take(group, [quota])).allowed;
    for (let i = 0; i < 1000; i += 1) expect(await allowed(`${i}`)).toBe(true);
    expect(await allowed('999')).toBe(false);
    expect(await allowed('0')).toBe(true);
  });
});

describe('RedisRateLimiter', () => {
  it('lets the clock of Redis step back without opening a window twice', async () => {
    let now = startMicros;
    const limiter = new RedisRateLimiter({ redis, fallback: noFallback, nowMicros: () => now });
    const group = freshGroup();
    const quota = { name: 'key', limit: 2, windowMs };
    const allowed = async () => (await limiter.take(group, [quota])).allowed;
    expect([await allowed(), await allowed()]).toEqual([true, true]);
    now -= 30_000_000;
    expect(await allowed()).toBe(false);
    now -= 3_600_000_000;
    expect(await allowed()).toBe(true);
  });

  it('keeps nothing in Redis of a caller who has gone', async () => {
    const limiter = new RedisRateLimiter({ redis, fallback: noFallback });
    const group = freshGroup();
    await limiter.take(group, [{ name: 'key', limit: 2, windowMs }]);
    const lifetimeMs = await redis.attempt(
      (client) => client.pTTL(`voiceflow:limit:{${group}}:key`),
      () => -3,
    );
    expect(lifetimeMs).toBeGreaterThan(0);
    expect(lifetimeMs).toBeLessThanOrEqual(windowMs + 1);
  });
});
