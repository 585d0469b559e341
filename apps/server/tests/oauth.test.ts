import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';
import { IdentityProvider, type Person, unreachableUrl } from './support/identity-provider.ts';

let google: IdentityProvider;
let github: IdentityProvider;
let accounts: AccountApp;

beforeAll(async () => {
  google = await IdentityProvider.start('openid');
  github = await IdentityProvider.start('github');
  accounts = await AccountApp.open({
    OAUTH_GOOGLE_CLIENT_ID: 'google-client',
    OAUTH_GOOGLE_CLIENT_SECRET: 'google-secret',
    OAUTH_GOOGLE_ISSUER: google.url,
    OAUTH_GITHUB_CLIENT_ID: 'github-client',
    OAUTH_GITHUB_CLIENT_SECRET: 'github-secret',
    OAUTH_GITHUB_URL: github.url,
    OAUTH_GITHUB_API_URL: `${github.url}/`,
  });
});
afterAll(async () => {
  await accounts?.close();
  await google?.stop();
  await github?.stop();
});
afterEach(() => {
  google.tamper = () => {};
  google.forge = (idToken) => idToken;
});

type Provider = 'google' | 'github';

function newPerson(overrides: Partial<Person> = {}): Person {
  return {
    id: String(Math.floor(Math.random() * 1e12)),
    email: `${randomUUID()}@example.com`,
    emailVerified: true,
    name: 'Grace Hopper',
    ...overrides,
  };
}

interface Departure {
  readonly url: string;
  readonly cookie: string;
}

async function leave(
  provider: Provider,
  body: object = {},
  fromPage: Record<string, string> = {},
): Promise<Departure> {
  const begun = await accounts.post(`/auth/oauth/${provider}`, {
    body,
    fromPage,
    ip: randomIp(),
  });
  expect(begun.statusCode, begun.body).toBe(200);
  return { url: begun.json().url, cookie: cookiesOf(begun).voiceflow_sign_in ?? '' };
}

/** The browser follows the provider's redirect: another site leads here. */
function comeBack(url: URL, cookie: string | undefined): Promise<LightMyRequestResponse> {
  return accounts.get(`${url.pathname}${url.search}`, {
    headers: {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      ...(cookie === undefined ? {} : { cookie: `voiceflow_sign_in=${cookie}` }),
    },
  });
}

async function logInAt(
  provider: Provider,
  person: Person,
  body: object = {},
): Promise<LightMyRequestResponse> {
  const peer = provider === 'google' ? google : github;
  peer.person = person;
  const { url, cookie } = await leave(provider, body);
  return comeBack(await peer.visit(url), cookie);
}

function errorOf(response: LightMyRequestResponse): string | null {
  expect(response.statusCode).toBe(303);
  const target = new URL(String(response.headers.location), 'http://here.invalid');
  expect(cookiesOf(response).voiceflow_access).toBeUndefined();
  return target.searchParams.get('error');
}

async function meOf(response: LightMyRequestResponse) {
  expect(response.statusCode).toBe(303);
  const { voiceflow_access: access = '' } = cookiesOf(response);
  const me = await accounts.get('/v1/me', { fromPage: { voiceflow_access: access } });
  expect(me.statusCode, me.body).toBe(200);
  return me.json();
}

function connectionsOf(accessToken: string) {
  return accounts.get('/v1/me/connections', { accessToken });
}

