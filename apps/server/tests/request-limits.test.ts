import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { issueKey } from '../src/domains/keys/index.ts';
import { call } from './call.ts';
import { Roles } from './roles.ts';
import { createTenant, createTestContext, type Tenant } from './support/factories.ts';
import { RedisServer } from './support/redis-server.ts';

let redis: RedisServer;
let roles: Roles;
/** Two API processes on one Redis and one database. */
let apis: { url: string; key: string }[];

beforeAll(async () => {
  redis = await RedisServer.start();
  roles = await Roles.prepare({
    REDIS_URL: redis.url,
    RATE_LIMIT_FREE_PER_MINUTE: '10',
    RATE_LIMIT_FAILURES_PER_MINUTE: '10',
    LOG_LEVEL: 'error',
  });
  apis = [];
  for (let i = 0; i < 2; i += 1) {
    await roles.startApi();
    apis.push({ url: roles.url, key: roles.key });
  }
});

afterAll(async () => {
  await roles?.stop();
  await redis?.stop();
});

/** In the shape of keys that came from an older store, which have no checksum. */
function unknownKey(): string {
  return `vf_live_${randomUUID()}`;
}

async function freshKey(): Promise<string> {
  return (await createTenant(roles.database.db)).key.key;
}

/** One more key of a team, with a rate of its own. */
async function keyWithRate(tenant: Tenant, requestsPerMinute: number): Promise<string> {
  const json = { name: 'Rated', requests_per_minute: requestsPerMinute };
  const created = await call(roles, '/v1/keys', { key: tenant.key.key, json });
  return z.object({ key: z.string() }).parse(await created.json()).key;
}

async function anotherKey({ teamId, userId }: Tenant): Promise<string> {
  const ctx = createTestContext(roles.database.db);
  const input = { teamId, createdBy: userId, name: 'Another', mode: 'live' } as const;
  return (await issueKey({ ctx, input })).key;
}

/** As many requests at once, to both processes in turn. */
function callMany(count: number, key: string): Promise<Response[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => {
      const api = apis[index % apis.length] ?? roles;
      return call(api, '/v1/voices?limit=1', { key });
    }),
  );
}

function statusesOf(responses: readonly Response[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe('requests of one key', () => {
  test('are let in up to the limit, whichever process they reach', async () => {
    const responses = await callMany(50, await freshKey());
    expect(statusesOf(responses)).toEqual({ 200: 10, 429: 40 });
    const remaining = responses
      .filter(({ status }) => status === 200)
      .map(({ headers }) => Number(headers.get('ratelimit-remaining')));
    expect(remaining.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const response of responses) {
      expect(response.headers.get('ratelimit-limit')).toBe('10');
      const reset = Number(response.headers.get('ratelimit-reset'));
      expect(reset).toBeGreaterThan(0);
      expect(reset).toBeLessThanOrEqual(60);
      if (response.status === 200) continue;
      expect(response.headers.get('ratelimit-remaining')).toBe('0');
      expect(response.headers.get('retry-after')).toBe(String(reset));
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({
        status: 429,
        code: 'rate_limit_exceeded',
        detail: `More than 10 requests in a minute; try again in ${reset} s.`,
      });
    }
  });

  test("do not count against another team's", async () => {
    await callMany(11, await freshKey());
    expect(statusesOf(await callMany(10, await freshKey()))).toEqual({ 200: 10 });
  });

  test('carry the limits on errors too', async () => {
    const response = await call(roles, '/v1/voices/af_nobody', { key: await freshKey() });
    expect(response.status).toBe(404);
    expect(response.headers.get('ratelimit-remaining')).toBe('9');
  });
});

describe('requests of one team', () => {
  test("are let in up to five keys' worth, whichever key and process they reach", async () => {
    const tenant = await createTenant(roles.database.db);
    const keys = await Promise.all(Array.from({ length: 6 }, () => anotherKey(tenant)));
    const responses = (await Promise.all(keys.map((key) => callMany(10, key)))).flat();
    expect(statusesOf(responses)).toEqual({ 200: 50, 429: 10 });
    const refused = responses.find(({ status }) => status === 429);
    expect(await refused?.json()).toMatchObject({ code: 'rate_limit_exceeded' });
    expect(statusesOf(await callMany(1, await anotherKey(tenant)))).toEqual({ 429: 1 });
    expect(statusesOf(await callMany(1, await freshKey()))).toEqual({ 200: 1 });
  });
});

describe('a key with a rate of its own', () => {
  test('is held to it, whatever its plan leaves, and its sister is not', async () => {
    const tenant = await createTenant(roles.database.db);
    const slow = await keyWithRate(tenant, 3);
    const responses = await callMany(20, slow);
    expect(statusesOf(responses)).toEqual({ 200: 3, 429: 17 });
    for (const { headers } of responses) expect(headers.get('ratelimit-limit')).toBe('3');
    const sister = await anotherKey(tenant);
    expect(statusesOf(await callMany(10, sister))).toEqual({ 200: 10 });
  });

  test('is not let in more often than its plan allows', async () => {
    const tenant = await createTenant(roles.database.db);
    const fast = await keyWithRate(tenant, 1000);
    expect(statusesOf(await callMany(20, fast))).toEqual({ 200: 10, 429: 10 });
  });
});

describe('requests without a valid key', () => {
  test('are limited by address, and shut nobody out who has one', async () => {
    const responses = await callMany(30, unknownKey());
    expect(statusesOf(responses)).toEqual({ 401: 10, 429: 20 });
    const refused = await call(roles, '/v1/voices', { key: null });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(statusesOf(await callMany(10, await freshKey()))).toEqual({ 200: 10 });
  });
});

test('tokens that lead nowhere count as bad credentials do, and shut out nobody who has a good one', async () => {
  const refresh = () =>
    call(roles, '/auth/refresh', { key: null, json: { refresh_token: randomUUID() } });
  const preview = () =>
    call(roles, '/v1/invitations/preview', {
      key: null,
      headers: { 'x-voiceflow-invitation': randomUUID() },
    });
  const responses = await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? refresh() : preview())),
  );
  const told = statusesOf(responses);
  expect(told[429]).toBeGreaterThanOrEqual(10);
  expect((told[429] ?? 0) + (told[400] ?? 0) + (told[401] ?? 0)).toBe(20);
  expect((await call(roles, '/v1/auth/providers', { key: null })).status).toBe(200);
  expect(statusesOf(await callMany(10, await freshKey()))).toEqual({ 200: 10 });
});

test('reports of leaked keys are taken thirty times a minute from one address', async () => {
  const json = { reports: [{ key: 'vf_live_nobody' }] };
  const responses = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      call(apis[index % apis.length] ?? roles, '/v1/keys/report-leak', { key: null, json }),
    ),
  );
  expect(statusesOf(responses)).toEqual({ 202: 30, 429: 10 });
  const refused = responses.find(({ status }) => status === 429);
  expect(await refused?.json()).toMatchObject({ code: 'rate_limit_exceeded' });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(statusesOf(await callMany(10, await freshKey()))).toEqual({ 200: 10 });
});

test('what needs no key is not limited', async () => {
  const response = await call(roles, '/health/live', { key: null });
  expect(response.status).toBe(200);
  expect(response.headers.get('ratelimit-limit')).toBeNull();
});

test('with Redis gone requests go on, limited in each process', async () => {
  await redis.stop();
  const responses = await callMany(30, await freshKey());
  expect(statusesOf(responses)).toEqual({ 200: 20, 429: 10 });
});
