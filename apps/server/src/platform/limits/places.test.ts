import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import type { Redis } from '../redis/index.ts';
import { MemoryPlaces, type Places } from './places.ts';
import { RedisPlaces } from './redis-places.ts';

let server: RedisServer;
let redis: Redis;
const opened: RedisPlaces[] = [];

beforeAll(async () => {
  server = await RedisServer.start();
  redis = await server.open();
});

afterAll(async () => {
  for (const places of opened) places.close();
  redis?.close();
  await server?.stop();
});

/** What one process has. */
function openShared(options: { leaseMs?: number } = {}): RedisPlaces {
  const places = new RedisPlaces({ redis, ...options });
  opened.push(places);
  return places;
}

describe.each([
  ['MemoryPlaces', (): Places => new MemoryPlaces()],
  ['RedisPlaces', (): Places => openShared()],
])('%s', (name, open) => {
  it('gives no more than there are, each group its own, and again what was given back', async () => {
    const places = open();
    const first = await places.take(`${name}-a`, 2);
    expect(await places.take(`${name}-a`, 2)).toBeDefined();
    expect(await places.take(`${name}-a`, 2)).toBeUndefined();
    expect(await places.take(`${name}-b`, 2)).toBeDefined();
    first?.();
    expect(await places.take(`${name}-a`, 2)).toBeDefined();
    expect(await places.take(`${name}-a`, 2)).toBeUndefined();
  });

  it('gives no more to those who ask at once', async () => {
    const places = open();
    const all = await Promise.all(Array.from({ length: 50 }, () => places.take(`${name}-c`, 7)));
    expect(all.filter((taken) => taken !== undefined)).toHaveLength(7);
  });
});

describe('RedisPlaces', () => {
  it('counts what other processes hold', async () => {
    const [one, other] = [openShared(), openShared()];
    const held = await one.take('shared', 1);
    expect(await other.take('shared', 1)).toBeUndefined();
    held?.();
    await eventually(async () => expect(await other.take('shared', 1)).toBeDefined());
  });

  it('frees what a process held that is gone, and nothing of one that lives', async () => {
    const leaseMs = 2_000;
    const [gone, alive] = [openShared({ leaseMs }), openShared({ leaseMs })];
    await gone.take('left', 1);
    await alive.take('kept', 1);
    gone.close();
    const other = openShared();
    await eventually(async () => expect(await other.take('left', 1)).toBeDefined());
    // It would be free by now too, were it not renewed.
    expect(await other.take('kept', 1)).toBeUndefined();
  });

  it('frees what a dead process would hold for hours, its clock having been set back', async () => {
    await redis.attempt(
      (client) =>
        client.zAdd('voiceflow:places:{left-behind}', {
          score: Date.now() + 3_600_000,
          value: 'dead',
        }),
      () => 0,
    );
    const places = openShared();
    const held = await places.take('left-behind', 1);
    expect(held).toBeDefined();
    expect(await places.take('left-behind', 1)).toBeUndefined();
  });

  it('goes on by itself while Redis is gone, and tells it of all when it is back', async () => {
    const [one, other] = [openShared(), openShared()];
    await one.take('through', 2);
    await server.stop();
    await eventually(() =>
      redis.attempt(
        (client) => client.ping(),
        () => 'gone',
      ),
    );
    expect(await one.take('through', 2)).toBeDefined();
    expect(await one.take('through', 2)).toBeUndefined();
    await server.start();
    await eventually(() => expect(redis.isUp).toBe(true));
    await eventually(async () => expect(await other.take('through', 3)).toBeDefined());
    await eventually(async () => expect(await openShared().take('through', 3)).toBeUndefined());
  });
});
