import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';

vi.mock('@node-rs/argon2', { spy: true });

let accounts: AccountApp;
let directory: string;
const newPassword = 'a quite different long one';
const stolenPassword = 'what somebody lost elsewhere';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vf-stolen-'));
  const list = join(directory, 'pwned.txt');
  const hash = createHash('sha1').update(stolenPassword).digest('hex').toUpperCase();
  await writeFile(list, `${hash}:12\r\n`);
  accounts = await AccountApp.open({ BREACHED_PASSWORDS_FILE: list });
});
afterAll(async () => {
  await accounts?.close();
  await rm(directory, { recursive: true });
});

const tryLogIn = async (email: string, given: string) =>
  (await accounts.post('/auth/login', { body: { email, password: given }, ip: randomIp() }))
    .statusCode;
const me = async (accessToken: string) =>
  (await accounts.get('/v1/me', { accessToken })).statusCode;

async function forget(email: string): Promise<string> {
  await accounts.post('/auth/forgot-password', { body: { email }, ip: randomIp() });
  return (await accounts.mailsTo(email))[0]?.token ?? '';
}

const reset = (token: string, given = newPassword) =>
  accounts.post('/auth/reset-password', { body: { token, password: given } });

describe('a forgotten password', () => {
  it('is replaced by the link in a mail, once; every session ends', async () => {
    const { email } = await accounts.createAccount();
    const { access_token, refresh_token } = await accounts.logIn(email);
    const token = await forget(email);
    expect((await accounts.mailsTo(email))[0]?.text).toContain('/reset-password#token=');
    expect((await reset(token, 'password1234')).json()).toMatchObject({
      status: 400,
      code: 'password_too_common',
    });
    expect((await reset(token)).statusCode).toBe(204);
    expect((await reset(token)).json()).toMatchObject({ status: 400, code: 'invalid_token' });
    expect([await tryLogIn(email, password), await tryLogIn(email, newPassword)]).toEqual([
      401, 200,
    ]);
    expect(await me(access_token)).toBe(401);
    const refreshed = await accounts.post('/auth/refresh', { body: { refresh_token } });
    expect(refreshed.statusCode).toBe(401);
    expect((await accounts.mailsTo(email))[0]?.subject).toMatch(/password was changed/);
  });

  it('gets one of many who bring the token at once', async () => {
    const { email } = await accounts.createAccount();
    const token = await forget(email);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => reset(token, `${newPassword} ${index}`)),
    );
    expect(answers.filter((answer) => answer.statusCode === 204)).toHaveLength(1);
  });

  it('has one link that works: the latest, for an hour, and for nothing else', async () => {
    const { email } = await accounts.createAccount();
    const stale = await forget(email);
    const fresh = await forget(email);
    expect((await reset(stale)).statusCode).toBe(400);
    for (const path of ['verify-email', 'confirm-email']) {
      const body = path === 'verify-email' ? { token: fresh, password } : { token: fresh };
      const misused = await accounts.post(`/auth/${path}`, { body });
      expect(misused.json()).toMatchObject({ status: 400, code: 'invalid_token' });
    }
    accounts.clock.advance(60 * 60_000);
    expect((await reset(fresh)).statusCode).toBe(400);
  });

  it('answers the same for nobody, and for who has not confirmed the address', async () => {
    const { email } = await accounts.createAccount();
    const unconfirmed = `${randomUUID()}@example.com`;
    await accounts.post('/auth/register', { body: { email: unconfirmed, password } });
    const before = (await accounts.mailsTo(unconfirmed)).length;
    const nobody = `${randomUUID()}@example.com`;
    const answers = await Promise.all(
      [email, unconfirmed, nobody].map((address) =>
        accounts.post('/auth/forgot-password', { body: { email: address }, ip: randomIp() }),
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect(await accounts.mailsTo(unconfirmed)).toHaveLength(before);
    expect(await accounts.mailsTo(nobody)).toEqual([]);
  });

  it.each(['', 'x', 'x'.repeat(201), `' OR 1=1 --`])(
    'is not replaced by guessing (%j)',
    async (token) => {
      expect((await reset(token)).statusCode).toBe(400);
    },
  );
});

