import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { formatId } from '../src/platform/ids.ts';
import { call } from './call.ts';
import { Roles } from './roles.ts';
import { createTenant } from './support/factories.ts';
import { RedisServer } from './support/redis-server.ts';

let redis: RedisServer;
let roles: Roles;
/** Two API processes on one Redis and one database. */
let here: { url: string; key: string };
let there: { url: string; key: string };

beforeAll(async () => {
  redis = await RedisServer.start();
  roles = await Roles.prepare({ REDIS_URL: redis.url, LOG_LEVEL: 'fatal' });
  await roles.startApi();
  here = { url: roles.url, key: roles.key };
  await roles.startApi();
  there = { url: roles.url, key: roles.key };
});

afterAll(async () => {
  await roles?.stop();
  await redis?.stop();
});

/** In the shape of keys that came from an older store, which have no checksum. */
function unknownKey(): string {
  return `vf_live_${randomUUID()}`;
}

async function statusOf(api: { url: string; key: string }, key = api.key): Promise<number> {
  return (await call(api, '/v1/voices?limit=1', { key })).status;
}

/** How soon is for the test of the cache to say, whose clock stands still. */
async function refusedSoon(api: { url: string; key: string }, key: string): Promise<void> {
  await vi.waitFor(async () => expect(await statusOf(api, key)).toBe(401), { timeout: 20_000 });
}

/** While this runs, a process that asks the database about a key gets no answer. */
async function withoutKeysTable(work: () => Promise<void>): Promise<void> {
  const { schema } = roles.database.db;
  await schema.alterTable('api_keys').renameTo('api_keys_away').execute();
  await work();
  await schema.alterTable('api_keys_away').renameTo('api_keys').execute();
}

test('a key that one process has looked up, known or not, no other looks up again', async () => {
  const unknown = unknownKey();
  expect(await statusOf(here)).toBe(200);
  expect(await statusOf(here, unknown)).toBe(401);
  await withoutKeysTable(async () => {
    expect(await statusOf(there)).toBe(200);
    expect(await statusOf(there, unknown)).toBe(401);
    expect(await statusOf(there, unknownKey())).toBe(500);
  });
});

test('a revoked key stops working in every process', async () => {
  const { key } = await createTenant(roles.database.db);
  expect([await statusOf(here, key.key), await statusOf(there, key.key)]).toEqual([200, 200]);
  const path = `/v1/keys/${formatId('key', key.id)}`;
  const revoked = await call(here, path, { key: key.key, method: 'DELETE' });
  expect(revoked.status).toBe(204);
  expect(await statusOf(here, key.key)).toBe(401);
  await refusedSoon(there, key.key);
});

test('with Redis gone, keys are looked up in the database and revoked all the same', async () => {
  const { key } = await createTenant(roles.database.db);
  expect([await statusOf(here, key.key), await statusOf(there, key.key)]).toEqual([200, 200]);
  await redis.stop();
  expect([await statusOf(here, key.key), await statusOf(there, key.key)]).toEqual([200, 200]);
  const revoked = await call(here, `/v1/keys/${formatId('key', key.id)}`, {
    key: key.key,
    method: 'DELETE',
  });
  expect(revoked.status).toBe(204);
  expect(await statusOf(here, key.key)).toBe(401);
  await refusedSoon(there, key.key);
});
