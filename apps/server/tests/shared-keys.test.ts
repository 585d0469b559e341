import { hash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issueKey } from '../src/domains/keys/index.ts';
import { changePlan } from '../src/domains/teams/index.ts';
import { systemClock } from '../src/platform/clock.ts';
import { formatId } from '../src/platform/ids.ts';
import { silentLog } from '../src/platform/log.ts';
import { Redis } from '../src/platform/redis/index.ts';
import { RedisCache, type SharedCache } from '../src/platform/shared-cache/index.ts';
import { type Call, call } from './call.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant, createTestContext } from './support/factories.ts';
import { RedisServer } from './support/redis-server.ts';

interface Api {
  readonly url: string;
  readonly key: string;
}

let roles: Roles;
/** Two API processes on one database. */
let here: Api;
let there: Api;

async function startApis(settings: Record<string, string>): Promise<void> {
  roles = await Roles.prepare({ RATE_LIMIT_PRO_PER_MINUTE: '77', LOG_LEVEL: 'fatal', ...settings });
  await roles.startApi();
  here = { url: roles.url, key: roles.key };
  await roles.startApi();
  there = { url: roles.url, key: roles.key };
}

/** In the shape of keys that came from an older store, which have no checksum. */
function unknownKey(): string {
  return `vf_live_${randomUUID()}`;
}

async function statusOf(api: Api, key = api.key): Promise<number> {
  return (await call(api, '/v1/voices?limit=1', { key })).status;
}

/** How soon is for the test of the cache to say, whose clock stands still. */
async function answersSoon(api: Api, key: string, status: number): Promise<void> {
  await eventually(async () => expect(await statusOf(api, key)).toBe(status));
}

/** A key that both processes know already. */
async function knownKey() {
  const tenant = await createTenant(roles.database.db);
  const { id, key } = tenant.key;
  expect([await statusOf(here, key), await statusOf(there, key)]).toEqual([200, 200]);
  return { tenant, key, path: `/v1/keys/${formatId('key', id)}` };
}

/** While this runs, a process that asks the database about a key gets no answer. */
async function withoutKeysTable(work: () => Promise<void>): Promise<void> {
  const { schema } = roles.database.db;
  await schema.alterTable('api_keys').renameTo('api_keys_away').execute();
  await work();
  await schema.alterTable('api_keys_away').renameTo('api_keys').execute();
}

function changesReachEveryProcess(cacheOf: () => SharedCache | undefined): void {
  const changes: { what: string; request: Call; status: number }[] = [
    { what: 'a revoked key', request: { method: 'DELETE' }, status: 401 },
    {
      what: 'a key whose scopes were narrowed',
      request: { method: 'PATCH', json: { scopes: ['usage'] } },
      status: 403,
    },
    {
      what: 'a key that may no longer come from here',
      request: { method: 'PATCH', json: { allowed_ips: ['192.0.2.0/24'] } },
      status: 403,
    },
  ];

  test.each(changes)('$what stops working in every process', async ({ request, status }) => {
    const { key, path } = await knownKey();
    const changed = await call(here, path, { key, ...request });
    expect(changed.ok, await changed.text()).toBe(true);
    await answersSoon(here, key, status);
    await answersSoon(there, key, status);
  });

  test('after a rotation both secrets work in every process, and then the new one alone', async () => {
    const { key, path } = await knownKey();
    const rotated = await call(here, `${path}/rotate`, { key, json: { overlap_hours: 168 } });
    const { key: fresh } = z.object({ key: z.string() }).parse(await rotated.json());
    for (const api of [here, there]) {
      await answersSoon(api, fresh, 200);
      await answersSoon(api, key, 200);
    }
    await call(there, `${path}/previous-secret`, { key: fresh, method: 'DELETE' });
    for (const api of [here, there]) await answersSoon(api, key, 401);
    expect([await statusOf(here, fresh), await statusOf(there, fresh)]).toEqual([200, 200]);
  });

  test('the client tokens of a revoked key stop working in every process', async () => {
    const { key, path } = await knownKey();
    const origin = 'https://app.example.com';
    const made = await call(here, '/v1/client-tokens', { key, json: { origin } });
    const { token } = z.object({ token: z.string() }).parse(await made.json());
    const statusFromPage = async (api: Api) =>
      (await call(api, '/v1/voices?limit=1', { key: token, headers: { origin } })).status;
    expect([await statusFromPage(here), await statusFromPage(there)]).toEqual([200, 200]);
    expect((await call(here, path, { key, method: 'DELETE' })).status).toBe(204);
    for (const api of [here, there]) {
      await eventually(async () => expect(await statusFromPage(api)).toBe(401));
    }
  });

  test('a key that a job revokes stops working in every process', async () => {
    const { db } = roles.database;
    const [host, guest] = [await createTenant(db), await createTenant(db)];
    await db
      .insertInto('team_members')
      .values({ team_id: host.teamId, user_id: guest.userId, role: 'developer' })
      .execute();
    const { key } = await issueKey({
      ctx: createTestContext(db),
      input: { teamId: host.teamId, createdBy: guest.userId, name: 'Guest', mode: 'live' },
    });
    expect([await statusOf(here, key), await statusOf(there, key)]).toEqual([200, 200]);
    const past = new Date(Date.now() - 60_000);
    await db
      .updateTable('users')
      .set({ deletion_requested_at: past, deletion_due_at: past })
      .where('id', '=', guest.userId)
      .execute();
    const jobs = roles.startJobs();
    await eventually(async () => {
      const query = db.selectFrom('users').select('id').where('id', '=', guest.userId);
      expect(await query.executeTakeFirst()).toBeUndefined();
    });
    for (const api of [here, there]) await answersSoon(api, key, 401);
    await roles.kill(jobs);
    expect([await statusOf(here), await statusOf(there)]).toEqual([200, 200]);
  });

  test("a team's new plan limits its keys in every process", async () => {
    const { tenant, key } = await knownKey();
    const cache = cacheOf();
    const ctx = { ...createTestContext(roles.database.db), ...(cache ? { cache } : {}) };
    await changePlan({ ctx, input: { teamId: tenant.teamId, plan: 'pro' } });
    for (const api of [here, there]) {
      await eventually(async () => {
        const { headers } = await call(api, '/v1/voices?limit=1', { key });
        expect(headers.get('ratelimit-limit')).toBe('77');
      });
    }
  });
}