describe('a password', () => {
  it('is changed by who knows it: other sessions end, the caller gets a new one', async () => {
    const { email } = await accounts.createAccount();
    const [here, there] = [await accounts.logIn(email), await accounts.logIn(email)];
    const body = { current_password: password, new_password: newPassword };
    const changed = await accounts.post('/v1/me/password', {
      accessToken: here.access_token,
      body,
    });
    expect(changed.statusCode).toBe(200);
    expect(await me(changed.json().access_token)).toBe(200);
    expect([await me(here.access_token), await me(there.access_token)]).toEqual([401, 401]);
    expect([await tryLogIn(email, password), await tryLogIn(email, newPassword)]).toEqual([
      401, 200,
    ]);
  });

  it('on a page comes back as cookies', async () => {
    const { email } = await accounts.createAccount();
    const logIn = { body: { email, password }, fromPage: {} };
    const cookies = cookiesOf(await accounts.post('/v1/auth/login', logIn));
    const changed = await accounts.post('/v1/me/password', {
      fromPage: cookies,
      body: { current_password: password, new_password: newPassword },
    });
    expect(changed.json()).toEqual({ token_type: 'Bearer', expires_in: 900 });
    const next = cookiesOf(changed);
    expect((await accounts.get('/v1/me', { fromPage: next })).statusCode).toBe(200);
  });

  it('is hashed while no transaction waits, whichever way it is changed', async () => {
    const { email } = await accounts.createAccount();
    const spy = vi.mocked((await import('@node-rs/argon2')).hash);
    const { hash } = await vi.importActual<typeof import('@node-rs/argon2')>('@node-rs/argon2');
    const waiting: number[] = [];
    spy.mockImplementation(async (...given) => {
      const { rows } = await sql`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in tr%'
      `.execute(accounts.database.db);
      waiting.push(rows.length);
      return hash(...given);
    });
    expect((await reset(await forget(email))).statusCode).toBe(204);
    const { access_token: accessToken } = (
      await accounts.post('/auth/login', { body: { email, password: newPassword } })
    ).json();
    const body = { current_password: newPassword, new_password: password };
    expect((await accounts.post('/v1/me/password', { accessToken, body })).statusCode).toBe(200);
    spy.mockReset();
    expect(waiting).toEqual([0, 0]);
  });

  it('is not changed by a guess, a common one, or an API key', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const change = (fields: object, token = accessToken) =>
      accounts.post('/v1/me/password', {
        accessToken: token,
        body: { current_password: password, new_password: newPassword, ...fields },
      });
    expect((await change({ current_password: 'wrong' })).json()).toMatchObject({
      status: 400,
      code: 'wrong_password',
      param: 'current_password',
    });
    expect((await change({ new_password: 'passwordpassword' })).json()).toMatchObject({
      code: 'password_too_common',
      param: 'new_password',
    });
    const key = await accounts.post('/v1/keys', { accessToken, body: { name: 'Mine' } });
    expect((await change({}, key.json().key)).json()).toMatchObject({ code: 'user_required' });
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => change({ current_password: 'wrong' })),
    );
    expect(guesses.filter((answer) => answer.statusCode === 429).length).toBeGreaterThan(0);
  });
});

describe('a password', () => {
  it('that was stolen elsewhere is refused at every door', async () => {
    const refusal = { status: 400, code: 'password_breached' };
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const registered = await accounts.post('/auth/register', {
      body: { email: `${randomUUID()}@example.com`, password: stolenPassword },
      ip: randomIp(),
    });
    expect(registered.json()).toMatchObject({ ...refusal, param: 'password' });
    const changed = await accounts.post('/v1/me/password', {
      accessToken,
      body: { current_password: password, new_password: stolenPassword },
    });
    expect(changed.json()).toMatchObject({ ...refusal, param: 'new_password' });
    const token = await forget(email);
    expect((await reset(token, stolenPassword)).json()).toMatchObject(refusal);
    expect((await reset(token)).statusCode).toBe(204);
  });
});

