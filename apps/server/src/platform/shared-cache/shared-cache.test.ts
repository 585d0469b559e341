import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../../tests/support/eventually.ts';
import { ManualClock } from '../../../tests/support/factories.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { silentLog } from '../log.ts';
import { Redis } from '../redis/index.ts';
import { MemoryCache } from './memory-cache.ts';
import { RedisCache } from './redis-cache.ts';
import type { LookUp } from './shared-cache.ts';

let server: RedisServer;
let redis: Redis;
/** A second process's connection. */
let elsewhere: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = await server.open();
  elsewhere = await server.open();
});

afterAll(async () => {
  redis?.close();
  elsewhere?.close();
  await server?.stop();
});

let loads: number;
let truth: string | null;
let names = 0;

beforeEach(() => {
  loads = 0;
  truth = 'first';
  names += 1;
});

function lookUp(overrides: Partial<LookUp<string | null>> = {}): LookUp<string | null> {
  return {
    name: `thing:${names}`,
    schema: z.string().nullable(),
    lifetimeMs: () => 60_000,
    async load() {
      loads += 1;
      return truth;
    },
    ...overrides,
  };
}

const kinds = [
  { kind: 'MemoryCache', open: () => new MemoryCache({ clock: new ManualClock() }) },
  { kind: 'RedisCache', open: () => new RedisCache({ redis, clock: new ManualClock() }) },
];

describe.each(kinds)('$kind', ({ open }) => {
  it('loads once what is asked many times, at once and later', async () => {
    const cache = open();
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.get(lookUp())));
    expect(new Set(answers)).toEqual(new Set(['first']));
    expect(await cache.get(lookUp())).toBe('first');
    expect(loads).toBe(1);
  });

  it('keeps that there is nothing', async () => {
    const cache = open();
    truth = null;
    expect(await cache.get(lookUp())).toBeNull();
    truth = 'first';
    expect(await cache.get(lookUp())).toBeNull();
    expect(loads).toBe(1);
  });

  it('does not keep a failure', async () => {
    const cache = open();
    const load = () => Promise.reject(new Error('no database'));
    await expect(cache.get(lookUp({ load }))).rejects.toThrow('no database');
    expect(await cache.get(lookUp())).toBe('first');
  });

  it('loads anew after a change', async () => {
    const cache = open();
    await cache.get(lookUp());
    truth = 'second';
    await cache.invalidate(lookUp().name);
    expect(await cache.get(lookUp())).toBe('second');
  });
});

describe('MemoryCache', () => {
  it('keeps an answer for less than a second', async () => {
    const clock = new ManualClock();
    const cache = new MemoryCache({ clock });
    await cache.get(lookUp());
    clock.advance(999);
    await cache.get(lookUp());
    expect(loads).toBe(1);
    clock.advance(1);
    await cache.get(lookUp());
    expect(loads).toBe(2);
  });
});

describe('RedisCache', () => {
  const clock = new ManualClock();
  const here = () => new RedisCache({ redis, clock });
  const there = () => new RedisCache({ redis: elsewhere, clock });

  it('shares its answers with every process', async () => {
    await here().get(lookUp());
    expect(await there().get(lookUp())).toBe('first');
    expect(loads).toBe(1);
  });

  it('shows a change to every process within a quarter of a second', async () => {
    const [changed, other] = [here(), there()];
    await changed.get(lookUp());
    await other.get(lookUp());
    truth = 'second';
    await changed.invalidate(lookUp().name);
    expect(await changed.get(lookUp())).toBe('second');
    clock.advance(250);
    expect(await other.get(lookUp())).toBe('second');
  });

  it('forgets an answer when its lifetime is over', async () => {
    await here().get(lookUp({ lifetimeMs: () => 1 }));
    await eventually(async () => {
      await here().get(lookUp());
      expect(loads).toBe(2);
    });
  });

  it('does not share an answer that was being loaded when it became untrue', async () => {
    const { promise: loaded, resolve } = Promise.withResolvers<string>();
    const { promise: loading, resolve: reachLoad } = Promise.withResolvers<void>();
    const slow = here().get(
      lookUp({
        load() {
          reachLoad();
          return loaded;
        },
      }),
    );
    await loading;
    truth = 'second';
    await there().invalidate(lookUp().name);
    resolve('first');
    expect(await slow).toBe('first');
    expect(await there().get(lookUp())).toBe('second');
  });

  it('sees what a transaction still had open, whenever it commits', async () => {
    const cache = here();
    await cache.get(lookUp());
    await cache.invalidate(lookUp().name);
    expect(await cache.get(lookUp())).toBe('first');
    truth = 'second';
    clock.advance(250);
    expect(await cache.get(lookUp())).toBe('second');
  });

  it('does without a Redis that is gone, and tells what changed when it is back', async () => {
    const own = await RedisServer.start();
    const [a, b] = await Promise.all([
      Redis.open({ url: own.url, log: silentLog }),
      Redis.open({ url: own.url, log: silentLog }),
    ]);
    try {
      const cache = new RedisCache({ redis: a, clock });
      await cache.get(lookUp());
      own.freeze();
      clock.advance(250);
      expect(await cache.get(lookUp())).toBe('first');
      expect(loads).toBe(2);
      await cache.invalidate(lookUp().name);
      truth = 'second';
      own.resume();
      await eventually(async () => {
        const other = new RedisCache({ redis: b, clock });
        expect(await other.get(lookUp())).toBe('second');
      });
    } finally {
      a.close();
      b.close();
      await own.stop();
    }
  });
});
