import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AccountApp, randomIp, type Tokens } from './account-app.ts';

let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open();
});
afterAll(() => accounts?.close());

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const deviceSchema = z.object({
  device_code: z.string(),
  user_code: z.string().regex(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
});

async function ask(body: object = { client_id: 'voiceflow-cli', device_name: "Ada's laptop" }) {
  const asked = await accounts.post('/auth/device', { body, ip: randomIp() });
  expect(asked.statusCode, asked.body).toBe(200);
  return deviceSchema.parse(asked.json());
}

const poll = (device_code: string) =>
  accounts.post('/auth/device/token', { body: { grant_type: grantType, device_code } });

const errorOf = async (device_code: string) => {
  const answer = await poll(device_code);
  return [answer.statusCode, answer.headers['content-type'], answer.json().error];
};
const refusal = (error: string) => [400, 'application/json; charset=utf-8', error];

async function person(): Promise<Tokens & { readonly email: string }> {
  const { email } = await accounts.createAccount();
  return { email, ...(await accounts.logIn(email)) };
}

const decide = (tokens: Tokens, decision: 'approve' | 'deny', user_code: string) =>
  accounts.post(`/auth/device/${decision}`, {
    accessToken: tokens.access_token,
    body: { user_code },
  });

const seconds = (count: number) => accounts.clock.advance(count * 1000);

describe('a device', () => {
  it('is let in by who reads its code, once, and has a session named after it', async () => {
    const ada = await person();
    const { device_code, user_code } = await ask();
    expect(await errorOf(device_code)).toEqual(refusal('authorization_pending'));
    expect((await decide(ada, 'approve', user_code)).statusCode).toBe(204);
    const [mail] = await accounts.mailsTo(ada.email);
    expect(mail?.subject).toBe('A device was connected to your VoiceFlow account');
    expect(mail?.text).toMatch(/“Ada's laptop”, which asked from [\d.a-f:]+, was let in/);
    const answers = await Promise.all(Array.from({ length: 5 }, () => poll(device_code)));
    const [tokens, ...others] = answers.filter((answer) => answer.statusCode === 200);
    expect(others).toEqual([]);
    const accessToken = tokens?.json().access_token;
    const me = await accounts.get('/v1/me', { accessToken });
    expect(me.json()).toMatchObject({ email: ada.email });
    expect(await errorOf(device_code)).toEqual(refusal('invalid_grant'));
    const { data } = (await accounts.get('/v1/me/sessions', { accessToken })).json();
    expect(data).toMatchObject([{ name: "Ada's laptop", current: true }, { name: null }]);
    const refresh_token = tokens?.json().refresh_token;
    const next = await accounts.post('/auth/refresh', { body: { refresh_token } });
    expect(next.statusCode).toBe(200);
  });

  it('is shown to who decides: what asks, and from where', async () => {
    const ada = await person();
    const body = { client_id: 'voiceflow-cli' };
    const headers = { 'user-agent': 'voiceflow-cli/1.0' };
    const asked = await accounts.post('/auth/device', { body, headers, ip: '192.0.2.9' });
    expect(asked.json()).toMatchObject({
      verification_uri: 'http://localhost:8080/device',
      verification_uri_complete: `http://localhost:8080/device?user_code=${asked.json().user_code}`,
      expires_in: 600,
      interval: 5,
    });
    const { user_code } = asked.json();
    const look = (typed: string, ip = '127.0.0.1') =>
      accounts.get(`/auth/device/${encodeURIComponent(typed)}`, {
        accessToken: ada.access_token,
        ip,
      });
    expect((await look(user_code)).json()).toEqual({
      user_code,
      name: 'voiceflow-cli',
      ip_address: '192.0.2.9',
      same_address: false,
      user_agent: 'voiceflow-cli/1.0',
      created_at: accounts.clock.now().toISOString(),
      expires_at: new Date(accounts.clock.now().getTime() + 600_000).toISOString(),
    });
    const typed = user_code.toLowerCase().replace('-', ' ');
    expect((await look(typed, '192.0.2.9')).json()).toMatchObject({ same_address: true });
  });

  it('is sent away by who denies it', async () => {
    const ada = await person();
    const { device_code, user_code } = await ask();
    expect((await decide(ada, 'deny', user_code)).statusCode).toBe(204);
    const late = await decide(ada, 'approve', user_code);
    expect(late.json()).toMatchObject({ status: 404, code: 'device_not_found' });
    expect(await errorOf(device_code)).toEqual(refusal('access_denied'));
    expect(await errorOf(device_code)).toEqual(refusal('invalid_grant'));
  });

  it('belongs to the first of several who decide at once', async () => {
    const people = [await person(), await person(), await person()];
    const { device_code, user_code } = await ask();
    const decided = await Promise.all(people.map((each) => decide(each, 'approve', user_code)));
    const winner = decided.findIndex((answer) => answer.statusCode === 204);
    expect(decided.filter((answer) => answer.statusCode === 404)).toHaveLength(2);
    const accessToken = (await poll(device_code)).json().access_token;
    const me = await accounts.get('/v1/me', { accessToken });
    expect(me.json()).toMatchObject({ email: people[winner]?.email });
  });

  it('that asks too often is slowed down, five seconds more each time', async () => {
    const { device_code } = await ask();
    const asked = async (afterSeconds: number) => {
      seconds(afterSeconds);
      return (await poll(device_code)).json().error;
    };
    expect(await asked(0)).toBe('authorization_pending');
    expect(await asked(4)).toBe('slow_down');
    expect(await asked(9)).toBe('slow_down');
    expect(await asked(15)).toBe('authorization_pending');
  });

  it('comes too late after ten minutes, to ask and to be approved', async () => {
    const { device_code, user_code } = await ask();
    seconds(600);
    const ada = await person();
    expect((await decide(ada, 'approve', user_code)).statusCode).toBe(404);
    expect(await errorOf(device_code)).toEqual(refusal('expired_token'));
  });

  it('stays outside when the session in which it was approved is over', async () => {
    const ada = await person();
    const { device_code, user_code } = await ask();
    await decide(ada, 'approve', user_code);
    await accounts.post('/auth/logout', { body: { refresh_token: ada.refresh_token } });
    expect(await errorOf(device_code)).toEqual(refusal('access_denied'));
  });

  it("code is not guessed: ten wrong ones an hour, and somebody's right one is not counted", async () => {
    const eve = await person();
    const { user_code } = await ask();
    const guess = (code: string) =>
      accounts.get(`/auth/device/${code}`, { accessToken: eve.access_token });
    for (let i = 0; i < 12; i += 1) expect((await guess(user_code)).statusCode).toBe(200);
    const guesses = await Promise.all(Array.from({ length: 15 }, () => guess('BBBB-BBBB')));
    expect(guesses.filter((answer) => answer.statusCode === 404)).toHaveLength(10);
    expect((await decide(eve, 'approve', user_code)).json()).toMatchObject({
      status: 429,
      code: 'too_many_attempts',
    });
  });

  it('of one network may ask thirty times in a quarter of an hour', async () => {
    const ip = randomIp();
    const answers = await Promise.all(
      Array.from({ length: 32 }, () =>
        accounts.post('/auth/device', { body: { client_id: 'cli' }, ip }),
      ),
    );
    expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(2);
  });

  it.each([
    [{}, 'client_id'],
    [{ client_id: 'x'.repeat(101) }, 'client_id'],
    [{ client_id: 'cli', device_name: 'a\nb' }, 'device_name'],
  ])('that asks with %o is told what is wrong, in OAuth’s form', async (body, field) => {
    const refused = await accounts.post('/auth/device', { body, ip: randomIp() });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining(field),
    });
  });

  it('is refused another grant, an unknown code and a page elsewhere', async () => {
    const { device_code } = await ask();
    const other = await accounts.post('/auth/device/token', {
      body: { grant_type: 'password', device_code },
    });
    expect(other.json().error).toBe('unsupported_grant_type');
    expect(await errorOf('nonsense')).toEqual(refusal('invalid_grant'));
    const headers = { 'sec-fetch-site': 'cross-site' };
    const foreign = await accounts.post('/auth/device', { body: { client_id: 'cli' }, headers });
    expect(foreign.json()).toMatchObject({ code: 'cross_site_request' });
  });

  it('leaves nothing behind', async () => {
    const { device_code } = await ask();
    seconds(600 + 60 * 60 + 1);
    await accounts.deleteExpired();
    expect(await errorOf(device_code)).toEqual(refusal('invalid_grant'));
  });
});

