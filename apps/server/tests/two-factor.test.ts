import { URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountApp, password, randomIp } from './account-app.ts';

let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open();
});
afterAll(() => accounts?.close());

const step = 30_000;

/** What an authenticator app shows for the address that the QR code holds. */
function appOf(uri: string) {
  const totp = URI.parse(uri);
  if (!('period' in totp)) throw new Error('not time-based');
  const code = (aheadMs = 0) =>
    totp.generate({ timestamp: accounts.clock.now().getTime() + aheadMs });
  return { totp, code };
}

async function enable() {
  const { email } = await accounts.createAccount();
  const { access_token: accessToken } = await accounts.logIn(email);
  const proposed = await accounts.post('/v1/me/two-factor', { accessToken, body: { password } });
  expect(proposed.statusCode).toBe(200);
  const app = appOf(proposed.json().uri);
  const body = { code: app.code() };
  const confirmed = await accounts.post('/v1/me/two-factor/confirm', { accessToken, body });
  expect(confirmed.statusCode).toBe(200);
  const recoveryCodes: string[] = confirmed.json().recovery_codes;
  accounts.clock.advance(step);
  return { email, accessToken, app, recoveryCodes };
}

const logIn = (email: string, code?: string) =>
  accounts.post('/auth/login', {
    body: { email, password, ...(code === undefined ? {} : { code }) },
    ip: randomIp(),
  });

