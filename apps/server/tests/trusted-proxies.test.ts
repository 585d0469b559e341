import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountApp, password } from './account-app.ts';
import { createPerson, type Person } from './team-app.ts';

const proxy = '10.1.2.3';
const stranger = '203.0.113.66';
const caller = '198.51.100.7';

let server: AccountApp;
let owner: Person;

beforeAll(async () => {
  server = await AccountApp.open({ TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8:1::/48' });
  owner = await createPerson(server);
});
afterAll(() => server?.close());

/** Where a log-in came from, as the session keeps it. */
async function addressSeen(ip: string, forwardedFor: string, app = server): Promise<string> {
  const { email } = app === server ? owner : await createPerson(app);
  const headers = { 'x-forwarded-for': forwardedFor };
  const response = await app.post('/auth/login', { body: { email, password }, headers, ip });
  expect(response.statusCode, response.body).toBe(200);
  const accessToken = response.json().access_token;
  const { data } = (await app.get('/v1/me/sessions', { accessToken })).json();
  return data.find(({ current }: { current: boolean }) => current).ip_address;
}

describe('the address of who calls', () => {
  it.each([
    ['is what a trusted proxy names', proxy, caller, caller],
    ['is the last that is no proxy', proxy, `${stranger}, ${caller}, 10.9.9.9`, caller],
    ['is told by a proxy with an IPv6 address', '2001:db8:1::5', '2001:db8:2::9', '2001:db8:2::9'],
    ['is told by a proxy as a mapped one', `::ffff:${proxy}`, caller, caller],
    ['is that of the connection where a stranger names another', stranger, caller, stranger],
    ['is the proxy where it names what is no address', proxy, 'unknown', proxy],
    ['is the first proxy where nobody else is named', proxy, '10.7.7.7', '10.7.7.7'],
  ])('%s', async (_what, ip, forwardedFor, expected) => {
    expect(await addressSeen(ip, forwardedFor)).toBe(expected);
  });

  it('is that of the connection where no proxy is trusted', async () => {
    const alone = await AccountApp.open();
    expect(await addressSeen('127.0.0.1', caller, alone)).toBe('127.0.0.1');
    await alone.close();
  });
});

describe('behind a proxy', () => {
  it('a key is bound to the networks of its callers, and says from where it was used', async () => {
    const { accessToken } = owner;
    const made = await server.post('/v1/keys', {
      accessToken,
      body: { name: 'Bound', allowed_ips: [`${caller}/32`] },
    });
    const { key, id } = made.json();
    const use = (ip: string, forwardedFor: string) =>
      server.get('/v1/voices', {
        accessToken: key,
        headers: { 'x-forwarded-for': forwardedFor },
        ip,
      });
    expect((await use(proxy, caller)).statusCode).toBe(200);
    // Whoever sends the header themselves stands before what the proxy adds.
    const spoofed = await use(proxy, `${caller}, ${stranger}`);
    expect(spoofed.json()).toMatchObject({ code: 'ip_not_allowed' });
    expect(spoofed.json().detail).toContain(stranger);
    expect((await use(stranger, caller)).json()).toMatchObject({ code: 'ip_not_allowed' });
    const changed = await server.call('PATCH', `/v1/keys/${id}`, {
      accessToken,
      body: { name: 'Still bound' },
      headers: { 'x-forwarded-for': caller },
      ip: proxy,
    });
    expect(changed.statusCode).toBe(200);
    const events = await server.get('/v1/audit-log?event_type=api_key.updated', { accessToken });
    expect(events.json().data[0].actor.ip_address).toBe(caller);
  });

  it('guesses are counted for each caller, not for the proxy', async () => {
    const email = `${randomUUID()}@example.com`;
    const guess = (ip: string, forwardedFor: string) =>
      server.post('/auth/login', {
        body: { email, password: 'a wrong guess' },
        headers: { 'x-forwarded-for': forwardedFor },
        ip,
      });
    for (let attempt = 0; attempt < 10; attempt += 1) await guess(proxy, '192.0.2.10');
    expect((await guess(proxy, '192.0.2.10')).statusCode).toBe(429);
    expect((await guess(proxy, '192.0.2.11')).statusCode).toBe(401);
    // A made-up header does not make a stranger somebody else with each guess.
    for (let attempt = 0; attempt < 10; attempt += 1) await guess(stranger, `192.0.2.${attempt}`);
    expect((await guess(stranger, '192.0.2.99')).statusCode).toBe(429);
  });
});
