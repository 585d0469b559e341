import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../tests/support/factories.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { RedisReplayGuard } from './redis-replay-guard.ts';
import { claimLifetimeMs, MemoryReplayGuard } from './replay-guard.ts';

describe('a guard in memory', () => {
  it('lets a name be claimed once, for as long as it could be used again', async () => {
    const clock = new ManualClock();
    const guard = new MemoryReplayGuard({ clock });
    expect(await guard.claim('team', 'a')).toBe(true);
    for (let step = 0; step < 10; step += 1) {
      expect(await guard.claim('team', 'a')).toBe(false);
      clock.advance(claimLifetimeMs / 10);
    }
    expect(await guard.claim('team', 'b')).toBe(true);
    clock.advance(2 * claimLifetimeMs);
    expect(await guard.claim('team', 'a')).toBe(true);
  });

  it('refuses what it cannot remember, and comes back', async () => {
    const clock = new ManualClock();
    const guard = new MemoryReplayGuard({ clock, max: 6 });
    for (const name of ['a', 'b', 'c']) expect(await guard.claim('team', name)).toBe(true);
    await expect(guard.claim('team', 'd')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await guard.claim('team', 'a')).toBe(false);
    clock.advance(claimLifetimeMs);
    expect(await guard.claim('team', 'd')).toBe(true);
    expect(await guard.claim('team', 'a')).toBe(false);
  });

  it('has room for others, however much one claims', async () => {
    const guard = new MemoryReplayGuard({ clock: new ManualClock(), max: 1_000 });
    const claimAll = async (owner: string) => {
      let claims = 0;
      while (await guard.claim(owner, `${claims}`).catch(() => false)) claims += 1;
      return claims;
    };
    expect(await claimAll('flooding')).toBe(500);
    expect(await guard.claim('other', '0')).toBe(true);
    expect(await claimAll('third')).toBe(250);
    expect(await guard.claim('fourth', '0')).toBe(true);
  });
});

describe('a guard on Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());

  it('is shared by processes, of which just one claims a name, and outlives Redis', async () => {
    const clock = new ManualClock();
    const redises = [await server.open(), await server.open()];
    const guards = redises.map(
      (redis) => new RedisReplayGuard({ redis, fallback: new MemoryReplayGuard({ clock }) }),
    );
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, index) => guards[index % 2]?.claim('team', 'a')),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    await server.stop();
    expect(await guards[0]?.claim('team', 'a')).toBe(false);
    expect(await guards[0]?.claim('team', 'b')).toBe(true);
    for (const redis of redises) redis.close();
  });
});
