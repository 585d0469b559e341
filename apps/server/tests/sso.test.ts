import { randomUUID } from 'node:crypto';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';
import { comeBack, errorOf, leaveBySso, meOf, SsoTeam } from './sso-team.ts';
import { DnsServer } from './support/dns-server.ts';
import { IdentityProvider } from './support/identity-provider.ts';

let dns: DnsServer;
let provider: IdentityProvider;
let accounts: AccountApp;

beforeAll(async () => {
  dns = await DnsServer.start();
  provider = await IdentityProvider.start('openid');
  accounts = await AccountApp.open({
    DNS_SERVERS: dns.address,
    SSO_PRIVATE_NETWORK: 'allowed',
    OAUTH_GOOGLE_CLIENT_ID: 'google-client',
    OAUTH_GOOGLE_CLIENT_SECRET: 'google-secret',
    OAUTH_GOOGLE_ISSUER: provider.url,
  });
});
afterAll(async () => {
  await accounts?.close();
  await provider?.stop();
  dns?.close();
});
afterEach(() => {
  provider.tamper = () => {};
});

const oidc = (overrides: object = {}) => ({
  protocol: 'oidc',
  issuer: provider.url,
  client_id: 'voiceflow',
  client_secret: 'a secret of the provider',
  ...overrides,
});

async function setUp(overrides: object = {}): Promise<SsoTeam> {
  const team = await SsoTeam.create(accounts, dns);
  const configured = await team.configure(oidc(overrides));
  expect(configured.statusCode, configured.body).toBe(200);
  const proven = await team.proveDomain();
  expect(proven.statusCode, proven.body).toBe(200);
  return team;
}

async function requireSso(team: SsoTeam): Promise<void> {
  const required = await team.configure(oidc({ required: true }));
  expect(required.statusCode, required.body).toBe(200);
}

async function logInBySso(email: string, person: object = {}) {
  provider.person = { id: randomUUID(), email, emailVerified: true, name: 'Grace', ...person };
  const { url, cookie } = await leaveBySso(accounts, email);
  return comeBack(accounts, await provider.visit(url), cookie);
}

function logInByPage(email: string) {
  return accounts.post('/auth/login', { body: { email, password }, fromPage: {}, ip: randomIp() });
}

/** The times of a token that is good for five minutes, by a clock that is so many seconds ahead. */
function issuedIn(seconds: number) {
  const iat = Math.floor(Date.now() / 1000) + seconds;
  return { iat, nbf: iat, exp: iat + 300 };
}

function logInByPassword(email: string) {
  return accounts.post('/auth/login', { body: { email, password }, ip: randomIp() });
}

