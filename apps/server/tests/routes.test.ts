import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { formatId } from '../src/platform/ids.ts';
import { call } from './call.ts';
import { checkRoute } from './check-route.ts';
import { Roles } from './roles.ts';
import { createTenant } from './support/factories.ts';

let roles: Roles;

beforeAll(async () => {
  roles = await Roles.prepare();
  await roles.startApi();
});

afterAll(() => roles?.stop());

const speech = { json: { text: 'Hi' }, scope: 'speech.create' } as const;

describe('every route behind a credential', () => {
  const rolesOf = () => roles;
  checkRoute(rolesOf, { method: 'POST', path: '/v1/generate', ...speech });
  checkRoute(rolesOf, { method: 'POST', path: '/v1/generate/stream', ...speech });
  checkRoute(rolesOf, { method: 'POST', path: '/v1/generate/with-timestamps', ...speech });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/audio/speech',
    json: { model: 'tts-1', voice: 'alloy', input: 'Hi' },
    scope: 'speech.create',
  });
  checkRoute(rolesOf, { method: 'GET', path: '/v1/models' });
  checkRoute(rolesOf, { method: 'GET', path: '/v1/me' });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/me/password',
    json: { current_password: 'correct horse battery', new_password: 'staple battery horse' },
  });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/me/email',
    json: { email: 'ada@example.com', password: 'correct horse battery' },
  });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/me/two-factor',
    json: { password: 'correct horse battery' },
  });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/me/two-factor/confirm',
    json: { code: '123456' },
  });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/me/two-factor/disable',
    json: { password: 'correct horse battery', code: '123456' },
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/me/sessions',
    malformed: ['limit=0', 'limit=101', 'cursor=sess_1', 'user=1'].map(
      (query) => `/v1/me/sessions?${query}`,
    ),
  });
  checkRoute(rolesOf, { method: 'DELETE', path: '/v1/me/sessions' });
  checkRoute(rolesOf, {
    method: 'DELETE',
    path: '/v1/me/sessions/sess_01jd3x5qf8e5v9b1m2n3p4q5r6',
    malformed: ['/v1/me/sessions/1', '/v1/me/sessions/key_01jd3x5qf8e5v9b1m2n3p4q5r6'],
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/voices',
    scope: 'voices.read',
    malformed: [
      '/v1/voices?limit=0',
      '/v1/voices?limit=x',
      '/v1/voices?cursor=../..',
      '/v1/voices?gender=robot',
      '/v1/voices?nothing=1',
    ],
  });
  const voiceIds = [
    '/v1/voices/AF_HEART',
    '/v1/voices/%00',
    '/v1/voices/af_nobody',
    '/v1/voices/%zz',
  ];
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/voices/af_heart',
    scope: 'voices.read',
    malformed: voiceIds,
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/voices/af_heart/preview',
    scope: 'voices.read',
    malformed: voiceIds.map((path) => `${path}/preview`),
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/keys',
    scope: 'keys.read',
    malformed: ['/v1/keys?cursor=key_1', '/v1/keys?limit=101'],
  });
  checkRoute(rolesOf, {
    method: 'POST',
    path: '/v1/keys',
    json: { name: 'Production' },
    scope: 'keys.write',
  });
  checkRoute(rolesOf, {
    method: 'DELETE',
    path: '/v1/keys/key_01jd3x5qf8e5v9b1m2n3p4q5r6',
    scope: 'keys.write',
    malformed: ['/v1/keys/1', '/v1/keys/team_01jd3x5qf8e5v9b1m2n3p4q5r6'],
    foreign: async ({ database }) => {
      const other = await createTenant(database.db);
      return `/v1/keys/${formatId('key', other.key.id)}`;
    },
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/audit-log',
    scope: 'audit.read',
    malformed: [
      'actor=somebody',
      'actor=team_01jd3x5qf8e5v9b1m2n3p4q5r6',
      'event_type=*',
      'event_type=created',
      'resource_type=Key',
      'resource_id=%00',
      'from=yesterday',
      'to=2026-02-30T00:00:00Z',
      'success=1',
      'limit=101',
      'cursor=0',
      'cursor=key_1',
      'team_id=1',
    ].map((query) => `/v1/audit-log?${query}`),
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/audit-log/verify',
    scope: 'audit.read',
    malformed: ['sequence=1', 'sequence=0&hash=1', `hash=${'a'.repeat(64)}`].map(
      (query) => `/v1/audit-log/verify?${query}`,
    ),
  });
  checkRoute(rolesOf, {
    method: 'GET',
    path: '/v1/audit-log/export?format=jsonl',
    scope: 'audit.read',
    malformed: [
      '/v1/audit-log/export',
      '/v1/audit-log/export?format=xml',
      '/v1/audit-log/export?format=csv&limit=1',
    ],
  });
});

test('every described operation behind a credential is among those checked', async () => {
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
        .map(([method]) => `${method} ${path}`),
    );
  expect(operations.sort()).toEqual([
    'delete /v1/keys/{id}',
    'delete /v1/me/sessions',
    'delete /v1/me/sessions/{id}',
    'get /v1/audit-log',
    'get /v1/audit-log/export',
    'get /v1/audit-log/verify',
    'get /v1/keys',
    'get /v1/me',
    'get /v1/me/sessions',
    'get /v1/models',
    'get /v1/voices',
    'get /v1/voices/{id}',
    'get /v1/voices/{id}/preview',
    'post /v1/audio/speech',
    'post /v1/generate',
    'post /v1/generate/stream',
    'post /v1/generate/with-timestamps',
    'post /v1/keys',
    'post /v1/me/email',
    'post /v1/me/password',
    'post /v1/me/two-factor',
    'post /v1/me/two-factor/confirm',
    'post /v1/me/two-factor/disable',
  ]);
});

test('a key is made, shown once, listed and revoked', async () => {
  const created = await call(roles, '/v1/keys', { json: { name: 'CI', scopes: ['voices.read'] } });
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
