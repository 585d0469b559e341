import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { AccountApp } from './account-app.ts';
import { auditedCalls } from './audited-calls/index.ts';
import { DnsServer } from './support/dns-server.ts';
import { TestSynthesis } from './support/test-synthesis.ts';

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
  'POST /v1/auth/device': 'a device asks; what lets it in or not is an event',
  'POST /v1/auth/passkey/options': 'asks; what the answer opens is an event',
  'POST /v1/me/confirm/options': 'asks; what the answer opens is an event',
  'POST /v1/me/passkeys/options': 'asks; what the answer adds is an event',
  'POST /v1/auth/refresh': 'goes on with a session whose log-in is an event; reuse is one too',
  'POST /v1/auth/sso': 'begins a log-in, whose end is an event',
  'POST /v1/auth/sso/:team/acs': 'hands on to where the log-in ends, which is an event',
  'POST /v1/auth/oauth/:provider': 'begins a log-in, whose end is an event',
  'POST /v1/me/connections': 'begins a log-in at a provider, whose end is an event',
};

const dns = await DnsServer.start();
const server = await AccountApp.open({ DNS_SERVERS: dns.address }, async (db) => {
  const synthesis = await TestSynthesis.open(db);
  afterAll(() => synthesis.close());
  return synthesis.services;
});
afterAll(async () => {
  await server.close();
  dns.close();
});
const { db } = server.database;

const audited = auditedCalls(server, dns);

test('every route that changes state is among those called here or exempt', () => {
  const routes = server.app.routeNames().filter((name) => methodOf(name) !== undefined);
  expect([...Object.keys(audited), ...Object.keys(exempt)].sort()).toEqual(routes.sort());
});

describe('an audit event is written by', () => {
  test.each(Object.entries(audited))('%s', async (name, prepare) => {
    const { path = name.split(' ')[1], body, credential, cookie } = await prepare();
    const requestId = `req_${randomUUID()}`;
    const response = await server.app.inject({
      method: methodOf(name),
      url: path,
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      headers: {
        'x-request-id': requestId,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
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