describe('single sign-on by OpenID Connect', () => {
  it('makes who comes in for the first time a member, and nothing more', async () => {
    const team = await setUp({ default_role: 'viewer' });
    const email = `grace@${team.domain}`;
    const response = await logInBySso(email, { id: 'grace' });
    expect(response.headers.location).toBe('/keys');
    const me = await meOf(accounts, response);
    expect(me).toMatchObject({
      email,
      email_verified: true,
      team: { id: team.id, role: 'viewer' },
    });
    const again = await meOf(accounts, await logInBySso(email, { id: 'grace' }));
    expect(again.id).toBe(me.id);
    const memberships = await accounts.database.db
      .selectFrom('team_members')
      .innerJoin('users', 'users.id', 'user_id')
      .select('team_id')
      .where('email', '=', email)
      .execute();
    expect(memberships).toEqual([{ team_id: team.uuid }]);
    const joined = await accounts.database.db
      .selectFrom('audit_log')
      .select('details')
      .where('team_id', '=', team.uuid)
      .where('event_type', '=', 'member.joined')
      .execute();
    expect(joined).toEqual([{ details: { role: 'viewer', method: 'sso' } }]);
  });

  it('tells the provider whose page it is, and keeps the role that somebody has', async () => {
    const team = await setUp();
    const email = await team.createColleague();
    await team.join(email, 'admin');
    const { url } = await leaveBySso(accounts, email);
    const query = new URL(url).searchParams;
    expect(query.get('login_hint')).toBe(email);
    expect(query.get('redirect_uri')).toBe(`http://localhost:8080/v1/auth/sso/${team.id}/callback`);
    const me = await meOf(accounts, await logInBySso(email), team.id);
    expect(me).toMatchObject({ email, team: { role: 'admin' } });
  });

  it('begins in that team for who has an older one of their own, and tells it whether to ask for more', async () => {
    const team = await setUp();
    const email = await team.createColleague();
    const own = await meOf(accounts, await logInByPage(email));
    expect(own.team).toMatchObject({ role: 'owner' });
    accounts.clock.advance(1);
    const bySso = await logInBySso(email);
    expect((await meOf(accounts, bySso)).team).toMatchObject({ id: team.id, role: 'developer' });
    expect((await meOf(accounts, bySso, own.team.id)).team.id).toBe(own.team.id);
    expect((await meOf(accounts, await logInByPage(email))).team.id).toBe(own.team.id);

    const { db } = accounts.database;
    const asked = { two_factor_required: true };
    await db.updateTable('teams').set(asked).where('id', '=', team.uuid).execute();
    const inTeam = async (response: LightMyRequestResponse) =>
      (await meOf(accounts, response, team.id)).team.lacks_second_factor;
    expect(await inTeam(bySso)).toBe(false);
    expect(await inTeam(await logInByPage(email))).toBe(true);
  });

  it('brings nobody back whom the team has removed, until they are invited by mail', async () => {
    const team = await setUp();
    const email = `grace@${team.domain}`;
    const logIn = () => logInBySso(email, { id: 'grace' });
    const { id: userId } = await meOf(accounts, await logIn(), team.id);
    const { accessToken } = team;
    const remove = () => accounts.delete(`/v1/teams/${team.id}/members/${userId}`, { accessToken });
    expect((await remove()).statusCode).toBe(204);
    expect(errorOf(await logIn())).toBe('removed_from_team');

    const { db } = accounts.database;
    await db.deleteFrom('users').where('email', '=', email).execute();
    expect(errorOf(await logIn())).toBe('removed_from_team');

    accounts.clock.advance(1);
    const invite = { accessToken, body: { email, role: 'developer' } };
    const invited = await accounts.post(`/v1/teams/${team.id}/invite`, invite);
    expect(invited.statusCode, invited.body).toBe(201);
    const back = await logIn();
    expect((await meOf(accounts, back)).team).toBeNull();
    const [mail] = await accounts.mailsTo(email);
    const accepted = await accounts.post('/v1/invitations/accept', {
      body: { token: mail?.token },
      fromPage: { voiceflow_access: cookiesOf(back).voiceflow_access ?? '' },
    });
    expect(accepted.statusCode, accepted.body).toBe(200);
    expect(await meOf(accounts, await logIn(), team.id)).toMatchObject({
      team: { role: 'developer' },
    });
  });

  it('lets back in who has left by themselves', async () => {
    const team = await setUp();
    const email = `grace@${team.domain}`;
    const first = await logInBySso(email, { id: 'grace' });
    const { id: userId } = await meOf(accounts, first, team.id);
    const left = await accounts.delete(`/v1/teams/${team.id}/members/${userId}`, {
      fromPage: { voiceflow_access: cookiesOf(first).voiceflow_access ?? '' },
    });
    expect(left.statusCode, left.body).toBe(204);
    const again = await meOf(accounts, await logInBySso(email, { id: 'grace' }), team.id);
    expect(again.team).toMatchObject({ id: team.id });
  });

  it('vouches for people of its own domains alone', async () => {
    const team = await setUp();
    const other = await setUp();
    const victim = await other.createColleague();
    const { email: stranger } = await accounts.createAccount();
    for (const claimed of [
      victim,
      stranger,
      `grace@sub.${team.domain}`,
      `grace@${team.domain}.evil`,
    ]) {
      provider.person = { id: randomUUID(), email: claimed, emailVerified: true };
      const { url, cookie } = await leaveBySso(accounts, `grace@${team.domain}`);
      const response = await comeBack(accounts, await provider.visit(url), cookie);
      expect(errorOf(response)).toBe('sso_foreign_address');
    }
    const unverified = await logInBySso(`x@${team.domain}`, { emailVerified: false });
    expect(errorOf(unverified)).toBe('provider_email_unverified');
  });

  it('opens no account that has moved to another address', async () => {
    const team = await setUp();
    const email = `grace@${team.domain}`;
    await logInBySso(email, { id: 'grace' });
    const { db } = accounts.database;
    const moved = `${randomUUID()}@example.com`;
    await db.updateTable('users').set({ email: moved }).where('email', '=', email).execute();
    expect(errorOf(await logInBySso(email, { id: 'grace' }))).toBe('sso_foreign_address');
  });

  it.each<[string, (claims: Record<string, unknown>) => void]>([
    ['another issuer', (claims) => Object.assign(claims, { iss: 'https://evil.example' })],
    ['another client', (claims) => Object.assign(claims, { aud: 'somebody-else' })],
    ['another question', (claims) => Object.assign(claims, { nonce: 'another' })],
    ['a time long ago', (claims) => Object.assign(claims, { exp: 1_700_000_000 })],
    ['a clock that is ten minutes ahead', (claims) => Object.assign(claims, issuedIn(600))],
    ['a clock that is ten minutes behind', (claims) => Object.assign(claims, issuedIn(-600))],
  ])('refuses an answer of or for %s', async (_, tamper) => {
    const team = await setUp();
    provider.tamper = tamper;
    expect(errorOf(await logInBySso(`grace@${team.domain}`))).toBe('sign_in_failed');
  });

  it.each([20, -20])('bears a clock that is off by %d seconds', async (seconds) => {
    const team = await setUp();
    provider.tamper = (claims) => Object.assign(claims, issuedIn(seconds));
    const email = `grace@${team.domain}`;
    expect((await meOf(accounts, await logInBySso(email))).email).toBe(email);
  });

  it('works once, in the browser that began, at the team where it began', async () => {
    const team = await setUp();
    const other = await setUp();
    provider.person = { id: 'x', email: `x@${team.domain}`, emailVerified: true };
    const { url, cookie } = await leaveBySso(accounts, `x@${team.domain}`);
    const back = await provider.visit(url);
    const elsewhere = new URL(back);
    elsewhere.pathname = back.pathname.replace(team.id, other.id);
    expect(errorOf(await comeBack(accounts, back, undefined))).toBe('sign_in_expired');
    const answers = await Promise.all([1, 2].map(() => comeBack(accounts, back, cookie)));
    expect(answers.filter((answer) => answer.headers.location === '/keys')).toHaveLength(1);
    const mixed = await leaveBySso(accounts, `x@${team.domain}`);
    const mixedBack = await provider.visit(mixed.url);
    mixedBack.pathname = mixedBack.pathname.replace(team.id, other.id);
    expect(errorOf(await comeBack(accounts, mixedBack, mixed.cookie))).toBe('sign_in_expired');
  });

  it('is not there for an address of no team, nor where the plan has ended', async () => {
    const begin = (email: string) =>
      accounts.post('/auth/sso', { body: { email }, ip: randomIp() });
    expect((await begin('ada@nobody.example')).json()).toMatchObject({
      status: 404,
      code: 'sso_not_found',
    });
    const team = await setUp();
    const email = await team.createColleague();
    await requireSso(team);
    await team.setPlan('free');
    expect((await begin(email)).json()).toMatchObject({ status: 403, code: 'plan_required' });
    expect((await logInByPassword(email)).statusCode).toBe(200);
  });
});

