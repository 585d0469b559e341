import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { AccountApp, cookiesOf } from './account-app.ts';
import { comeBack, errorOf, leaveBySso, meOf, SsoTeam } from './sso-team.ts';
import { DnsServer } from './support/dns-server.ts';
import {
  createKeyPair,
  type KeyPair,
  type PostedForm,
  SamlProvider,
} from './support/saml-provider.ts';

let dns: DnsServer;
let provider: SamlProvider;
let strangersKeys: KeyPair;
let accounts: AccountApp;

beforeAll(async () => {
  dns = await DnsServer.start();
  provider = await SamlProvider.start();
  strangersKeys = await createKeyPair();
  accounts = await AccountApp.open({ DNS_SERVERS: dns.address, SSO_PRIVATE_NETWORK: 'allowed' });
});
afterAll(async () => {
  await accounts?.close();
  await provider?.stop();
  dns?.close();
});
afterEach(() => {
  provider.quirks = {};
});

const saml = (overrides: object = {}) => ({
  protocol: 'saml',
  entity_id: provider.entityId,
  sign_in_url: `${provider.url}/sso`,
  certificates: [provider.keys.cert],
  ...overrides,
});

async function setUp(overrides: object = {}): Promise<SsoTeam> {
  const team = await SsoTeam.create(accounts, dns);
  const configured = await team.configure(saml(overrides));
  expect(configured.statusCode, configured.body).toBe(200);
  const proven = await team.proveDomain();
  expect(proven.statusCode, proven.body).toBe(200);
  return team;
}

interface Answer extends PostedForm {
  readonly cookie: string;
}

/** What the provider has the browser post for somebody of the team. */
async function askProvider(
  team: SsoTeam,
  name: string = randomUUID(),
  fromPage: Record<string, string> = {},
): Promise<Answer> {
  const email = `${name}@${team.domain}`;
  provider.person = { id: name, email };
  const { url, cookie } = await leaveBySso(accounts, email, '/keys', fromPage);
  return { ...(await provider.visit(url)), cookie };
}

/** The browser posts the provider's form: from another site, so that our cookie stays behind. */
function post(form: PostedForm) {
  return accounts.app.inject({
    method: 'POST',
    url: new URL(form.acsUrl).pathname,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: provider.url,
      'sec-fetch-site': 'cross-site',
    },
    payload: new URLSearchParams({
      SAMLResponse: form.SAMLResponse,
      RelayState: form.RelayState,
    }).toString(),
  });
}

async function logIn(form: Answer) {
  const taken = await post(form);
  expect(taken.statusCode, taken.body).toBe(303);
  const location = String(taken.headers.location);
  return location.startsWith('/v1/auth/sso/')
    ? comeBack(accounts, new URL(location, 'http://here.invalid'), form.cookie)
    : taken;
}

function change(form: Answer, work: (xml: string) => string): Answer {
  const before = Buffer.from(form.SAMLResponse, 'base64').toString();
  const after = work(before);
  if (before === after) throw new Error('nothing was changed');
  return { ...form, SAMLResponse: Buffer.from(after).toString('base64') };
}

