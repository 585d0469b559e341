import { randomUUID } from 'node:crypto';
import { TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';
import { errorOf, newPerson, OAuthApp, type Provider } from './oauth-app.ts';
import { unreachableUrl } from './support/identity-provider.ts';

let server: OAuthApp;

beforeAll(async () => {
  server = await OAuthApp.open();
});
afterAll(() => server?.close());
afterEach(() => {
  server.google.tamper = () => {};
  server.google.forge = (idToken) => idToken;
});

describe.each<Provider>(['google', 'github'])('log-in through %s', (provider) => {
  it('makes an account with a team, and finds it again by the id when the address has changed', async () => {
    const person = newPerson();
    const first = await server.logInAt(provider, person, { next: '/keys?page=2#top' });
    expect(first.headers.location).toBe('/keys?page=2#top');
    const me = await server.meOf(first);
    expect(me).toMatchObject({
      email: person.email,
      email_verified: true,
      name: 'Grace Hopper',
      team: { role: 'owner' },
    });
    const moved = await server.meOf(
      await server.logInAt(provider, { ...person, email: 'new@example.com' }),
    );
    expect(moved).toMatchObject({ id: me.id, email: person.email });
  });

  it('hands tokens over in cookies that no script can read, and takes its own away', async () => {
    const response = await server.logInAt(provider, newPerson());
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.cookies).toMatchObject([
      { name: 'voiceflow_sign_in', value: '', maxAge: 0, path: '/v1/auth' },
      { name: 'voiceflow_access', httpOnly: true, sameSite: 'Strict', path: '/' },
      { name: 'voiceflow_refresh', httpOnly: true, sameSite: 'Strict', path: '/v1/auth' },
    ]);
    const { voiceflow_refresh = '' } = cookiesOf(response);
    const refreshed = await server.accounts.post('/v1/auth/refresh', {
      fromPage: { voiceflow_refresh },
    });
    expect(refreshed.statusCode).toBe(200);
  });

  it('ends the session that the browser had before, once the new one is there', async () => {
    const { email } = await server.accounts.createAccount();
    const body = { email, password };
    const former = cookiesOf(await server.accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const elsewhere = await server.accounts.logIn(email);
    const peer = server.peer(provider);
    peer.person = newPerson({ email });
    const { url, cookie } = await server.leave(provider, {}, former);
    const statusOf = async (fromPage: Record<string, string>) =>
      (await server.accounts.get('/v1/me', { fromPage })).statusCode;
    expect(await statusOf(former)).toBe(200);
    const response = await server.comeBack(await peer.visit(url), cookie);
    await server.meOf(response);
    expect(await statusOf(former)).toBe(401);
    const other = await server.accounts.get('/v1/me', { accessToken: elsewhere.access_token });
    expect(other.statusCode).toBe(200);
  });

  it('opens the account with the same proven address, whatever its letter case, and tells its owner', async () => {
    const { email } = await server.accounts.createAccount();
    const response = await server.logInAt(provider, newPerson({ email: email.toUpperCase() }));
    expect((await server.meOf(response)).email).toBe(email);
    expect((await server.accounts.mailsTo(email))[0]?.subject).toMatch(/opened another way/);
    // The password goes on to work.
    await server.accounts.logIn(email);
  });

  it('does not open an account by an address that the provider has not confirmed', async () => {
    const { email } = await server.accounts.createAccount();
    for (const emailVerified of [false, undefined]) {
      const person = newPerson({ email, ...(emailVerified === false ? { emailVerified } : {}) });
      const { emailVerified: _, ...unsaid } = person;
      const response = await server.logInAt(provider, emailVerified === false ? person : unsaid);
      // GitHub always says; an answer without it is no answer of GitHub's.
      const expected =
        emailVerified === undefined && provider === 'github'
          ? 'sign_in_failed'
          : 'provider_email_unverified';
      expect(errorOf(response)).toBe(expected);
    }
  });

  it('gives nothing to who registered the address before without proving it', async () => {
    const email = `${randomUUID()}@example.com`;
    const attackersPassword = 'a password of the attacker';
    await server.accounts.post('/auth/register', {
      body: { email, password: attackersPassword, name: 'Mallory' },
      ip: randomIp(),
    });
    const [mail] = await server.accounts.mailsTo(email);
    const me = await server.meOf(
      await server.logInAt(provider, newPerson({ email, name: 'Victim' })),
    );
    expect(me).toMatchObject({ email, email_verified: true, name: 'Victim' });
    const attempt = { body: { email, password: attackersPassword }, ip: randomIp() };
    expect((await server.accounts.post('/auth/login', attempt)).json().code).toBe(
      'invalid_credentials',
    );
    const body = { token: mail?.token, password: attackersPassword };
    const link = await server.accounts.post('/auth/verify-email', { body });
    expect(link.json().code).toBe('invalid_token');
  });

  it('asks for the second factor of an account that has one', async () => {
    const person = newPerson();
    const { email = '' } = person;
    await server.accounts.createAccount(email);
    const { access_token: accessToken } = await server.accounts.logIn(email);
    const proposed = await server.accounts.post('/v1/me/two-factor', {
      accessToken,
      body: { password },
    });
    const totp = new TOTP({ secret: proposed.json().secret });
    const code = () => totp.generate({ timestamp: server.accounts.clock.now().getTime() });
    await server.accounts.post('/v1/me/two-factor/confirm', {
      accessToken,
      body: { code: code() },
    });
    server.accounts.clock.advance(30_000);

    const half = await server.logInAt(provider, person, { next: '/keys' });
    expect(half.headers.location).toBe('/log-in?second_factor=required&next=%2Fkeys');
    const { voiceflow_access, voiceflow_sign_in = '' } = cookiesOf(half);
    expect(voiceflow_access).toBeUndefined();
    // Nothing is connected before the code was right.
    expect((await server.connectionsOf(accessToken)).json().data).toEqual([]);

    const bring = (fromPage: Record<string, string>, given = code()) =>
      server.accounts.post('/v1/auth/second-factor', { body: { code: given }, fromPage });
    expect((await bring({})).json().code).toBe('sign_in_expired');
    expect((await bring({ voiceflow_sign_in }, '000000')).json().code).toBe('invalid_code');
    const done = await bring({ voiceflow_sign_in });
    expect(done.statusCode, done.body).toBe(200);
    expect(done.json()).toEqual({ token_type: 'Bearer', expires_in: 900, next: '/keys' });
    expect(cookiesOf(done).voiceflow_access).toMatch(/\./);
    server.accounts.clock.advance(30_000);
    expect((await bring({ voiceflow_sign_in })).json().code).toBe('sign_in_expired');
    expect((await server.connectionsOf(accessToken)).json().data).toMatchObject([
      { provider, email },
    ]);
  });

  it('asks for the second factor of an account without a password, set up by who has just come', async () => {
    const person = newPerson();
    const { voiceflow_access = '' } = cookiesOf(await server.logInAt(provider, person));
    const fromPage = { voiceflow_access };
    const propose = (body: object = {}) =>
      server.accounts.post('/v1/me/two-factor', { body, fromPage });
    for (const body of [{}, { password }]) {
      expect((await propose(body)).json()).toMatchObject({ code: 'confirmation_required' });
    }
    await server.accounts.post('/v1/me/confirm', { body: {}, fromPage });
    const proposed = await propose();
    expect(proposed.statusCode, proposed.body).toBe(200);
    const totp = new TOTP({ secret: proposed.json().secret });
    const body = { code: totp.generate({ timestamp: server.accounts.clock.now().getTime() }) };
    const on = await server.accounts.post('/v1/me/two-factor/confirm', { body, fromPage });
    expect(on.json().recovery_codes).toHaveLength(10);

    const half = await server.logInAt(provider, person);
    expect(cookiesOf(half).voiceflow_access).toBeUndefined();
    const { voiceflow_sign_in = '' } = cookiesOf(half);
    server.accounts.clock.advance(30_000);
    const code = totp.generate({ timestamp: server.accounts.clock.now().getTime() });
    const done = await server.accounts.post('/v1/auth/second-factor', {
      body: { code },
      fromPage: { voiceflow_sign_in },
    });
    expect(done.statusCode, done.body).toBe(200);
  });

  it('ends without a session where the person says no', async () => {
    const { url, cookie } = await server.leave(provider, { next: '/keys' });
    const back = await server.peer(provider).visit(url);
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const response = await server.comeBack(back, cookie);
    expect(response.headers.location).toBe(
      `/log-in?error=sign_in_denied&provider=${provider}&next=%2Fkeys`,
    );
  });

  it('works once, for ten minutes, and for the browser that began', async () => {
    const peer = server.peer(provider);
    peer.person = newPerson();
    const mine = await server.leave(provider);
    const back = await peer.visit(mine.url);
    expect(errorOf(await server.comeBack(back, undefined))).toBe('sign_in_expired');
    // Of an attacker, who would log the victim in to the attacker's account.
    const others = await server.leave(provider);
    expect(errorOf(await server.comeBack(back, others.cookie))).toBe('sign_in_expired');
    const answers = await Promise.all([1, 2, 3].map(() => server.comeBack(back, mine.cookie)));
    const sessions = answers.filter((answer) => cookiesOf(answer).voiceflow_access);
    expect(sessions).toHaveLength(1);
    expect(errorOf(await server.comeBack(back, mine.cookie))).toBe('sign_in_expired');

    const late = await server.leave(provider);
    const lateBack = await peer.visit(late.url);
    server.accounts.clock.advance(10 * 60_000);
    expect(errorOf(await server.comeBack(lateBack, late.cookie))).toBe('sign_in_expired');
  });

  it('takes a code for the log-in that it was made for, and no other', async () => {
    const peer = server.peer(provider);
    peer.person = newPerson();
    const stolen = await peer.visit((await server.leave(provider)).url);
    const { url, cookie } = await server.leave(provider);
    const back = await peer.visit(url);
    back.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect(errorOf(await server.comeBack(back, cookie))).toBe('sign_in_failed');
  });

  it('is not mixed up with another provider', async () => {
    const other = provider === 'google' ? 'github' : 'google';
    const peer = server.peer(provider);
    const { url, cookie } = await server.leave(provider);
    const back = await peer.visit(url);
    back.pathname = back.pathname.replace(provider, other);
    expect(errorOf(await server.comeBack(back, cookie))).toBe('sign_in_expired');
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Those of a person whom the provider did not have before it. */
function otherClaims(): string {
  return encode({ iss: server.google.url, aud: 'google-client', sub: '1', exp: 4e9, iat: 1.7e9 });
}

describe('an answer of an OpenID provider is refused', () => {
  test.each<[string, (claims: Record<string, unknown>) => void]>([
    ['of another issuer', (claims) => Object.assign(claims, { iss: 'https://evil.example' })],
    ['for another client', (claims) => Object.assign(claims, { aud: 'somebody-else' })],
    ['that has run out', (claims) => Object.assign(claims, { exp: 1_700_000_000 })],
    ['to another question', (claims) => Object.assign(claims, { nonce: 'another' })],
    ['without a nonce', (claims) => delete claims.nonce],
    ['about nobody', (claims) => delete claims.sub],
  ])('%s', async (_, tamper) => {
    server.google.tamper = tamper;
    expect(errorOf(await server.logInAt('google', newPerson()))).toBe('sign_in_failed');
  });

  test.each<[string, (parts: readonly string[]) => string]>([
    [
      'whose claims were changed',
      ([header, , signature]) => `${header}.${otherClaims()}.${signature}`,
    ],
    ['without a signature', ([, claims]) => `${encode({ alg: 'none' })}.${claims}.`],
    [
      'signed with the public key as a secret',
      ([, claims]) => `${encode({ alg: 'HS256' })}.${claims}.AAAA`,
    ],
  ])('%s', async (_, forge) => {
    server.google.forge = (idToken) => forge(idToken.split('.'));
    expect(errorOf(await server.logInAt('google', newPerson()))).toBe('sign_in_failed');
  });
});

describe('the way out', () => {
  it('carries PKCE, a state and, with OpenID, a nonce; none of their secrets is in the database', async () => {
    const { url, cookie } = await server.leave('google');
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toBe('http://localhost:8080/v1/auth/oauth/google/callback');
    const row = await server.accounts.database.db
      .selectFrom('sign_ins')
      .selectAll()
      .orderBy('created_at', 'desc')
      .execute();
    const stored = JSON.stringify(row);
    for (const secret of [query.get('state'), query.get('nonce'), cookie]) {
      expect(secret).toMatch(/^[\w-]{43}$/);
      expect(stored).not.toContain(secret);
    }
  });

  it('cannot be begun by another site, nor through a provider that is not set up', async () => {
    const foreign = { body: {}, headers: { 'sec-fetch-site': 'cross-site' } };
    const response = await server.accounts.post('/auth/oauth/google', foreign);
    expect(response.json().code).toBe('cross_site_request');
    const unknown = await server.accounts.post('/auth/oauth/myspace', { body: {} });
    expect(unknown.json()).toMatchObject({ status: 404, code: 'provider_not_found' });
  });

  it('says when the provider is down', async () => {
    const app = await AccountApp.open({
      OAUTH_GOOGLE_CLIENT_ID: 'c',
      OAUTH_GOOGLE_CLIENT_SECRET: 's',
      OAUTH_GOOGLE_ISSUER: await unreachableUrl(),
    });
    const response = await app.post('/auth/oauth/google', { body: {} });
    expect(response.json()).toMatchObject({ status: 503, code: 'provider_unavailable' });
    expect((await app.get('/v1/auth/providers')).json()).toEqual({
      data: [{ id: 'google', name: 'Google' }],
    });
    await app.close();
  });

  it('is limited for one address', async () => {
    const ip = randomIp();
    const begin = () => server.accounts.post('/auth/oauth/github', { body: {}, ip });
    const answers = await Promise.all(Array.from({ length: 102 }, begin));
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(2);
  });
});

test('what happened is in the audit log', async () => {
  const person = newPerson();
  const { id } = await server.meOf(await server.logInAt('google', person));
  server.google.tamper = (claims) => Object.assign(claims, { aud: 'somebody-else' });
  await server.logInAt('google', newPerson());
  const rows = await server.accounts.database.db
    .selectFrom('audit_log')
    .select(['event_type as type', 'details', 'success'])
    .where((where) =>
      where.or([where('actor_kind', '=', 'user'), where('event_type', '=', 'user.log_in_failed')]),
    )
    .orderBy('sequence', 'desc')
    .limit(4)
    .execute();
  expect(id).toMatch(/^user_/);
  expect(rows).toMatchObject([
    {
      type: 'user.log_in_failed',
      details: { method: 'google', reason: 'sign_in_failed' },
      success: false,
    },
    { type: 'user.logged_in', details: { method: 'google' } },
    { type: 'user.connection_added', details: { provider: 'google' } },
    { type: 'user.created', details: { method: 'google' } },
  ]);
});