describe('where a team requires it', () => {
  it('every other way in is refused to its people, but not to its owner', async () => {
    const team = await setUp();
    const email = await team.createColleague();
    await requireSso(team);
    expect((await logInByPassword(email)).json()).toMatchObject({
      status: 403,
      code: 'sso_required',
    });
    provider.person = { id: randomUUID(), email, emailVerified: true };
    const begun = await accounts.post('/auth/oauth/google', { body: {}, ip: randomIp() });
    const cookie = begun.cookies.find(({ name }) => name === 'voiceflow_sign_in')?.value;
    const back = await provider.visit(begun.json().url);
    expect(errorOf(await comeBack(accounts, back, cookie))).toBe('sso_required');
    expect((await meOf(accounts, await logInBySso(email))).email).toBe(email);

    const { db } = accounts.database;
    const owner = `owner@${team.domain}`;
    await db
      .updateTable('users')
      .set({ email: owner })
      .where('email', '=', team.ownerEmail)
      .execute();
    expect((await logInByPassword(owner)).statusCode).toBe(200);
    expect((await logInByPassword((await accounts.createAccount()).email)).statusCode).toBe(200);
  });

  it('so is the link that confirms an address, until the team requires it no more', async () => {
    const team = await setUp({ required: true });
    const email = `${randomUUID()}@${team.domain}`;
    await accounts.post('/auth/register', { body: { email, password }, ip: randomIp() });
    const [mail] = await accounts.mailsTo(email);
    const body = { token: mail?.token, password };
    const refused = await accounts.post('/auth/verify-email', { body });
    expect(refused.json()).toMatchObject({ status: 403, code: 'sso_required' });
    expect((await logInByPassword(email)).json().code).toBe('email_not_verified');
    await team.configure(oidc({ required: false }));
    expect((await accounts.post('/auth/verify-email', { body })).statusCode).toBe(200);
  });

  it('a wrong password does not tell', async () => {
    const team = await setUp();
    const email = await team.createColleague();
    await requireSso(team);
    const body = { email, password: 'wrong' };
    const response = await accounts.post('/auth/login', { body, ip: randomIp() });
    expect(response.json().code).toBe('invalid_credentials');
  });
});

