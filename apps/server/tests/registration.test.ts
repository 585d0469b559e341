import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseId } from '../src/platform/ids.ts';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';

let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open();
});

afterAll(() => accounts?.close());

const freshEmail = () => `${randomUUID()}@example.com`;

describe('registration', () => {
  it('mails a link that confirms the address, once, and makes a team', async () => {
    const email = freshEmail();
    const registered = await accounts.post('/auth/register', {
      body: { email, password, name: 'Ada' },
    });
    expect([registered.statusCode, registered.json()]).toEqual([202, { status: 'mail_sent' }]);
    const early = await accounts.post('/auth/login', { body: { email, password } });
    expect(early.json()).toMatchObject({ status: 403, code: 'email_not_verified' });

    const [mail] = await accounts.mailsTo(email);
    expect(mail?.text).toContain(`http://localhost:8080/verify-email#token=${mail?.token}`);
    const token = { body: { token: mail?.token, password } };
    const confirmed = await accounts.post('/auth/verify-email', token);
    expect(confirmed.json()).toEqual({
      token_type: 'Bearer',
      expires_in: 900,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
    });
    const again = await accounts.post('/auth/verify-email', token);
    expect(again.json()).toMatchObject({ status: 400, code: 'invalid_token', param: 'token' });

    const { access_token: accessToken } = confirmed.json();
    const me = await accounts.get('/v1/me', { accessToken });
    const log = await accounts.get('/v1/audit-log', { accessToken });
    const { id: userId } = me.json();
    expect(log.json().data).toMatchObject([
      { event_type: 'user.logged_in', actor: { user_id: userId }, details: { method: 'password' } },
      { event_type: 'team.created', actor: { user_id: userId } },
    ]);
    expect(me.json()).toEqual({
      id: expect.stringMatching(/^user_/),
      email,
      email_verified: true,
      name: 'Ada',
      created_at: accounts.clock.now().toISOString(),
      deletion_due_at: null,
      has_password: true,
      two_factor: false,
      local_operator: false,
      team: {
        id: expect.stringMatching(/^team_/),
        role: 'owner',
        lacks_second_factor: false,
      },
    });
  });

  it('answers the same for an address that has an account, and tells its owner', async () => {
    const { email } = await accounts.createAccount();
    const answers = await Promise.all(
      [email, email.toUpperCase(), freshEmail()].map((address) =>
        accounts.post('/auth/register', { body: { email: address, password: `${password}!` } }),
      ),
    );
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect((await accounts.mailsTo(email))[0]?.subject).toMatch(/account already/);
    await expect(accounts.logIn(email)).resolves.toBeDefined();
  });

  it('anew, before the address is confirmed, voids what was registered before', async () => {
    const email = freshEmail();
    const ip = randomIp();
    await accounts.post('/auth/register', {
      body: { email, password: 'the password of a thief' },
      ip,
    });
    const [stale] = await accounts.mailsTo(email);
    await accounts.post('/auth/register', { body: { email, password }, ip });
    const [fresh] = await accounts.mailsTo(email);
    const tries = [stale, fresh].map((mail) =>
      accounts.post('/auth/verify-email', { body: { token: mail?.token, password } }),
    );
    expect((await Promise.all(tries)).map((answer) => answer.statusCode)).toEqual([400, 200]);
    const thief = { email, password: 'the password of a thief' };
    expect((await accounts.post('/auth/login', { body: thief })).statusCode).toBe(401);
    await expect(accounts.logIn(email)).resolves.toBeDefined();
  });

  it('by somebody else, who hopes that the owner opens the link, opens nothing', async () => {
    const email = freshEmail();
    const ip = randomIp();
    await accounts.post('/auth/register', { body: { email, password }, ip });
    const thief = { email, password: 'the password of a thief' };
    await accounts.post('/auth/register', { body: thief, ip: randomIp() });
    const [mail] = await accounts.mailsTo(email);
    const confirm = (given: string, token = mail?.token) =>
      accounts.post('/auth/verify-email', { body: { token, password: given }, ip });
    expect((await confirm(password)).json()).toMatchObject({
      status: 400,
      code: 'wrong_password',
      param: 'password',
    });
    const attempt = await accounts.post('/auth/login', { body: thief });
    expect(attempt.json()).toMatchObject({ status: 403, code: 'email_not_verified' });
    await accounts.post('/auth/register', { body: { email, password }, ip });
    const [own] = await accounts.mailsTo(email);
    const guesses = await Promise.all(
      Array.from({ length: 12 }, (_, index) => confirm(`a guess of ${index}`, own?.token)),
    );
    expect(guesses.filter(({ statusCode }) => statusCode === 429).length).toBeGreaterThan(0);
    accounts.clock.advance(15 * 60_000);
    expect((await confirm(password, own?.token)).statusCode).toBe(200);
    await expect(accounts.logIn(email)).resolves.toBeDefined();
  });

  it('on a page ends logged in by cookies, in place of whoever was', async () => {
    const { email: before } = await accounts.createAccount();
    const logIn = { body: { email: before, password }, fromPage: {} };
    const former = cookiesOf(await accounts.post('/v1/auth/login', logIn));
    const email = freshEmail();
    await accounts.post('/auth/register', { body: { email, password }, ip: randomIp() });
    const [mail] = await accounts.mailsTo(email);
    const confirm = (given: string) =>
      accounts.post('/v1/auth/verify-email', {
        body: { token: mail?.token, password: given },
        fromPage: former,
      });
    const refused = await confirm('not what was chosen');
    expect([refused.json().code, refused.cookies]).toEqual(['wrong_password', []]);
    const confirmed = await confirm(password);
    expect(confirmed.json()).toEqual({ token_type: 'Bearer', expires_in: 900 });
    const me = await accounts.get('/v1/me', { fromPage: cookiesOf(confirmed) });
    expect(me.json()).toMatchObject({ email, team: { role: 'owner' } });
    expect((await accounts.get('/v1/me', { fromPage: former })).statusCode).toBe(401);
    const failures = await accounts.database.db
      .selectFrom('audit_log')
      .select(['details', 'success'])
      .where('event_type', '=', 'user.log_in_failed')
      .where('resource_id', '=', parseId('user', me.json().id) ?? '')
      .execute();
    expect(failures).toEqual([
      { details: { method: 'password', reason: 'invalid_credentials' }, success: false },
    ]);
  });

  it('opens nothing a second time, whatever was mailed meanwhile', async () => {
    const email = freshEmail();
    await accounts.post('/auth/register', { body: { email, password }, ip: randomIp() });
    const [mail] = await accounts.mailsTo(email);
    const { db } = accounts.database;
    const proveIn = (verifiedAt: Date | null) =>
      db
        .updateTable('users')
        .set({ email_verified_at: verifiedAt })
        .where('email', '=', email)
        .execute();
    await proveIn(accounts.clock.now());
    const body = { token: mail?.token, password };
    const proven = await accounts.post('/auth/verify-email', { body });
    expect(proven.json()).toMatchObject({ status: 400, code: 'invalid_token' });
    await proveIn(null);
    expect((await accounts.post('/auth/verify-email', { body })).statusCode).toBe(200);
  });

  it('at once from many places makes one account', async () => {
    const email = freshEmail();
    await Promise.all(
      Array.from({ length: 4 }, () =>
        accounts.post('/auth/register', { body: { email, password }, ip: randomIp() }),
      ),
    );
    const mails = await accounts.mailsTo(email);
    const confirmed = await Promise.all(
      mails.map(({ token }) => accounts.post('/auth/verify-email', { body: { token, password } })),
    );
    expect(confirmed.filter((answer) => answer.statusCode === 200)).toHaveLength(1);
  });

  it.each([
    [{ role: 'owner' }, 'unknown_field', 'role'],
    [{ team_id: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6' }, 'unknown_field', 'team_id'],
    [{ email_verified: true }, 'unknown_field', 'email_verified'],
    [{ email: 'ada' }, 'invalid_email', 'email'],
    [{ email: 'аda@example.com' }, 'invalid_email', 'email'],
    [{ email: 'a@example.com\r\nBcc: eve@example.com' }, 'invalid_email', 'email'],
    [{ name: 'Ada\r\nBcc: eve@example.com' }, 'invalid_field', 'name'],
    [{ password: 'only-eleven' }, 'invalid_field', 'password'],
    [{ password: '🙂🙂🙂🙂🙂🙂' }, 'invalid_field', 'password'],
    [{ password: 'password1234' }, 'password_too_common', 'password'],
    [{ password: 'x'.repeat(10_240) }, 'invalid_field', 'password'],
  ])('refuses %o', async (fields, code, param) => {
    const body = { email: freshEmail(), password, ...fields };
    const refused = await accounts.post('/auth/register', { body, ip: randomIp() });
    expect(refused.json()).toMatchObject({ status: 400, code, param });
  });

  it('sends one address no more than five mails an hour, and does not say so', async () => {
    const email = freshEmail();
    for (let i = 0; i < 7; i += 1) {
      const answer = await accounts.post('/auth/register', {
        body: { email, password },
        ip: randomIp(),
      });
      expect(answer.statusCode).toBe(202);
    }
    expect(await accounts.mailsTo(email)).toHaveLength(5);
  });

  it('is open to one network thirty times an hour', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 32 }, async (_, index) => {
        const body = { email: 'nobody@example.com', password };
        const ip = `2001:db8:1:1:${index}::1`;
        return (await accounts.post('/auth/register', { body, ip })).statusCode;
      }),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });
});

describe('the mailbox page', () => {
  it('shows waiting mail to the person at this machine alone', async () => {
    const { email } = await accounts.createAccount();
    const host = 'localhost:8080';
    const here = await accounts.get('/mailbox', { headers: { host } });
    expect(here.body).toContain(email);
    expect(here.body).toMatch(/<a href="http:\/\/localhost:8080\/verify-email#token=/);
    const rebound = await accounts.get('/mailbox', { headers: { host: 'voice.example.com' } });
    const proxied = await accounts.get('/mailbox', { headers: { host, via: '1.1 proxy' } });
    expect([rebound.statusCode, proxied.statusCode]).toEqual([404, 404]);
    const remote = await accounts.get('/mailbox', { headers: { host }, ip: '192.0.2.7' });
    expect(remote.statusCode).toBe(404);
  });
});
