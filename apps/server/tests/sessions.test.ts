import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountApp, password, randomIp, type Tokens } from './account-app.ts';
import { logInOperator } from './operator.ts';

let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open();
});
afterAll(() => accounts?.close());

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
const day = 24 * 60 * 60_000;

async function logIn(email: string, userAgent = 'curl/8.5.0', ip = randomIp()): Promise<Tokens> {
  const headers = { 'user-agent': userAgent };
  return (await accounts.post('/auth/login', { body: { email, password }, headers, ip })).json();
}

async function list(tokens: Tokens, query = '') {
  const accessToken = tokens.access_token;
  const response = await accounts.get(`/v1/me/sessions${query}`, { accessToken });
  expect(response.statusCode, response.body).toBe(200);
  return response.json();
}

async function confirm({ access_token: accessToken }: Tokens): Promise<void> {
  const confirmed = await accounts.post('/v1/me/confirm', { accessToken, body: { password } });
  expect(confirmed.statusCode, confirmed.body).toBe(204);
}

const isOpen = async (tokens: Tokens) =>
  (await accounts.get('/v1/me', { accessToken: tokens.access_token })).statusCode === 200;

describe('the list of sessions', () => {
  it('tells where the account is logged in, and which of them asks', async () => {
    const { email } = await accounts.createAccount();
    const createdAt = accounts.clock.now();
    await logIn(email, firefox, '192.0.2.7');
    const here = await logIn(email);
    const { data, next_cursor } = await list(here);
    expect(next_cursor).toBeNull();
    expect(data).toEqual([
      expect.objectContaining({ current: true, browser: null, os: null, user_agent: 'curl/8.5.0' }),
      {
        id: expect.stringMatching(/^sess_/),
        current: false,
        name: null,
        browser: 'Firefox 128',
        os: 'Linux',
        user_agent: firefox,
        ip_address: '192.0.2.7',
        created_at: createdAt.toISOString(),
        last_used_at: createdAt.toISOString(),
        expires_at: new Date(createdAt.getTime() + 90 * day).toISOString(),
      },
    ]);
  });

  it('moves on with each refresh', async () => {
    const { email } = await accounts.createAccount();
    const first = await logIn(email);
    accounts.clock.advance(60_000);
    const body = { refresh_token: first.refresh_token };
    const next: Tokens = (await accounts.post('/auth/refresh', { body })).json();
    const { data } = await list(next);
    expect(data).toMatchObject([{ last_used_at: accounts.clock.now().toISOString() }]);
  });

  it('leaves out what was ended, is over, or was idle for thirty days', async () => {
    const { email } = await accounts.createAccount();
    const ended = await logIn(email);
    await accounts.post('/auth/logout', { body: { refresh_token: ended.refresh_token } });
    await logIn(email);
    accounts.clock.advance(30 * day);
    const { data } = await list(await logIn(email));
    expect(data).toMatchObject([{ current: true }]);
  });

  it('comes in pages', async () => {
    const { email } = await accounts.createAccount();
    for (let i = 0; i < 4; i += 1) await logIn(email);
    const here = await logIn(email);
    const first = await list(here, '?limit=3');
    const second = await list(here, `?limit=3&cursor=${first.next_cursor}`);
    expect([first.data.length, second.data.length, second.next_cursor]).toEqual([3, 2, null]);
    const ids = [...first.data, ...second.data].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(5);
  });
});

describe('ending a session', () => {
  it('stops its tokens at once, and no others', async () => {
    const { email } = await accounts.createAccount();
    const [here, there] = [await logIn(email), await logIn(email)];
    const other = (await list(here)).data.find(({ current }: { current: boolean }) => !current);
    const end = () =>
      accounts.delete(`/v1/me/sessions/${other.id}`, { accessToken: here.access_token });
    expect((await end()).json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    expect(await isOpen(there)).toBe(true);
    await confirm(here);
    expect((await end()).statusCode).toBe(204);
    expect([await isOpen(here), await isOpen(there)]).toEqual([true, false]);
    const body = { refresh_token: there.refresh_token };
    expect((await accounts.post('/auth/refresh', { body })).statusCode).toBe(401);
    expect((await end()).statusCode).toBe(204);
    const events = await accounts.database.db
      .selectFrom('audit_log')
      .select(['actor_id', 'details'])
      .where('event_type', '=', 'session.revoked')
      .execute();
    expect(events).toHaveLength(1);
  });

  it('does not know what is somebody else’s', async () => {
    const [ada, eve] = [await accounts.createAccount(), await accounts.createAccount()];
    const [victim, attacker] = [await logIn(ada.email), await logIn(eve.email)];
    const { id } = (await list(victim)).data[0];
    await confirm(attacker);
    const refused = await accounts.delete(`/v1/me/sessions/${id}`, {
      accessToken: attacker.access_token,
    });
    expect(refused.json()).toMatchObject({ status: 404, code: 'session_not_found', param: 'id' });
    expect(await isOpen(victim)).toBe(true);
  });

  it('can be this very one, without being asked again', async () => {
    const { email } = await accounts.createAccount();
    const here = await logIn(email);
    const { id } = (await list(here)).data[0];
    await accounts.delete(`/v1/me/sessions/${id}`, { accessToken: here.access_token });
    expect(await isOpen(here)).toBe(false);
  });

  it('are ended everywhere by the operator of the server, and by nobody else', async () => {
    const operator = await logInOperator(accounts);
    const { email } = await accounts.createAccount();
    const first = await accounts.logIn(email);
    const second = await accounts.logIn(email);
    const path = '/v1/operator/end-sessions';
    const refused = await accounts.post(path, { accessToken: first.access_token, body: { email } });
    expect(refused.json()).toMatchObject({ status: 403, code: 'permission_denied' });
    const end = (address: string) =>
      accounts.post(path, { accessToken: operator, body: { email: address } });
    expect((await end(email.toUpperCase())).json()).toEqual({ sessions: 2 });
    for (const { access_token: accessToken, refresh_token } of [first, second]) {
      expect((await accounts.get('/v1/me', { accessToken })).statusCode).toBe(401);
      const refreshed = await accounts.post('/auth/refresh', { body: { refresh_token } });
      expect(refreshed.statusCode).toBe(401);
    }
    expect((await accounts.get('/v1/me', { accessToken: operator })).statusCode).toBe(200);
    expect((await end('nobody@example.com')).json()).toMatchObject({
      status: 404,
      code: 'account_not_found',
    });
  });

  it('can be all the others', async () => {
    const [ada, bob] = [await accounts.createAccount(), await accounts.createAccount()];
    const others = [await logIn(ada.email), await logIn(ada.email)];
    const [here, stranger] = [await logIn(ada.email), await logIn(bob.email)];
    const end = () => accounts.delete('/v1/me/sessions', { accessToken: here.access_token });
    expect((await end()).json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    expect(await Promise.all(others.map(isOpen))).toEqual([true, true]);
    await confirm(here);
    expect((await end()).statusCode).toBe(204);
    expect(await Promise.all(others.map(isOpen))).toEqual([false, false]);
    expect([await isOpen(here), await isOpen(stranger)]).toEqual([true, true]);
  });
});