describe('a domain', () => {
  it('is proven by a record that only its owner can publish', async () => {
    const team = await SsoTeam.create(accounts, dns);
    const { accessToken, domain } = team;
    const added = await accounts.post(`${team.path}/domains`, {
      body: { domain: domain.toUpperCase() },
      accessToken,
    });
    expect(added.statusCode, added.body).toBe(201);
    const { record } = added.json();
    expect(added.json()).toEqual({
      domain,
      verified_at: null,
      record: {
        type: 'TXT',
        name: domain,
        value: expect.stringMatching(/^voiceflow-verification=[\w-]{32}$/),
      },
    });
    const verify = () => accounts.post(`${team.path}/domains/${domain}/verify`, { accessToken });
    expect((await verify()).json()).toMatchObject({ status: 409, code: 'domain_unproven' });
    dns.setTxt(domain, `${record.value}x`, 'voiceflow-verification=', record.value.slice(1));
    expect((await verify()).json().code).toBe('domain_unproven');
    dns.setTxt(domain, 'other', record.value);
    expect((await verify()).json().verified_at).toBe(accounts.clock.now().toISOString());
  });

  it('is one team’s, whoever else claims it, also at once', async () => {
    const team = await SsoTeam.create(accounts, dns);
    const rival = await SsoTeam.create(accounts, dns);
    const { domain } = team;
    const claims = await Promise.all(
      [team, rival].map(({ path, accessToken }) =>
        accounts.post(`${path}/domains`, { body: { domain }, accessToken }),
      ),
    );
    dns.setTxt(domain, ...claims.map((claim) => claim.json().record.value));
    const answers = await Promise.all(
      [team, rival].map(({ path, accessToken }) =>
        accounts.post(`${path}/domains/${domain}/verify`, { accessToken }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const winner = answers[0]?.statusCode === 200 ? team : rival;
    const gone = await accounts.delete(`${winner.path}/domains/${domain}`, {
      accessToken: winner.accessToken,
    });
    expect(gone.statusCode).toBe(204);
    const loser = winner === team ? rival : team;
    const late = await accounts.post(`${loser.path}/domains/${domain}/verify`, {
      accessToken: loser.accessToken,
    });
    expect(late.statusCode, late.body).toBe(200);
  });

  it.each(['localhost', 'example', '-a.example', 'exa mple.com', '1.2.3.4', 'a'.repeat(300), ''])(
    '%j is none',
    async (domain) => {
      const team = await SsoTeam.create(accounts, dns);
      const { accessToken } = team;
      const response = await accounts.post(`${team.path}/domains`, {
        body: { domain },
        accessToken,
      });
      expect(response.json()).toMatchObject({ status: 400, param: 'domain' });
    },
  );
});

describe('the settings', () => {
  it('show what the provider must be told, before there is one, and never the secret', async () => {
    const team = await SsoTeam.create(accounts, dns);
    const { accessToken } = team;
    const base = `http://localhost:8080/v1/auth/sso/${team.id}`;
    expect((await accounts.get(team.path, { accessToken })).json()).toEqual({
      connection: null,
      domains: [],
      service_provider: {
        oidc_redirect_uri: `${base}/callback`,
        saml_entity_id: `${base}/metadata`,
        saml_acs_url: `${base}/acs`,
        saml_metadata_url: `${base}/metadata`,
      },
    });
    const configured = await team.configure(oidc());
    expect(configured.json().connection).toEqual({
      protocol: 'oidc',
      issuer: provider.url,
      client_id: 'voiceflow',
      default_role: 'developer',
      required: false,
    });
    const stored = JSON.stringify(
      await accounts.database.db.selectFrom('sso_connections').selectAll().execute(),
    );
    expect(stored).not.toContain(oidc().client_secret);
    const { client_secret: _, ...rest } = oidc();
    expect((await team.configure({ ...rest, required: true })).json().connection.required).toBe(
      true,
    );
    const moved = await team.configure({ ...rest, client_id: 'another' });
    expect(moved.json()).toMatchObject({ status: 400, param: 'client_secret' });
    expect((await accounts.delete(team.path, { accessToken })).statusCode).toBe(204);
    expect((await accounts.delete(team.path, { accessToken })).json().code).toBe('sso_not_found');
  });

  it('take an issuer that answers as such, and only on the plan enterprise', async () => {
    const team = await SsoTeam.create(accounts, dns);
    for (const issuer of [
      `${provider.url}/other`,
      'http://127.0.0.1:1',
      'https://nobody.invalid',
    ]) {
      const response = await team.configure(oidc({ issuer }));
      expect(response.json()).toMatchObject({
        status: 400,
        code: 'invalid_issuer',
        param: 'issuer',
      });
    }
    for (const issuer of ['ftp://x.example', 'javascript:alert(1)', 'nonsense']) {
      const response = await team.configure(oidc({ issuer }));
      expect(response.json()).toMatchObject({ status: 400, param: 'issuer' });
    }
    await team.setPlan('free');
    expect((await team.configure(oidc())).json()).toMatchObject({
      status: 403,
      code: 'plan_required',
    });
  });

  it('by an admin who names another provider ask for the proof of the domains anew', async () => {
    const team = await setUp();
    const email = await team.createColleague();
    await team.join(email, 'admin');
    const { access_token: admin } = await accounts.logIn(email);
    const [before] = (await accounts.get(team.path, { accessToken: admin })).json().domains;
    const same = await team.configure(oidc({ default_role: 'viewer' }), admin);
    expect(same.json().domains).toEqual([before]);
    const moved = await team.configure(oidc({ client_id: 'of-the-admin' }), admin);
    const [after] = moved.json().domains;
    expect(after.verified_at).toBeNull();
    expect(after.record.value).not.toBe(before.record.value);
    const begun = await accounts.post('/auth/sso', { body: { email }, ip: randomIp() });
    expect(begun.json().code).toBe('sso_not_found');
    await team.proveDomain();
    const byOwner = await team.configure(oidc());
    expect(byOwner.json().domains[0].verified_at).not.toBeNull();
  });

  test('lead the server nowhere inside, unless whoever runs it says so', async () => {
    const careful = await AccountApp.open({ DNS_SERVERS: dns.address });
    const team = await SsoTeam.create(careful, dns);
    for (const issuer of [
      provider.url,
      'https://127.0.0.1',
      'https://localhost',
      'https://169.254.169.254',
      'https://[::1]',
    ]) {
      const response = await team.configure(oidc({ issuer }));
      expect(response.json()).toMatchObject({ status: 400, code: 'invalid_issuer' });
    }
    await careful.close();
  });
});