describe('an address', () => {
  it('is changed when the new one is confirmed, and the old one is told', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const resetToken = await forget(email);
    const next = `${randomUUID()}@example.com`;
    const asked = await accounts.post('/v1/me/email', {
      accessToken,
      body: { email: next, password },
    });
    expect([asked.statusCode, asked.json()]).toEqual([202, { status: 'mail_sent' }]);
    expect(await tryLogIn(email, password)).toBe(200);
    const [mail] = await accounts.mailsTo(next);
    const body = { token: mail?.token };
    expect((await accounts.post('/auth/confirm-email', { body })).statusCode).toBe(204);
    expect((await accounts.post('/auth/confirm-email', { body })).statusCode).toBe(400);
    expect([await tryLogIn(email, password), await tryLogIn(next, password)]).toEqual([401, 200]);
    expect((await accounts.mailsTo(email))[0]?.text).toContain(next);
    expect((await reset(resetToken)).statusCode).toBe(400);
  });

  it('of an account without a password is changed by who has confirmed that it is them', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    await accounts.database.db
      .updateTable('users')
      .set({ password_hash: null })
      .where('email', '=', email)
      .execute();
    const next = `${randomUUID()}@example.com`;
    const ask = () => accounts.post('/v1/me/email', { accessToken, body: { email: next } });
    expect((await ask()).json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    expect(await accounts.mailsTo(next)).toEqual([]);
    await accounts.post('/v1/me/confirm', { accessToken, body: {} });
    expect((await ask()).statusCode).toBe(202);
    expect((await accounts.mailsTo(next))[0]?.token).not.toBe('');
  });

  it("is not moved onto somebody else's, who is told instead of the caller", async () => {
    const [ada, bob] = [await accounts.createAccount(), await accounts.createAccount()];
    const { access_token: accessToken } = await accounts.logIn(ada.email);
    const asked = await accounts.post('/v1/me/email', {
      accessToken,
      body: { email: bob.email, password },
    });
    expect([asked.statusCode, asked.json()]).toEqual([202, { status: 'mail_sent' }]);
    const [mail] = await accounts.mailsTo(bob.email);
    expect([mail?.subject, mail?.token]).toEqual(['This address has a VoiceFlow account', '']);
  });

  it('is not kept from its owner by who has registered it and proven nothing', async () => {
    const wanted = `${randomUUID()}@example.com`;
    const squatter = { email: wanted, password: 'the squatter’s own words' };
    await accounts.post('/auth/register', { body: squatter, ip: randomIp() });
    const [squattersMail] = await accounts.mailsTo(wanted);
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    await accounts.post('/v1/me/email', { accessToken, body: { email: wanted, password } });
    const [mail] = await accounts.mailsTo(wanted);
    const moved = await accounts.post('/auth/confirm-email', { body: { token: mail?.token } });
    expect(moved.statusCode).toBe(204);
    expect([await tryLogIn(wanted, squatter.password), await tryLogIn(wanted, password)]).toEqual([
      401, 200,
    ]);
    const body = { token: squattersMail?.token, password: squatter.password };
    expect((await accounts.post('/auth/verify-email', { body })).statusCode).toBe(400);
  });

  it('is not moved any more by a link from before the password was changed', async () => {
    for (const change of ['by mail', 'by the former one']) {
      const { email } = await accounts.createAccount();
      const thief = await accounts.logIn(email);
      const wanted = `${randomUUID()}@example.com`;
      const ask = { accessToken: thief.access_token, body: { email: wanted, password } };
      await accounts.post('/v1/me/email', ask);
      const [mail] = await accounts.mailsTo(wanted);
      const changed =
        change === 'by mail'
          ? await reset(await forget(email))
          : await accounts.post('/v1/me/password', {
              accessToken: (await accounts.logIn(email)).access_token,
              body: { current_password: password, new_password: newPassword },
            });
      expect(changed.statusCode).toBeLessThan(300);
      const late = await accounts.post('/auth/confirm-email', { body: { token: mail?.token } });
      expect(late.json()).toMatchObject({ status: 400, code: 'invalid_token' });
      expect(await tryLogIn(email, newPassword)).toBe(200);
    }
  });

  it('that somebody confirmed meanwhile stays theirs', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const wanted = `${randomUUID()}@example.com`;
    await accounts.post('/v1/me/email', { accessToken, body: { email: wanted, password } });
    const [mail] = await accounts.mailsTo(wanted);
    await accounts.createAccount(wanted);
    const late = await accounts.post('/auth/confirm-email', { body: { token: mail?.token } });
    expect(late.json()).toMatchObject({ status: 400, code: 'invalid_token' });
  });

  it.each([
    [{ email: 'x@example.com', password: 'wrong' }, 'wrong_password'],
    [{ email: 'x@example.com' }, 'invalid_field'],
    [{ email: 'x', password }, 'invalid_field'],
    [{ email: 'аda@example.com', password }, 'invalid_email'],
    [{ email: 'x@example.com', password, email_verified: true }, 'unknown_field'],
  ])('is not changed by %o', async (body, code) => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const refused = await accounts.post('/v1/me/email', { accessToken, body });
    expect(refused.json()).toMatchObject({ status: 400, code });
  });
});