describe('single sign-on by SAML', () => {
  it('makes who comes in for the first time a member, and knows them again', async () => {
    const team = await setUp({ default_role: 'viewer' });
    const response = await logIn(await askProvider(team, 'grace'));
    expect(response.headers.location).toBe('/keys');
    const me = await meOf(accounts, response);
    expect(me).toMatchObject({
      email: `grace@${team.domain}`,
      email_verified: true,
      name: 'Grace Hopper',
      team: { id: team.id, role: 'viewer' },
    });
    const again = await meOf(accounts, await logIn(await askProvider(team, 'grace')));
    expect(again.id).toBe(me.id);
  });

  it('ends the session that the browser had before', async () => {
    const team = await setUp();
    const former = cookiesOf(await logIn(await askProvider(team, 'ada')));
    const again = await logIn(await askProvider(team, 'ada', former));
    await meOf(accounts, again);
    expect((await accounts.get('/v1/me', { fromPage: former })).statusCode).toBe(401);
  });

  it('sends the browser to the provider with a request of its own', async () => {
    const team = await setUp();
    const { url } = await leaveBySso(accounts, `x@${team.domain}`);
    expect(url.startsWith(`${provider.url}/sso?SAMLRequest=`)).toBe(true);
    const states = new Set([url, (await leaveBySso(accounts, `x@${team.domain}`)).url]);
    expect(states.size).toBe(2);
  });

  it('takes a provider that signs response and assertion, and one that changes its certificate', async () => {
    const team = await setUp({ certificates: [strangersKeys.cert, provider.keys.cert] });
    provider.quirks = { signResponse: true };
    expect((await logIn(await askProvider(team))).headers.location).toBe('/keys');
    provider.quirks = { ...strangersKeys };
    expect((await logIn(await askProvider(team))).headers.location).toBe('/keys');
  });

  it('works once, also when it is sent to several at once', async () => {
    const team = await setUp();
    const answer = await askProvider(team);
    const taken = await Promise.all([1, 2, 3].map(() => post(answer)));
    const passed = taken.filter(({ headers }) => String(headers.location).includes('/finish'));
    expect(passed).toHaveLength(1);
    const url = new URL(String(passed[0]?.headers.location), 'http://here.invalid');
    const ends = await Promise.all([1, 2, 3].map(() => comeBack(accounts, url, answer.cookie)));
    expect(ends.filter(({ headers }) => headers.location === '/keys')).toHaveLength(1);
    expect(errorOf(await post(answer))).toBe('sign_in_expired');
    // The same assertion as the answer to another request.
    const { RelayState } = await askProvider(team);
    expect(errorOf(await post({ ...answer, RelayState }))).toBe('sign_in_failed');
  });

  it('works in the browser that began, within ten minutes, at the team where it began', async () => {
    const team = await setUp();
    const other = await setUp();
    const answer = await askProvider(team);
    const taken = await post(answer);
    const url = new URL(String(taken.headers.location), 'http://here.invalid');
    expect(errorOf(await comeBack(accounts, url, undefined))).toBe('sign_in_expired');
    const { cookie } = await askProvider(team);
    expect(errorOf(await comeBack(accounts, url, cookie))).toBe('sign_in_expired');
    const mixed = await askProvider(team);
    const elsewhere = { ...mixed, acsUrl: mixed.acsUrl.replace(team.id, other.id) };
    expect(errorOf(await post(elsewhere))).toBe('sign_in_expired');
    const late = await askProvider(team);
    accounts.clock.advance(10 * 60_000);
    expect(errorOf(await post(late))).toBe('sign_in_expired');
  });

  it('takes no answer that nobody asked for', async () => {
    const team = await setUp();
    const answer = await askProvider(team);
    for (const RelayState of ['', '/keys', 'https://evil.example', 'a'.repeat(43)]) {
      expect(errorOf(await post({ ...answer, RelayState }))).toBe('sign_in_expired');
    }
    const without = await accounts.app.inject({
      method: 'POST',
      url: new URL(answer.acsUrl).pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ SAMLResponse: answer.SAMLResponse }).toString(),
    });
    expect(errorOf(without)).toBe('sign_in_expired');
  });
});

/** What a provider makes whose clock is off by so much. */
async function askProviderWhoseClockIsOff(team: SsoTeam, offByMs: number): Promise<Answer> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offByMs });
  try {
    return await askProvider(team);
  } finally {
    vi.useRealTimers();
  }
}

describe('a provider whose clock is', () => {
  const minute = 60_000;

  test.each([
    ['half a minute ahead', minute / 2],
    ['half a minute behind', -minute / 2],
  ])('%s lets people in', async (_, offByMs) => {
    const answer = await askProviderWhoseClockIsOff(await setUp(), offByMs);
    expect((await meOf(accounts, await logIn(answer))).email_verified).toBe(true);
  });

  test.each([
    ['ten minutes ahead', 10 * minute],
    ['ten minutes behind', -10 * minute],
  ])('%s is refused', async (_, offByMs) => {
    const answer = await askProviderWhoseClockIsOff(await setUp(), offByMs);
    expect(errorOf(await logIn(answer))).toBe('sign_in_failed');
  });
});