describe.each<Provider>(['google', 'github'])('log-in through %s', (provider) => {
  it('makes an account with a team, and finds it again by the id when the address has changed', async () => {
    const person = newPerson();
    const first = await logInAt(provider, person, { next: '/keys?page=2#top' });
    expect(first.headers.location).toBe('/keys?page=2#top');
    const me = await meOf(first);
    expect(me).toMatchObject({
      email: person.email,
      email_verified: true,
      name: 'Grace Hopper',
      team: { role: 'owner' },
    });
    const moved = await meOf(await logInAt(provider, { ...person, email: 'new@example.com' }));
    expect(moved).toMatchObject({ id: me.id, email: person.email });
  });

  it('hands tokens over in cookies that no script can read, and takes its own away', async () => {
    const response = await logInAt(provider, newPerson());
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.cookies).toMatchObject([
      { name: 'voiceflow_sign_in', value: '', maxAge: 0, path: '/v1/auth' },
      { name: 'voiceflow_access', httpOnly: true, sameSite: 'Strict', path: '/' },
      { name: 'voiceflow_refresh', httpOnly: true, sameSite: 'Strict', path: '/v1/auth' },
    ]);
    const { voiceflow_refresh = '' } = cookiesOf(response);
    const refreshed = await accounts.post('/v1/auth/refresh', { fromPage: { voiceflow_refresh } });
    expect(refreshed.statusCode).toBe(200);
  });

  it('ends the session that the browser had before, once the new one is there', async () => {
    const { email } = await accounts.createAccount();
    const body = { email, password };
    const former = cookiesOf(await accounts.post('/v1/auth/login', { body, fromPage: {} }));
    const elsewhere = await accounts.logIn(email);
    const peer = provider === 'google' ? google : github;
    peer.person = newPerson({ email });
    const { url, cookie } = await leave(provider, {}, former);
    const statusOf = async (fromPage: Record<string, string>) =>
      (await accounts.get('/v1/me', { fromPage })).statusCode;
    expect(await statusOf(former)).toBe(200);
    const response = await comeBack(await peer.visit(url), cookie);
    await meOf(response);
    expect(await statusOf(former)).toBe(401);
    const other = await accounts.get('/v1/me', { accessToken: elsewhere.access_token });
    expect(other.statusCode).toBe(200);
  });

  it('opens the account with the same proven address, whatever its letter case, and tells its owner', async () => {
    const { email } = await accounts.createAccount();
    const response = await logInAt(provider, newPerson({ email: email.toUpperCase() }));
    expect((await meOf(response)).email).toBe(email);
    expect((await accounts.mailsTo(email))[0]?.subject).toMatch(/opened another way/);
    // The password goes on to work.
    await accounts.logIn(email);
  });

  it('does not open an account by an address that the provider has not confirmed', async () => {
    const { email } = await accounts.createAccount();
    for (const emailVerified of [false, undefined]) {
      const person = newPerson({ email, ...(emailVerified === false ? { emailVerified } : {}) });
      const { emailVerified: _, ...unsaid } = person;
      const response = await logInAt(provider, emailVerified === false ? person : unsaid);
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
    await accounts.post('/auth/register', {
      body: { email, password: attackersPassword, name: 'Mallory' },
      ip: randomIp(),
    });
    const [mail] = await accounts.mailsTo(email);
    const me = await meOf(await logInAt(provider, newPerson({ email, name: 'Victim' })));
    expect(me).toMatchObject({ email, email_verified: true, name: 'Victim' });
    const attempt = { body: { email, password: attackersPassword }, ip: randomIp() };
    expect((await accounts.post('/auth/login', attempt)).json().code).toBe('invalid_credentials');
    const body = { token: mail?.token, password: attackersPassword };
    const link = await accounts.post('/auth/verify-email', { body });
    expect(link.json().code).toBe('invalid_token');
  });

  it('asks for the second factor of an account that has one', async () => {
    const person = newPerson();
    const { email = '' } = person;
    await accounts.createAccount(email);
    const { access_token: accessToken } = await accounts.logIn(email);
    const proposed = await accounts.post('/v1/me/two-factor', { accessToken, body: { password } });
    const totp = new TOTP({ secret: proposed.json().secret });
    const code = () => totp.generate({ timestamp: accounts.clock.now().getTime() });
    await accounts.post('/v1/me/two-factor/confirm', { accessToken, body: { code: code() } });
    accounts.clock.advance(30_000);

    const half = await logInAt(provider, person, { next: '/keys' });
    expect(half.headers.location).toBe('/log-in?second_factor=required&next=%2Fkeys');
    const { voiceflow_access, voiceflow_sign_in = '' } = cookiesOf(half);
    expect(voiceflow_access).toBeUndefined();
    // Nothing is connected before the code was right.
    expect((await connectionsOf(accessToken)).json().data).toEqual([]);

    const bring = (fromPage: Record<string, string>, given = code()) =>
      accounts.post('/v1/auth/second-factor', { body: { code: given }, fromPage });
    expect((await bring({})).json().code).toBe('sign_in_expired');
    expect((await bring({ voiceflow_sign_in }, '000000')).json().code).toBe('invalid_code');
    const done = await bring({ voiceflow_sign_in });
    expect(done.statusCode, done.body).toBe(200);
    expect(done.json()).toEqual({ token_type: 'Bearer', expires_in: 900, next: '/keys' });
    expect(cookiesOf(done).voiceflow_access).toMatch(/\./);
    accounts.clock.advance(30_000);
    expect((await bring({ voiceflow_sign_in })).json().code).toBe('sign_in_expired');
    expect((await connectionsOf(accessToken)).json().data).toMatchObject([{ provider, email }]);
  });

  it('asks for the second factor of an account without a password, set up by who has just come', async () => {
    const person = newPerson();
    const { voiceflow_access = '' } = cookiesOf(await logInAt(provider, person));
    const fromPage = { voiceflow_access };
    const propose = (body: object = {}) => accounts.post('/v1/me/two-factor', { body, fromPage });
    for (const body of [{}, { password }]) {
      expect((await propose(body)).json()).toMatchObject({ code: 'confirmation_required' });
    }
    await accounts.post('/v1/me/confirm', { body: {}, fromPage });
    const proposed = await propose();
    expect(proposed.statusCode, proposed.body).toBe(200);
    const totp = new TOTP({ secret: proposed.json().secret });
    const body = { code: totp.generate({ timestamp: accounts.clock.now().getTime() }) };
    const on = await accounts.post('/v1/me/two-factor/confirm', { body, fromPage });
    expect(on.json().recovery_codes).toHaveLength(10);

    const half = await logInAt(provider, person);
    expect(cookiesOf(half).voiceflow_access).toBeUndefined();
    const { voiceflow_sign_in = '' } = cookiesOf(half);
    accounts.clock.advance(30_000);
    const code = totp.generate({ timestamp: accounts.clock.now().getTime() });
    const done = await accounts.post('/v1/auth/second-factor', {
      body: { code },
      fromPage: { voiceflow_sign_in },
    });
    expect(done.statusCode, done.body).toBe(200);
  });

  it('ends without a session where the person says no', async () => {
    const { url, cookie } = await leave(provider, { next: '/keys' });
    const back = await (provider === 'google' ? google : github).visit(url);
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    const response = await comeBack(back, cookie);
    expect(response.headers.location).toBe(
      `/log-in?error=sign_in_denied&provider=${provider}&next=%2Fkeys`,
    );
  });

  it('works once, for ten minutes, and for the browser that began', async () => {
    const peer = provider === 'google' ? google : github;
    peer.person = newPerson();
    const mine = await leave(provider);
    const back = await peer.visit(mine.url);
    expect(errorOf(await comeBack(back, undefined))).toBe('sign_in_expired');
    // Of an attacker, who would log the victim in to the attacker's account.
    const others = await leave(provider);
    expect(errorOf(await comeBack(back, others.cookie))).toBe('sign_in_expired');
    const answers = await Promise.all([1, 2, 3].map(() => comeBack(back, mine.cookie)));
    const sessions = answers.filter((answer) => cookiesOf(answer).voiceflow_access);
    expect(sessions).toHaveLength(1);
    expect(errorOf(await comeBack(back, mine.cookie))).toBe('sign_in_expired');

    const late = await leave(provider);
    const lateBack = await peer.visit(late.url);
    accounts.clock.advance(10 * 60_000);
    expect(errorOf(await comeBack(lateBack, late.cookie))).toBe('sign_in_expired');
  });

  it('takes a code for the log-in that it was made for, and no other', async () => {
    const peer = provider === 'google' ? google : github;
    peer.person = newPerson();
    const stolen = await peer.visit((await leave(provider)).url);
    const { url, cookie } = await leave(provider);
    const back = await peer.visit(url);
    back.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect(errorOf(await comeBack(back, cookie))).toBe('sign_in_failed');
  });

  it('is not mixed up with another provider', async () => {
    const other = provider === 'google' ? 'github' : 'google';
    const peer = provider === 'google' ? google : github;
    const { url, cookie } = await leave(provider);
    const back = await peer.visit(url);
    back.pathname = back.pathname.replace(provider, other);
    expect(errorOf(await comeBack(back, cookie))).toBe('sign_in_expired');
  });
});

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Those of a person whom the provider did not have before it. */
function otherClaims(): string {
  return encode({ iss: google.url, aud: 'google-client', sub: '1', exp: 4e9, iat: 1.7e9 });
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
    google.tamper = tamper;
    expect(errorOf(await logInAt('google', newPerson()))).toBe('sign_in_failed');
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
    google.forge = (idToken) => forge(idToken.split('.'));
    expect(errorOf(await logInAt('google', newPerson()))).toBe('sign_in_failed');
  });
});