describe('two API processes on one Redis', () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await RedisServer.start();
    redis = await Redis.open({ url: server.url, log: silentLog });
    await startApis({ REDIS_URL: server.url });
  });

  afterAll(async () => {
    await roles?.stop();
    redis?.close();
    await server?.stop();
  });

  test('a key that one process has looked up, known or not, no other looks up again', async () => {
    const unknown = unknownKey();
    expect(await statusOf(here)).toBe(200);
    expect(await statusOf(here, unknown)).toBe(401);
    await withoutKeysTable(async () => {
      await answersSoon(there, there.key, 200);
      await answersSoon(there, unknown, 401);
      expect(await statusOf(there, unknownKey())).toBe(500);
    });
  });

  test('keys are kept for five minutes, and that there is none for one', async () => {
    const { key } = await knownKey();
    const unknown = unknownKey();
    expect(await statusOf(here, unknown)).toBe(401);
    const client = await server.connect();
    const kept = async (secret: string) => {
      const [name = ''] = await client.keys(`*${hash('sha256', secret, 'hex')}*`);
      return client.pTTL(name);
    };
    const [known, none] = [await kept(key), await kept(unknown)];
    client.destroy();
    expect(known).toBeGreaterThan(60_000);
    expect(known).toBeLessThanOrEqual(300_000);
    expect(none).toBeGreaterThan(0);
    expect(none).toBeLessThanOrEqual(60_000);
  });

  changesReachEveryProcess(() => new RedisCache({ redis, clock: systemClock }));

  test('the keys of who is removed from a team stop working in every process', async () => {
    const { db } = roles.database;
    const [tenant, guest] = [await createTenant(db), await createTenant(db)];
    const membership = { teamId: tenant.teamId, userId: guest.userId };
    await db
      .insertInto('team_members')
      .values({ team_id: membership.teamId, user_id: membership.userId, role: 'developer' })
      .execute();
    const made = await issueKey({
      ctx: createTestContext(db),
      input: { teamId: tenant.teamId, createdBy: guest.userId, name: 'Guest', mode: 'live' },
    });
    expect([await statusOf(here, made.key), await statusOf(there, made.key)]).toEqual([200, 200]);
    const path = `/v1/teams/${formatId('team', tenant.teamId)}/members/${formatId('user', guest.userId)}`;
    const removed = await call(here, path, { key: tenant.key.key, method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect(await statusOf(here, made.key)).toBe(401);
    await answersSoon(there, made.key, 401);
  });

  test('with Redis gone, keys are looked up in the database and revoked all the same', async () => {
    const { key, path } = await knownKey();
    await server.stop();
    expect([await statusOf(here, key), await statusOf(there, key)]).toEqual([200, 200]);
    const revoked = await call(here, path, { key, method: 'DELETE' });
    expect(revoked.status).toBe(204);
    expect(await statusOf(here, key)).toBe(401);
    await answersSoon(there, key, 401);
  });
});

describe('two API processes on one PostgreSQL alone', () => {
  beforeAll(() => startApis({}));
  afterAll(() => roles?.stop());

  changesReachEveryProcess(() => undefined);
});
