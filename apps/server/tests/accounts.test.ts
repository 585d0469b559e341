import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';

vi.mock('@node-rs/argon2', { spy: true });
vi.mock('node:timers/promises', { spy: true });

let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open();
});

afterAll(() => accounts?.close());

const freshEmail = () => `${randomUUID()}@example.com`;

describe('log-in', () => {
  it('says the same of a wrong password and of an unknown address', async () => {
    const { email } = await accounts.createAccount();
    const answers = await Promise.all(
      [email, freshEmail()].map((address) =>
        accounts.post('/auth/login', { body: { email: address, password: 'wrong' } }),
      ),
    );
    const [one, other] = answers.map((answer) => {
      const { request_id: _, ...problem } = answer.json();
      return problem;
    });
    expect(one).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(other).toEqual(one);
  });

  it('spends an argon2 hash of the same cost on an unknown address, too', async () => {
    const { email } = await accounts.createAccount();
    const { verify } = await import('@node-rs/argon2');
    const costsOf = async (address: string) => {
      vi.mocked(verify).mockClear();
      const body = { email: address, password: 'wrong' };
      await accounts.post('/auth/login', { body, ip: randomIp() });
      return vi.mocked(verify).mock.calls.map(([hash]) => hash.toString().split('$', 4));
    };
    const known = await costsOf(email);
    expect(known).toEqual([['', 'argon2id', 'v=19', expect.stringMatching(/^m=\d+,t=\d+,p=\d+$/)]]);
    expect(await costsOf(freshEmail())).toEqual(known);
  });

  it('hashes a password anew, as much as is usual now, whose hash was cheaper', async () => {
    const { email } = await accounts.createAccount();
    const { hash } = await import('@node-rs/argon2');
    const { db } = accounts.database;
    const stored = async () =>
      (
        await db
          .selectFrom('users')
          .select('password_hash')
          .where('email', '=', email)
          .executeTakeFirstOrThrow()
      ).password_hash;
    const costOf = (phc: string | null) => phc?.split('$', 4)[3];
    const usual = costOf(await stored());
    const cheap = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    await db
      .updateTable('users')
      .set({ password_hash: cheap })
      .where('email', '=', email)
      .execute();
    const wrong = { email, password: 'not the password of anybody' };
    await accounts.post('/auth/login', { body: wrong, ip: randomIp() });
    expect(await stored()).toBe(cheap);
    await accounts.logIn(email);
    const renewed = await stored();
    expect(costOf(renewed)).toBe(usual);
    expect(costOf(cheap)).not.toBe(usual);
    await accounts.logIn(email);
    expect(await stored()).toBe(renewed);
  });

  it('answers no sooner for nobody than for somebody where it refuses, and at once where it does not', async () => {
    const { email } = await accounts.createAccount();
    const { setTimeout: sleep } = await import('node:timers/promises');
    const waitsOf = async (path: string, body: object) => {
      vi.mocked(sleep).mockClear();
      await accounts.post(path, { body, ip: randomIp() });
      return vi.mocked(sleep).mock.calls.length;
    };
    for (const address of [email, freshEmail()]) {
      expect(await waitsOf('/auth/login', { email: address, password: 'wrong' })).toBe(1);
      expect(await waitsOf('/auth/register', { email: address, password })).toBe(1);
      expect(await waitsOf('/auth/forgot-password', { email: address })).toBe(1);
    }
    expect(await waitsOf('/auth/login', { email, password })).toBe(0);
  });

  it('is slowed down for who guesses, however many guesses come at once', async () => {
    const { email } = await accounts.createAccount();
    const ip = randomIp();
    const guess = (given: string, from = ip) =>
      accounts.post('/auth/login', { body: { email, password: given }, ip: from });
    const guesses = await Promise.all(Array.from({ length: 25 }, () => guess('wrong')));
    const statuses = guesses.map((answer) => answer.statusCode);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    const refused = guesses.find((answer) => answer.statusCode === 429);
    expect(refused?.json().code).toBe('too_many_attempts');
    expect(Number(refused?.headers['retry-after'])).toBe(15 * 60);
    expect((await guess(password)).statusCode).toBe(429);
    expect((await guess(password, randomIp())).statusCode).toBe(200);
    accounts.clock.advance(15 * 60_000);
    expect((await guess(password)).statusCode).toBe(200);
  });

  it('stays open to its owner while many addresses guess', async () => {
    const { email } = await accounts.createAccount();
    const home = randomIp();
    const attempt = (given: string, ip: string) =>
      accounts.post('/auth/login', { body: { email, password: given }, ip });
    expect((await attempt(password, home)).statusCode).toBe(200);
    for (let i = 0; i < 5; i += 1) {
      const ip = randomIp();
      await Promise.all(Array.from({ length: 10 }, () => attempt('wrong', ip)));
    }
    expect((await attempt(password, randomIp())).statusCode).toBe(429);
    expect((await attempt(password, home)).statusCode).toBe(200);
  });

  it('from a page sets cookies that no script reads, and shows no token', async () => {
    const { email } = await accounts.createAccount();
    const response = await accounts.post('/v1/auth/login', {
      body: { email, password },
      fromPage: {},
    });
    expect(response.json()).toEqual({ token_type: 'Bearer', expires_in: 900 });
    expect(response.cookies).toMatchObject([
      { name: 'voiceflow_access', path: '/', httpOnly: true, sameSite: 'Strict' },
      { name: 'voiceflow_refresh', path: '/v1/auth', httpOnly: true, sameSite: 'Strict' },
    ]);
    const me = await accounts.get('/v1/me', { fromPage: cookiesOf(response) });
    expect(me.json()).toMatchObject({ email });
  });

  it('takes over no session that somebody put into the browser before', async () => {
    const [victim, attacker] = [await accounts.createAccount(), await accounts.createAccount()];
    const planted = await accounts.logIn(attacker.email);
    const cookies = {
      voiceflow_access: planted.access_token,
      voiceflow_refresh: planted.refresh_token,
    };
    const response = await accounts.post('/v1/auth/login', {
      body: { email: victim.email, password },
      fromPage: cookies,
    });
    const own = cookiesOf(response);
    expect(own.voiceflow_refresh).not.toBe(planted.refresh_token);
    expect((await accounts.get('/v1/me', { fromPage: own })).json()).toMatchObject({
      email: victim.email,
    });
  });

  it('from a page ends the session that the browser had before', async () => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const former = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const elsewhere = await accounts.logIn(email);
    const wrong = { email, password: 'not the password of anybody' };
    await accounts.post('/v1/auth/login', { body: wrong, fromPage: former });
    expect((await accounts.get('/v1/me', { fromPage: former })).statusCode).toBe(200);
    const own = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: former }));
    const statuses = [former, own].map(
      async (fromPage) => (await accounts.get('/v1/me', { fromPage })).statusCode,
    );
    expect(await Promise.all(statuses)).toEqual([401, 200]);
    const other = await accounts.get('/v1/me', { accessToken: elsewhere.access_token });
    expect(other.statusCode).toBe(200);
  });
});