describe('an assertion is refused', () => {
  test.each<[string, () => SamlProvider['quirks']]>([
    ['that is not signed', () => ({ signAssertion: false })],
    ['that only its response is signed for', () => ({ signAssertion: false, signResponse: true })],
    ['that somebody else signed', () => strangersKeys],
    [
      'that is signed by SHA-1',
      () => ({ signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }),
    ],
    ['of another issuer', () => ({ issuer: 'https://evil.example' })],
    ['for another audience', () => ({ audience: 'https://somebody-else.example' })],
    ['for another recipient', () => ({ recipient: 'https://somebody-else.example/acs' })],
    ['to another request', () => ({ inResponseTo: '_somebody-elses' })],
    ['that has run out', () => ({ lifetimeInSeconds: -120 })],
  ])('%s', async (_, quirks) => {
    const team = await setUp();
    provider.quirks = quirks();
    expect(errorOf(await logIn(await askProvider(team)))).toBe('sign_in_failed');
  });

  test('whose wrapping alone answers the request', async () => {
    const team = await setUp();
    provider.quirks = { inResponseTo: '_somebody-elses' };
    const answer = await askProvider(team);
    provider.quirks = {};
    const mine = await askProvider(team);
    const [, id = ''] =
      /InResponseTo="(_[0-9a-f]{64})"/.exec(Buffer.from(mine.SAMLResponse, 'base64').toString()) ??
      [];
    const wrapped = change(answer, (xml) =>
      xml.replace('InResponseTo="_somebody-elses"', `InResponseTo="${id}"`),
    );
    expect(errorOf(await post({ ...wrapped, RelayState: mine.RelayState }))).toBe('sign_in_failed');
  });

  const assertion = /<saml:Assertion.*<\/saml:Assertion>/s;
  const evil = (xml: string, victim: string) =>
    (assertion.exec(xml)?.[0] ?? '')
      .replaceAll('mallory', victim)
      .replace(/<Signature.*<\/Signature>/s, '')
      .replace(/ID="[^"]+"/, 'ID="_evil"');

  test.each<[string, (xml: string) => string]>([
    ['whose subject was changed', (xml) => xml.replaceAll('mallory', 'victim')],
    [
      'beside another one, before it',
      (xml) => xml.replace(assertion, (signed) => evil(xml, 'victim') + signed),
    ],
    [
      'beside another one, behind it',
      (xml) => xml.replace(assertion, (signed) => signed + evil(xml, 'victim')),
    ],
    [
      'inside of another one',
      (xml) =>
        xml.replace(assertion, (signed) =>
          evil(xml, 'victim').replace('</saml:Assertion>', `${signed}</saml:Assertion>`),
        ),
    ],
    [
      'inside of the signature of another one',
      (xml) =>
        xml.replace(assertion, (signed) => {
          const [signature = ''] = /<Signature.*<\/Signature>/s.exec(signed) ?? [];
          const bare = signed.replace(signature, '');
          const holding = signature.replace('</Signature>', `<Object>${bare}</Object></Signature>`);
          return evil(xml, 'victim').replace('<saml:Subject>', `${holding}<saml:Subject>`);
        }),
    ],
    [
      'in the extensions of a response with another one',
      (xml) =>
        xml.replace(
          assertion,
          (signed) => `<samlp:Extensions>${signed}</samlp:Extensions>${evil(xml, 'victim')}`,
        ),
    ],
    [
      'under the same ID as another one',
      (xml) =>
        xml.replace(assertion, (signed) => {
          const [, id = ''] = /ID="([^"]+)"/.exec(signed) ?? [];
          return `${evil(xml, 'victim').replace('_evil', id)}<Holder>${signed}</Holder>`;
        }),
    ],
    [
      'with a document type that reads a file',
      (xml) =>
        `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml.replaceAll('mallory', '&x;')}`,
    ],
    [
      'with a document type that grows',
      (xml) => `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${xml}`,
    ],
    ['that is no XML', () => 'nonsense'],
    ['that is empty', () => '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"/>'],
  ])('%s', async (_, attack) => {
    const team = await setUp();
    const answer = change(await askProvider(team, 'mallory'), attack);
    expect(errorOf(await logIn(answer))).toBe('sign_in_failed');
  });

  test('whose address is cut short by a comment', async () => {
    const team = await setUp();
    const email = `victim@${team.domain}`;
    provider.person = { id: `${email}.evil.example`, email: `${email}.evil.example` };
    const { url, cookie } = await leaveBySso(accounts, email);
    const answer = change({ ...(await provider.visit(url)), cookie }, (xml) =>
      xml.replaceAll(`${email}.evil`, `${email}<!---->.evil`),
    );
    expect(errorOf(await logIn(answer))).toBe('sso_foreign_address');
  });

  test('about people of other teams', async () => {
    const team = await setUp();
    const other = await setUp();
    const victim = await other.createColleague();
    provider.person = { id: 'x', email: victim };
    const { url, cookie } = await leaveBySso(accounts, `x@${team.domain}`);
    const answer = { ...(await provider.visit(url)), cookie };
    expect(errorOf(await logIn(answer))).toBe('sso_foreign_address');
  });
});

describe('the settings of SAML', () => {
  it('show when the certificates run out, and take them with and without their frame', async () => {
    const team = await SsoTeam.create(accounts, dns);
    const { cert } = provider.keys;
    const bare = cert.replaceAll(/-----[^-]+-----/g, '');
    const configured = await team.configure(saml({ certificates: [bare] }));
    const [shown] = configured.json().connection.certificates;
    expect(shown.pem.replaceAll(/\s/g, '')).toBe(cert.replaceAll(/\s/g, ''));
    expect(shown.expires_at).toMatch(/^20\d\d-/);
    for (const certificates of [['nonsense'], [provider.keys.key], []]) {
      const refused = await team.configure(saml({ certificates }));
      expect(refused.json()).toMatchObject({ status: 400, code: 'invalid_field' });
      expect(refused.json().param).toMatch(/^certificates/);
    }
  });

  it('are told to the provider as metadata', async () => {
    const team = await SsoTeam.create(accounts, dns);
    const response = await accounts.get(`/v1/auth/sso/${team.id}/metadata`);
    expect(response.headers['content-type']).toMatch('application/samlmetadata+xml');
    const base = `http://localhost:8080/v1/auth/sso/${team.id}`;
    expect(response.body).toContain(`entityID="${base}/metadata"`);
    expect(response.body).toContain(`Location="${base}/acs"`);
    expect(response.body).toContain('WantAssertionsSigned="true"');
  });
});