describe('the way out', () => {
  it('carries PKCE, a state and, with OpenID, a nonce; none of their secrets is in the database', async () => {
    const { url, cookie } = await leave('google');
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toBe('http://localhost:8080/v1/auth/oauth/google/callback');
    const row = await accounts.database.db
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
    const response = await accounts.post('/auth/oauth/google', foreign);
    expect(response.json().code).toBe('cross_site_request');
    const unknown = await accounts.post('/auth/oauth/myspace', { body: {} });
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
    const begin = () => accounts.post('/auth/oauth/github', { body: {}, ip });
    const answers = await Promise.all(Array.from({ length: 102 }, begin));
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(2);
  });
});

describe('connections', () => {
  async function begin(accessToken: string) {
    const body = { provider: 'github', next: '/security' };
    return accounts.post('/v1/me/connections', { accessToken, body });
  }

  /** What shows again that it is them: nothing, where only a provider vouches for them. */
  async function confirm(accessToken: string, proof: object = { password }) {
    const confirmed = await accounts.post('/v1/me/confirm', { accessToken, body: proof });
    expect(confirmed.statusCode, confirmed.body).toBe(204);
  }

  async function connect(accessToken: string, person: Person, proof?: object) {
    github.person = person;
    await confirm(accessToken, proof);
    const begun = await begin(accessToken);
    return comeBack(await github.visit(begun.json().url), cookiesOf(begun).voiceflow_sign_in ?? '');
  }

  it('are added by who has confirmed that it is them, listed, used and removed', async () => {
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const person = newPerson();
    expect((await begin(accessToken)).json()).toMatchObject({
      status: 403,
      code: 'confirmation_required',
    });
    const connected = await connect(accessToken, person);
    expect(connected.headers.location).toBe('/security?connected=github');
    expect(cookiesOf(connected).voiceflow_access).toBeUndefined();
    const { data } = (await connectionsOf(accessToken)).json();
    expect(data).toMatchObject([{ provider: 'github', email: person.email, last_used_at: null }]);
    expect((await meOf(await logInAt('github', person))).email).toBe(email);

    const path = `/v1/me/connections/${data[0].id}`;
    accounts.clock.advance(10 * 60_000);
    expect((await accounts.delete(path, { accessToken })).json()).toMatchObject({
      status: 403,
      code: 'confirmation_required',
    });
    await confirm(accessToken);
    expect((await accounts.delete(path, { accessToken })).statusCode).toBe(204);
    expect((await accounts.delete(path, { accessToken })).statusCode).toBe(404);
    const subjects = (await accounts.mailsTo(email)).map(({ subject }) => subject);
    expect(subjects[0]).toBe('Your VoiceFlow account can no longer be opened one way');
    expect((await meOf(await logInAt('github', person))).email).toBe(person.email);
  });

  it('of one account are not opened to another', async () => {
    const person = newPerson();
    await logInAt('github', person);
    const { email } = await accounts.createAccount();
    const { access_token: accessToken } = await accounts.logIn(email);
    const taken = await connect(accessToken, person);
    expect(taken.headers.location).toBe('/security?error=connection_taken&provider=github');
    const [mine] = (await connectionsOf(accessToken)).json().data;
    expect(mine).toBeUndefined();
    await connect(accessToken, newPerson());
    const [own] = (await connectionsOf(accessToken)).json().data;
    const { email: stranger } = await accounts.createAccount();
    const { access_token: strangers } = await accounts.logIn(stranger);
    await confirm(strangers);
    const path = `/v1/me/connections/${own.id}`;
    const removed = await accounts.delete(path, { accessToken: strangers });
    expect(removed.json()).toMatchObject({ status: 404, code: 'connection_not_found' });
  });

  it('leave the last way in, also when two are removed at once', async () => {
    const person = newPerson();
    const { voiceflow_access = '' } = cookiesOf(await logInAt('google', person));
    const list = async () => (await connectionsOf(voiceflow_access)).json().data;
    const remove = (id: string) =>
      accounts.delete(`/v1/me/connections/${id}`, { accessToken: voiceflow_access });
    const [first] = await list();
    await confirm(voiceflow_access, {});
    expect((await remove(first.id)).json()).toMatchObject({ status: 409, code: 'last_way_in' });
    await connect(voiceflow_access, newPerson(), {});
    const both = await list();
    expect(both).toHaveLength(2);
    const answers = await Promise.all(both.map(({ id }: { id: string }) => remove(id)));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409]);
    expect(await list()).toHaveLength(1);
  });
});

test('what happened is in the audit log', async () => {
  const person = newPerson();
  const { id } = await meOf(await logInAt('google', person));
  google.tamper = (claims) => Object.assign(claims, { aud: 'somebody-else' });
  await logInAt('google', newPerson());
  const rows = await accounts.database.db
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