describe('cookies', () => {
  it.each([
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
  ])('do nothing for a page elsewhere (%s: %s)', async (name, value) => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const own = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const cookie = Object.entries(own)
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const foreign = { headers: { cookie, [name]: value } };
    for (const path of ['register', 'login', 'refresh', 'logout', 'verify-email']) {
      const asked =
        { register: body, login: body, 'verify-email': { token: 'x', password } }[path] ?? {};
      const refused = await accounts.post(`/v1/auth/${path}`, { ...foreign, body: asked });
      expect([path, refused.json().code]).toEqual([path, 'cross_site_request']);
      expect(refused.cookies).toEqual([]);
    }
    expect((await accounts.get('/v1/me', foreign)).statusCode).toBe(401);
    expect((await accounts.get('/v1/me', { headers: { cookie } })).statusCode).toBe(401);
    expect((await accounts.get('/v1/me', { fromPage: own })).statusCode).toBe(200);
  });

  it('are secure where the server is reached by https', async () => {
    const secured = await AccountApp.open({ VOICEFLOW_PUBLIC_URL: 'https://voice.example.com/' });
    const { email } = await secured.createAccount();
    expect((await secured.mailsTo(email))[0]?.text).toContain(
      'https://voice.example.com/verify-email#token=',
    );
    const response = await secured.post('/v1/auth/login', {
      body: { email, password },
      fromPage: {},
    });
    expect(response.cookies.map((cookie) => cookie.secure)).toEqual([true, true]);
    await secured.close();
  });
});