describe('a client of the standard', () => {
  it('speaks in forms, and understands every answer', async () => {
    const url = await accounts.app.listen({ port: 0 });
    const server: oauth.AuthorizationServer = {
      issuer: url,
      device_authorization_endpoint: `${url}/v1/auth/device`,
      token_endpoint: `${url}/v1/auth/device/token`,
    };
    const client = { client_id: 'standard' };
    const options = { [oauth.allowInsecureRequests]: true };
    const asked = await oauth.processDeviceAuthorizationResponse(
      server,
      client,
      await oauth.deviceAuthorizationRequest(
        server,
        client,
        oauth.None(),
        new URLSearchParams(),
        options,
      ),
    );
    const exchange = async () =>
      oauth.processDeviceCodeResponse(
        server,
        client,
        await oauth.deviceCodeGrantRequest(
          server,
          client,
          oauth.None(),
          asked.device_code,
          options,
        ),
      );
    await expect(exchange()).rejects.toMatchObject({ error: 'authorization_pending' });
    await decide(await person(), 'approve', asked.user_code);
    const tokens = await exchange();
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 900 });
    const me = await accounts.get('/v1/me', { accessToken: tokens.access_token });
    expect(me.statusCode).toBe(200);
    await expect(exchange()).rejects.toMatchObject({ error: 'invalid_grant' });
    const twice = new URLSearchParams([
      ['client_id', 'a'],
      ['client_id', 'b'],
    ]);
    const refused = await fetch(`${url}/v1/auth/device`, { method: 'POST', body: twice });
    expect(await refused.json()).toMatchObject({ error: 'invalid_request' });
  });
});
