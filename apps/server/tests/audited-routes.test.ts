import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import { afterAll, describe, expect, test } from 'vitest';
import { formatId } from '../src/platform/ids.ts';
import { AccountApp, password } from './account-app.ts';
import { createTenant } from './support/factories.ts';

const changing = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;

function methodOf(name: string): (typeof changing)[number] | undefined {
  return changing.find((method) => name.startsWith(`${method} `));
}

/** Routes that leave no audit event, and why. A route that changes state does not belong here. */
const exempt: Readonly<Record<string, string>> = {
  'POST /v1/generate': 'metered by usage_events',
  'POST /v1/generate/stream': 'metered by usage_events',
  'POST /v1/generate/with-timestamps': 'metered by usage_events',
  'POST /v1/audio/speech': 'metered by usage_events',
  'POST /v1/auth/refresh': 'goes on with a session whose log-in is an event; reuse is one too',
};

interface ChangingCall {
  /** Where the path differs from the route's. */
  readonly path?: string;
  readonly body?: unknown;
  readonly credential?: string;
}

const server = await AccountApp.open();
afterAll(() => server.close());
const { db } = server.database;

/** A call of each route that changes something, as `METHOD /path` names it. */
const audited: Readonly<Record<string, () => Promise<ChangingCall>>> = {
  async 'POST /v1/keys'() {
    const tenant = await createTenant(db);
    return { credential: tenant.key.key, body: { name: 'Production' } };
  },
  async 'DELETE /v1/keys/:id'() {
    const tenant = await createTenant(db);
    const path = `/v1/keys/${formatId('key', tenant.key.id)}`;
    return { credential: tenant.key.key, path };
  },
  async 'POST /v1/auth/register'() {
    return { body: { email: `${randomUUID()}@example.com`, password, name: 'Ada' } };
  },
  async 'POST /v1/auth/verify-email'() {
    const email = `${randomUUID()}@example.com`;
    await server.post('/auth/register', { body: { email, password, name: 'Ada' } });
    const [mail] = await server.mailsTo(email);
    return { body: { token: mail?.token } };
  },
  async 'POST /v1/auth/login'() {
    const { email } = await server.createAccount();
    return { body: { email, password } };
  },
  async 'POST /v1/auth/logout'() {
    const { email } = await server.createAccount();
    const { refresh_token } = await server.logIn(email);
    return { body: { refresh_token } };
  },
  async 'POST /v1/auth/forgot-password'() {
    const { email } = await server.createAccount();
    return { body: { email } };
  },
  async 'POST /v1/auth/reset-password'() {
    const { email } = await server.createAccount();
    await server.post('/auth/forgot-password', { body: { email } });
    const [mail] = await server.mailsTo(email);
    return { body: { token: mail?.token, password: 'another long password' } };
  },
  async 'POST /v1/me/password'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    const body = { current_password: password, new_password: 'another long password' };
    return { credential, body };
  },
  async 'POST /v1/me/email'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    return { credential, body: { email: `${randomUUID()}@example.com`, password } };
  },
  async 'POST /v1/auth/confirm-email'() {
    const { email } = await server.createAccount();
    const { access_token: accessToken } = await server.logIn(email);
    const next = `${randomUUID()}@example.com`;
    await server.post('/v1/me/email', { accessToken, body: { email: next, password } });
    const [mail] = await server.mailsTo(next);
    return { body: { token: mail?.token } };
  },
  async 'POST /v1/me/two-factor'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    return { credential, body: { password } };
  },
  async 'POST /v1/me/two-factor/confirm'() {
    const { credential, totp } = await proposeTwoFactor();
    return { credential, body: { code: totp.generate({ timestamp: now() }) } };
  },
  async 'POST /v1/me/two-factor/disable'() {
    const { credential, totp } = await proposeTwoFactor();
    const confirmed = await server.post('/v1/me/two-factor/confirm', {
      accessToken: credential,
      body: { code: totp.generate({ timestamp: now() }) },
    });
    return { credential, body: { password, code: confirmed.json().recovery_codes[0] } };
  },
  async 'DELETE /v1/me/sessions'() {
    const { email } = await server.createAccount();
    await server.logIn(email);
    return { credential: (await server.logIn(email)).access_token };
  },
  async 'DELETE /v1/me/sessions/:id'() {
    const { email } = await server.createAccount();
    const { access_token: credential } = await server.logIn(email);
    const listed = await server.get('/v1/me/sessions', { accessToken: credential });
    return { credential, path: `/v1/me/sessions/${listed.json().data[0].id}` };
  },
};

function now(): number {
  return server.clock.now().getTime();
}

async function proposeTwoFactor() {
  const { email } = await server.createAccount();
  const { access_token: credential } = await server.logIn(email);
  const call = { accessToken: credential, body: { password } };
  const { secret } = (await server.post('/v1/me/two-factor', call)).json();
  return { credential, totp: new TOTP({ secret }) };
}

test('every route that changes state is among those called here or exempt', () => {
  const routes = server.app.routeNames().filter((name) => methodOf(name) !== undefined);
  expect([...Object.keys(audited), ...Object.keys(exempt)].sort()).toEqual(routes.sort());
});

describe('an audit event is written by', () => {
  test.each(Object.entries(audited))('%s', async (name, prepare) => {
    const { path = name.split(' ')[1], body, credential } = await prepare();
    const requestId = `req_${randomUUID()}`;
    const response = await server.app.inject({
      method: methodOf(name),
      url: path,
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      headers: {
        'x-request-id': requestId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
      },
    });
    expect(response.statusCode, response.body).toBeLessThan(300);
    const events = await db
      .selectFrom('audit_log')
      .select('event_type')
      .where('request_id', '=', requestId)
      .execute();
    expect(events).not.toEqual([]);
  });
});