describe('refresh', () => {
  it('exchanges a token for the next one', async () => {
    const { email } = await accounts.createAccount();
    const first = await accounts.logIn(email);
    accounts.clock.advance(16 * 60_000);
    const stale = await accounts.get('/v1/me', { accessToken: first.access_token });
    expect(stale.json()).toMatchObject({ status: 401, code: 'invalid_access_token' });
    const body = { refresh_token: first.refresh_token };
    const next = (await accounts.post('/auth/refresh', { body })).json();
    expect(next.refresh_token).not.toBe(first.refresh_token);
    expect(next.expires_in).toBe(900);
    const me = await accounts.get('/v1/me', { accessToken: next.access_token });
    expect(me.statusCode).toBe(200);
  });

  it('with a token that was used ends the whole session', async () => {
    const { email } = await accounts.createAccount();
    const first = await accounts.logIn(email);
    const elsewhere = await accounts.logIn(email);
    const body = { refresh_token: first.refresh_token };
    const next = (await accounts.post('/auth/refresh', { body })).json();
    const reused = await accounts.post('/auth/refresh', { body });
    expect(reused.json()).toMatchObject({ status: 401, code: 'invalid_refresh_token' });
    const after = await accounts.post('/auth/refresh', {
      body: { refresh_token: next.refresh_token },
    });
    expect(after.statusCode).toBe(401);
    const me = await accounts.get('/v1/me', { accessToken: next.access_token });
    expect(me.statusCode).toBe(401);
    const other = await accounts.get('/v1/me', { accessToken: elsewhere.access_token });
    expect(other.statusCode).toBe(200);
    const events = await accounts.database.db
      .selectFrom('audit_log')
      .select('event_type')
      .where('event_type', '=', 'session.reuse_detected')
      .execute();
    // In the log of the server, and in that of the person's team.
    expect(events).toHaveLength(2);
  });

  it('succeeds once for twenty at once', async () => {
    const { email } = await accounts.createAccount();
    const { refresh_token } = await accounts.logIn(email);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => accounts.post('/auth/refresh', { body: { refresh_token } })),
    );
    const statuses = answers.map((answer) => answer.statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  it('goes on for 90 days at most, with no pause over 30', async () => {
    const { email } = await accounts.createAccount();
    const day = 24 * 60 * 60_000;
    let token = (await accounts.logIn(email)).refresh_token;
    const refresh = () => accounts.post('/auth/refresh', { body: { refresh_token: token } });
    const idle = (await accounts.logIn(email)).refresh_token;
    for (const days of [29, 29, 29]) {
      accounts.clock.advance(days * day);
      token = (await refresh()).json().refresh_token;
    }
    accounts.clock.advance(3 * day);
    expect((await refresh()).statusCode).toBe(401);
    const late = await accounts.post('/auth/refresh', { body: { refresh_token: idle } });
    expect(late.statusCode).toBe(401);
  });

  it('takes a cookie from a page, and a page that fails forgets its cookies', async () => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const first = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const second = await accounts.post('/v1/auth/refresh', { fromPage: first });
    expect(second.statusCode).toBe(200);
    expect(cookiesOf(second).voiceflow_refresh).not.toBe(first.voiceflow_refresh);
    const reused = await accounts.post('/v1/auth/refresh', { fromPage: first });
    expect(reused.statusCode).toBe(401);
    expect(cookiesOf(reused)).toEqual({ voiceflow_access: '', voiceflow_refresh: '' });
  });

  it('that the server could not do leaves a page its cookies', async () => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const page = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const { db } = accounts.database;
    await sql`ALTER TABLE refresh_tokens RENAME TO refresh_tokens_away`.execute(db);
    const failed = await accounts.post('/v1/auth/refresh', { fromPage: page });
    await sql`ALTER TABLE refresh_tokens_away RENAME TO refresh_tokens`.execute(db);
    expect([failed.statusCode, cookiesOf(failed)]).toEqual([500, {}]);
    expect((await accounts.post('/v1/auth/refresh', { fromPage: page })).statusCode).toBe(200);
  });

  it.each([{}, { refresh_token: 'nonsense' }])('of %o is refused', async (body) => {
    const refused = await accounts.post('/auth/refresh', { body });
    expect(refused.json()).toMatchObject({ status: 401, code: 'invalid_refresh_token' });
  });
});

