import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { call } from './call.ts';
import { checkRoute } from './check-route.ts';
import { Roles } from './roles.ts';
import { checkedRoutes } from './route-checks/index.ts';
import { TeamCallers } from './team-callers.ts';

let roles: Roles;
let callers: TeamCallers;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startApi();
  callers = await TeamCallers.join(roles);
});

afterAll(() => roles?.stop());

describe('every route behind a credential', () => {
  for (const route of checkedRoutes) checkRoute(() => ({ roles, callers }), route);
});

test('every described operation behind a credential is among those checked, and no other', async () => {
  const documentSchema = z.object({
    paths: z.record(
      z.string(),
      z.record(z.string(), z.object({ security: z.array(z.unknown()).optional() })),
    ),
  });
  const { paths } = documentSchema.parse(
    await (await call(roles, '/openapi.json', { key: null })).json(),
  );
  const operations = Object.entries(paths)
    .filter(([path]) => path.startsWith('/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length !== 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
  // A path that is spelled out belongs to itself before it belongs to a pattern.
  const patterns = operations
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .map((operation) => ({
      operation,
      pattern: new RegExp(`^${operation.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    }));
  const checked = checkedRoutes.map(({ method, path }) => {
    const call = `${method} ${path.split('?')[0]}`;
    return patterns.find(({ pattern }) => pattern.test(call))?.operation ?? `unknown: ${call}`;
  });
  expect(checked.sort()).toEqual(operations.sort());
});

test('a key is made, shown once, listed and revoked', async () => {
  const created = await call(roles, '/v1/keys', { json: { name: 'CI', scopes: ['voices'] } });
  expect(created.status).toBe(201);
  const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(await created.json());
  expect((await call(roles, '/v1/voices', { key })).status).toBe(200);
  expect(JSON.stringify(await (await call(roles, '/v1/keys')).json())).not.toContain(key);
  expect((await call(roles, `/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(roles, `/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(204);
});

test('what was done is in the audit log, can be verified and exported', async () => {
  await call(roles, '/v1/keys', { json: { name: 'Audited' } });
  const eventsSchema = z.object({ data: z.array(z.record(z.string(), z.unknown())) });
  const page = await call(roles, '/v1/audit-log?event_type=api_key.created&limit=1');
  const { data } = eventsSchema.parse(await page.json());
  expect(data).toMatchObject([
    {
      event_type: 'api_key.created',
      actor: { user_id: null, ip_address: '127.0.0.1', user_agent: 'node' },
      resource: { type: 'api_key' },
      details: { name: 'Audited' },
      success: true,
    },
  ]);
  const verified = await (await call(roles, '/v1/audit-log/verify')).json();
  expect(verified).toMatchObject({ valid: true, first_broken: null });
  const { head } = z.object({ head: z.record(z.string(), z.unknown()) }).parse(verified);
  const noted = `sequence=${head.sequence}&hash=${head.hash}`;
  const again = await (await call(roles, `/v1/audit-log/verify?${noted}`)).json();
  expect(again).toMatchObject({ valid: true });
  const csv = await call(roles, '/v1/audit-log/export?format=csv&event_type=api_key.created');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toMatch(
    /^attachment; filename="audit-log-\d{4}-\d\d-\d\d\.csv"$/,
  );
  expect((await csv.text()).split('\r\n')[0]).toMatch(/^timestamp,event_type,user_id,/);
  const exports = await call(roles, '/v1/audit-log?event_type=audit_log.*&limit=1');
  expect(eventsSchema.parse(await exports.json()).data).toMatchObject([
    { details: { format: 'csv', event_type: 'api_key.created' } },
  ]);
});

describe('the person at this machine', () => {
  const page = (headers: Record<string, string> = {}) => call(roles, '/', { key: null, headers });

  async function session(): Promise<string> {
    return (await page()).headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  test('needs no key in the browser', async () => {
    const cookie = await session();
    expect(cookie).toMatch(/^voiceflow_session=./);
    const ask = (headers: Record<string, string>) =>
      call(roles, '/v1/voices?limit=1', { key: null, headers: { cookie, ...headers } });
    expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(401);
    expect((await ask({ origin: 'https://evil.example' })).status).toBe(401);
    expect((await ask({})).status).toBe(401);
    const me = await call(roles, '/v1/me', {
      key: null,
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
    expect(await me.json()).toMatchObject({ local_operator: true, two_factor: false });
  });

  test.each([
    [{ 'x-forwarded-for': '203.0.113.9' }],
    [{ forwarded: 'for=203.0.113.9' }],
    [{ via: '1.1 proxy' }],
  ])('is not whoever comes through a proxy (%o)', async (headers) => {
    expect((await page(headers)).headers.get('set-cookie')).toBeNull();
  });

  test('the page may load nothing from elsewhere and be framed by nobody', async () => {
    const policy = (await page()).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});

test('a browser that goes astray gets a page, a program a problem document', async () => {
  const browser = { accept: 'text/html,*/*;q=0.8' };
  const astray = (headers: Record<string, string>, path = '/nothing-here') =>
    call(roles, path, { key: null, headers });
  const page = await astray(browser);
  expect(page.status).toBe(404);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect((await astray({})).headers.get('content-type')).toBe('application/problem+json');
  const api = await astray(browser, '/v1/nothing-here');
  expect(api.headers.get('content-type')).toBe('application/problem+json');
});

test('the reference page and the document are served, from here alone', async () => {
  const html = await (await call(roles, '/docs/api', { key: null })).text();
  expect(html).not.toMatch(/https?:\/\//);
  const script = await call(roles, '/docs/api/redoc.js', { key: null });
  expect(script.headers.get('content-type')).toMatch(/javascript/);
  expect((await script.text()).length).toBeGreaterThan(500_000);
});

test.each(['PATCH', 'QUERY', 'OPTIONS'])('%s is 405 where a path lacks it', async (method) => {
  const response = await call(roles, '/v1/voices/af_heart', { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toMatch(/GET/);
});