describe('a second factor', () => {
  it('is asked for once the password is right, and only then', async () => {
    const { email, app } = await enable();
    expect(app.totp.issuer).toBe('VoiceFlow');
    expect(app.totp.label).toBe(email);
    expect((await logIn(email)).json()).toMatchObject({
      status: 401,
      code: 'second_factor_required',
      param: 'code',
    });
    const wrongPassword = await accounts.post('/auth/login', {
      body: { email, password: 'wrong', code: app.code() },
    });
    expect(wrongPassword.json()).toMatchObject({ code: 'invalid_credentials' });
    expect((await logIn(email, app.code())).statusCode).toBe(200);
  });

  it('takes a code in two halves, as apps show it', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const proposed = await accounts.post('/v1/me/two-factor', { accessToken, body: { password } });
    const app = appOf(proposed.json().uri);
    const halves = () => `${app.code().slice(0, 3)} ${app.code().slice(3)}`;
    const body = { code: halves() };
    const confirmed = await accounts.post('/v1/me/two-factor/confirm', { accessToken, body });
    expect(confirmed.statusCode, confirmed.body).toBe(200);
    accounts.clock.advance(step);
    expect((await logIn(email, halves())).statusCode).toBe(200);
  });

  it('changes nothing before a first code, and can be begun anew', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const propose = () => accounts.post('/v1/me/two-factor', { accessToken, body: { password } });
    const bare = await accounts.post('/v1/me/two-factor', { accessToken, body: {} });
    expect(bare.json()).toMatchObject({ status: 400, param: 'password' });
    const first = appOf((await propose()).json().uri);
    const second = appOf((await propose()).json().uri);
    expect((await logIn(email)).statusCode).toBe(200);
    const confirm = (code: string) =>
      accounts.post('/v1/me/two-factor/confirm', { accessToken, body: { code } });
    expect((await confirm(first.code())).json()).toMatchObject({
      status: 400,
      code: 'invalid_code',
    });
    expect((await confirm(second.code())).statusCode).toBe(200);
    const me = await accounts.get('/v1/me', { accessToken });
    expect(me.json()).toMatchObject({ two_factor: true });
    expect((await confirm(second.code())).json()).toMatchObject({
      status: 409,
      code: 'two_factor_on',
    });
    expect((await propose()).json()).toMatchObject({ status: 409, code: 'two_factor_on' });
  });

  it('takes each code once, also from many at once, and forgives being late by half a minute', async () => {
    const { email, app } = await enable();
    const code = app.code();
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(email, code)));
    expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(1);
    expect((await logIn(email, code)).json()).toMatchObject({ status: 400, code: 'invalid_code' });
    accounts.clock.advance(2 * step);
    const late = app.code();
    accounts.clock.advance(step);
    expect((await logIn(email, late)).statusCode).toBe(200);
    const later = app.code();
    accounts.clock.advance(2 * step);
    expect((await logIn(email, later)).statusCode).toBe(400);
    const early = app.code(step);
    expect((await logIn(email, early)).statusCode).toBe(400);
    accounts.clock.advance(step);
    expect((await logIn(email, early)).statusCode).toBe(200);
  });

  it('ends the sessions elsewhere that were opened without it', async () => {
    const { email } = await accounts.createAccount();
    const elsewhere = await accounts.logIn(email);
    const { access_token: accessToken } = await accounts.logIn(email);
    const proposed = await accounts.post('/v1/me/two-factor', { accessToken, body: { password } });
    const statuses = async () =>
      Promise.all(
        [elsewhere.access_token, accessToken].map(
          async (token) => (await accounts.get('/v1/me', { accessToken: token })).statusCode,
        ),
      );
    expect(await statuses()).toEqual([200, 200]);
    const body = { code: appOf(proposed.json().uri).code() };
    await accounts.post('/v1/me/two-factor/confirm', { accessToken, body });
    expect(await statuses()).toEqual([401, 200]);
  });

  it('cannot be guessed: ten codes an hour, from wherever', async () => {
    const { email, app } = await enable();
    const right = app.code();
    const wrong = right === '000000' ? '000001' : '000000';
    const guesses = await Promise.all(Array.from({ length: 15 }, () => logIn(email, wrong)));
    expect(guesses.filter((answer) => answer.statusCode === 400)).toHaveLength(10);
    expect(guesses.filter((answer) => answer.statusCode === 429)).toHaveLength(5);
    expect((await logIn(email, right)).statusCode).toBe(429);
    accounts.clock.advance(60 * 60_000);
    expect((await logIn(email, app.code())).statusCode).toBe(200);
  });

  it('takes ten wrong recovery codes an hour, so that nobody floods the audit log', async () => {
    const { email, app, recoveryCodes } = await enable();
    const wrong = recoveryCodes[0]?.replaceAll(/./g, '0') ?? '';
    const answers = await Promise.all(Array.from({ length: 12 }, () => logIn(email, wrong)));
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(2);
    expect((await logIn(email, app.code())).statusCode).toBe(200);
  });

  it('is replaced by a recovery code, each once, however it is typed', async () => {
    const { email, recoveryCodes } = await enable();
    expect(recoveryCodes).toHaveLength(10);
    const [code = '', other = ''] = recoveryCodes;
    expect(code).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){5}$/);
    const typed = code.toUpperCase().replaceAll('-', ' ');
    const answers = await Promise.all([logIn(email, typed), logIn(email, code)]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 400]);
    expect((await logIn(email, other)).statusCode).toBe(200);
    const stranger = await enable();
    expect((await logIn(stranger.email, recoveryCodes[2])).statusCode).toBe(400);
  });

  it('is turned off with password and code, and its owner is told', async () => {
    const { email, accessToken, app, recoveryCodes } = await enable();
    const off = (body: object) => accounts.post('/v1/me/two-factor/disable', { accessToken, body });
    expect((await off({ password: 'wrong', code: app.code() })).json().code).toBe('wrong_password');
    expect((await off({ password, code: '12345x' })).json().code).toBe('invalid_code');
    const newest = async () => (await accounts.mailsTo(email))[0]?.subject;
    expect(await newest()).toBe('Your VoiceFlow account has a second factor');
    expect((await off({ password, code: recoveryCodes[0] })).statusCode).toBe(204);
    expect(await newest()).toBe('Your VoiceFlow account has no second factor any more');
    expect((await off({ password, code: app.code() })).json()).toMatchObject({
      status: 409,
      code: 'two_factor_off',
    });
    expect((await logIn(email)).statusCode).toBe(200);
  });

  it('gets new recovery codes in place of the former ones, and its owner a mail', async () => {
    const { email, accessToken, app, recoveryCodes } = await enable();
    const renew = (body: object) =>
      accounts.post('/v1/me/two-factor/recovery-codes', { accessToken, body });
    expect((await renew({ code: app.code() })).json()).toMatchObject({ param: 'password' });
    expect((await renew({ password: 'wrong', code: app.code() })).json().code).toBe(
      'wrong_password',
    );
    expect((await renew({ password, code: '12345x' })).json().code).toBe('invalid_code');
    const renewed = await renew({ password, code: recoveryCodes[0] });
    expect(renewed.statusCode, renewed.body).toBe(200);
    const fresh: string[] = renewed.json().recovery_codes;
    expect(new Set([...fresh, ...recoveryCodes]).size).toBe(20);
    const [mail] = await accounts.mailsTo(email);
    expect(mail?.subject).toBe('Your VoiceFlow account has new recovery codes');
    expect(mail?.text).not.toContain(fresh[0]);
    expect((await logIn(email, recoveryCodes[1])).statusCode).toBe(400);
    expect((await logIn(email, fresh[0])).statusCode).toBe(200);
  });

  it('is looked after without a password by who has confirmed that it is them', async () => {
    const { email, accessToken, app, recoveryCodes } = await enable();
    await accounts.database.db
      .updateTable('users')
      .set({ password_hash: null })
      .where('email', '=', email)
      .execute();
    const renew = (body: object) =>
      accounts.post('/v1/me/two-factor/recovery-codes', { accessToken, body });
    const off = (body: object) => accounts.post('/v1/me/two-factor/disable', { accessToken, body });
    for (const change of [renew, off]) {
      expect((await change({ code: recoveryCodes[0] })).json()).toMatchObject({
        status: 403,
        code: 'confirmation_required',
      });
    }
    const proof = { accessToken, body: { code: app.code() } };
    expect((await accounts.post('/v1/me/confirm', proof)).statusCode).toBe(204);
    // A code is good once; none is asked for any more.
    expect((await off(proof.body)).json().code).toBe('invalid_code');
    expect((await renew({})).json().recovery_codes).toHaveLength(10);
    expect((await off({})).statusCode).toBe(204);
    expect((await off({})).json().code).toBe('two_factor_off');
  });

  it('with a password takes both it and a code', async () => {
    const { accessToken, recoveryCodes } = await enable();
    for (const path of ['recovery-codes', 'disable']) {
      const change = (body: object) =>
        accounts.post(`/v1/me/two-factor/${path}`, { accessToken, body });
      expect((await change({ password })).json()).toMatchObject({ status: 400, param: 'code' });
      expect((await change({ code: recoveryCodes[0] })).json()).toMatchObject({
        status: 400,
        param: 'password',
      });
    }
  });

  it('survives a new password by mail', async () => {
    const { email, app } = await enable();
    await accounts.post('/auth/forgot-password', { body: { email }, ip: randomIp() });
    const [mail] = await accounts.mailsTo(email);
    await accounts.post('/auth/reset-password', { body: { token: mail?.token, password } });
    expect((await logIn(email)).json().code).toBe('second_factor_required');
    expect((await logIn(email, app.code())).statusCode).toBe(200);
  });

  it('is kept sealed, and its recovery codes hashed', async () => {
    const { app, recoveryCodes } = await enable();
    const { db } = accounts.database;
    const stored = JSON.stringify([
      await db.selectFrom('totp_factors').selectAll().execute(),
      await db.selectFrom('recovery_codes').selectAll().execute(),
    ]);
    expect(stored).not.toContain(app.totp.secret.base32);
    expect(stored).not.toContain(recoveryCodes[0]?.replaceAll('-', '') ?? '');
  });
});