describe('log-out', () => {
  it('here ends this session at once, also for its access token', async () => {
    const { email } = await accounts.createAccount();
    const [here, there] = [await accounts.logIn(email), await accounts.logIn(email)];
    const body = { refresh_token: here.refresh_token };
    expect((await accounts.post('/auth/logout', { body })).statusCode).toBe(204);
    expect((await accounts.post('/auth/logout', { body })).statusCode).toBe(204);
    expect((await accounts.post('/auth/refresh', { body })).statusCode).toBe(401);
    const me = (accessToken: string) => accounts.get('/v1/me', { accessToken });
    expect((await me(here.access_token)).statusCode).toBe(401);
    expect((await me(there.access_token)).statusCode).toBe(200);
  });

  it('everywhere ends all, but not with a token that is over', async () => {
    const { email } = await accounts.createAccount();
    const [a, b, c] = [
      await accounts.logIn(email),
      await accounts.logIn(email),
      await accounts.logIn(email),
    ];
    const me = async (tokens: typeof a) =>
      (await accounts.get('/v1/me', { accessToken: tokens.access_token })).statusCode;
    const everywhere = (tokens: typeof a) =>
      accounts.post('/auth/logout', {
        body: { refresh_token: tokens.refresh_token, everywhere: true },
      });
    await accounts.post('/auth/logout', { body: { refresh_token: a.refresh_token } });
    await everywhere(a);
    expect([await me(a), await me(b), await me(c)]).toEqual([401, 200, 200]);
    await everywhere(b);
    expect([await me(b), await me(c)]).toEqual([401, 401]);
  });

  it('of a page deletes its cookies', async () => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const cookies = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const gone = await accounts.post('/v1/auth/logout', { fromPage: cookies });
    expect(cookiesOf(gone)).toEqual({ voiceflow_access: '', voiceflow_refresh: '' });
    expect((await accounts.get('/v1/me', { fromPage: cookies })).statusCode).toBe(401);
  });
});

describe('a team', () => {
  it('is chosen by header, among those one belongs to', async () => {
    const [ada, bob] = [await accounts.createAccount(), await accounts.createAccount()];
    const accessToken = (await accounts.logIn(ada.email)).access_token;
    const other = (await accounts.logIn(bob.email)).access_token;
    const teamOf = async (token: string) =>
      (await accounts.get('/v1/me', { accessToken: token })).json().team.id;
    const ask = (team: string) =>
      accounts.get('/v1/me', { accessToken, headers: { 'x-voiceflow-team': team } });
    expect((await ask(await teamOf(accessToken))).statusCode).toBe(200);
    expect((await ask(await teamOf(other))).json()).toMatchObject({
      status: 403,
      code: 'not_a_member',
    });
    expect((await ask('1')).json()).toMatchObject({ status: 400, code: 'invalid_field' });
  });

  it("gives a person what their role may do: a team's first user makes a key", async () => {
    const { email } = await accounts.createAccount();
    const accessToken = (await accounts.logIn(email)).access_token;
    const made = await accounts.post('/v1/keys', { accessToken, body: { name: 'Mine' } });
    expect(made.statusCode).toBe(201);
    const me = await accounts.get('/v1/me', { accessToken: made.json().key });
    expect(me.json()).toMatchObject({ status: 403, code: 'user_required' });
  });
});
