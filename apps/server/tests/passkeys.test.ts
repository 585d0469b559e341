import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deleteExpiredAccountData } from '../src/domains/identity/index.ts';
import { AccountApp, cookiesOf, password, randomIp } from './account-app.ts';
import { type Circumstances, SoftwareAuthenticator } from './support/software-authenticator.ts';

const origin = 'https://voice.example.com';
let accounts: AccountApp;

beforeAll(async () => {
  accounts = await AccountApp.open({ VOICEFLOW_PUBLIC_URL: `${origin}/` });
});
afterAll(() => accounts?.close());

const creationSchema = z.object({ challenge: z.string(), user: z.object({ id: z.string() }) });
const requestSchema = z.looseObject({ challenge: z.string() });
const minute = 60_000;

async function person(): Promise<{ email: string; accessToken: string }> {
  const { email } = await accounts.createAccount();
  return { email, accessToken: (await accounts.logIn(email)).access_token };
}

const confirm = (accessToken: string, body: object = { password }) =>
  accounts.post('/v1/me/confirm', { accessToken, body });

async function creationOptions(accessToken: string) {
  const options = await accounts.post('/v1/me/passkeys/options', { accessToken });
  expect(options.statusCode, options.body).toBe(200);
  return creationSchema.parse(options.json());
}

const register = (accessToken: string, response: object, name?: string) =>
  accounts.post('/v1/me/passkeys', {
    accessToken,
    body: { response, ...(name === undefined ? {} : { name }) },
  });

/** Somebody with a passkey. */
async function withPasskey() {
  const { email, accessToken } = await person();
  await confirm(accessToken);
  const authenticator = new SoftwareAuthenticator(origin);
  const response = authenticator.create(await creationOptions(accessToken));
  const added = await register(accessToken, response, "Ada's phone");
  expect(added.statusCode, added.body).toBe(201);
  return { email, accessToken, authenticator, id: z.string().parse(added.json().id) };
}

async function logInOptions() {
  const options = await accounts.post('/auth/passkey/options', { ip: randomIp() });
  expect(options.statusCode, options.body).toBe(200);
  return requestSchema.parse(options.json());
}

const logIn = (response: object) =>
  accounts.post('/auth/passkey', { body: { response }, ip: randomIp() });

async function logInWith(authenticator: SoftwareAuthenticator, circumstances?: Circumstances) {
  return logIn(authenticator.get(await logInOptions(), circumstances));
}

const refused = { status: 401, code: 'passkey_refused' };

describe('a passkey', () => {
  it('logs in by itself, without address, password or second factor', async () => {
    const { email, authenticator } = await withPasskey();
    const options = await logInOptions();
    expect(options).toMatchObject({ rpId: 'voice.example.com', userVerification: 'required' });
    const loggedIn = await logIn(authenticator.get(options));
    expect(loggedIn.json()).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    const accessToken = loggedIn.json().access_token;
    const me = await accounts.get('/v1/me', { accessToken });
    expect(me.json()).toMatchObject({ email });
    const listed = await accounts.get('/v1/me/passkeys', { accessToken });
    expect(listed.json().data).toMatchObject([
      { name: "Ada's phone", backed_up: false, last_used_at: accounts.clock.now().toISOString() },
    ]);
    const events = await accounts.database.db
      .selectFrom('audit_log')
      .select('details')
      .where('event_type', '=', 'user.logged_in')
      .orderBy('sequence', 'desc')
      .limit(1)
      .execute();
    expect(events[0]?.details).toMatchObject({ method: 'passkey' });
  });

  it('gives a page cookies', async () => {
    const { authenticator } = await withPasskey();
    const response = authenticator.get(await logInOptions());
    const loggedIn = await accounts.post('/v1/auth/passkey', { body: { response }, fromPage: {} });
    expect(loggedIn.json()).toEqual({ token_type: 'Bearer', expires_in: 900 });
    expect(Object.keys(cookiesOf(loggedIn))).toEqual(['voiceflow_access', 'voiceflow_refresh']);
  });

  it('is announced to the owner of the account by mail', async () => {
    const { email } = await withPasskey();
    const [mail] = await accounts.mailsTo(email);
    expect(mail?.text).toContain('Ada’s phone'.replace('’', "'"));
  });

  it('is made for who has confirmed that it is them in the last ten minutes, and nobody else', async () => {
    const { accessToken } = await person();
    const ask = () => accounts.post('/v1/me/passkeys/options', { accessToken });
    expect((await ask()).json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    await confirm(accessToken);
    expect((await ask()).statusCode).toBe(200);
    accounts.clock.advance(10 * minute);
    expect((await ask()).json()).toMatchObject({ status: 403, code: 'confirmation_required' });
  });

  it('is called after the browser, can be renamed and removed', async () => {
    const { accessToken, email } = await person();
    await confirm(accessToken);
    const authenticator = new SoftwareAuthenticator(origin);
    const response = authenticator.create(await creationOptions(accessToken));
    const headers = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    };
    const added = await accounts.post('/v1/me/passkeys', {
      accessToken,
      headers,
      body: { response },
    });
    expect(added.json()).toMatchObject({ name: 'Firefox 128 on Linux', last_used_at: null });
    const path = `/v1/me/passkeys/${added.json().id}`;
    const renamed = await accounts.app.inject({
      method: 'PATCH',
      url: path,
      headers: { authorization: `Bearer ${accessToken}` },
      payload: { name: 'Desk' },
    });
    expect(renamed.json()).toMatchObject({ id: added.json().id, name: 'Desk' });
    accounts.clock.advance(10 * minute);
    expect((await accounts.delete(path, { accessToken })).statusCode).toBe(403);
    await confirm(accessToken);
    expect((await accounts.delete(path, { accessToken })).statusCode).toBe(204);
    const [mail] = await accounts.mailsTo(email);
    expect(mail?.subject).toBe('A passkey was removed from your VoiceFlow account');
    expect(mail?.text).toContain('“Desk”');
    expect((await accounts.delete(path, { accessToken })).json()).toMatchObject({
      status: 404,
      code: 'passkey_not_found',
    });
    expect((await logInWith(authenticator)).json()).toMatchObject(refused);
  });

  it('stays while nothing else opens the account', async () => {
    const { email, accessToken, id } = await withPasskey();
    const setPassword = (password_hash: string | null) =>
      accounts.database.db
        .updateTable('users')
        .set({ password_hash })
        .where('email', '=', email)
        .execute();
    await setPassword(null);
    const path = `/v1/me/passkeys/${id}`;
    expect((await accounts.delete(path, { accessToken })).json()).toMatchObject({
      status: 409,
      code: 'last_way_in',
    });
    const response = new SoftwareAuthenticator(origin).create(await creationOptions(accessToken));
    const other = (await register(accessToken, response)).json().id;
    const gone = await Promise.all(
      [path, `/v1/me/passkeys/${other}`].map((each) => accounts.delete(each, { accessToken })),
    );
    expect(gone.map((answer) => answer.statusCode).sort()).toEqual([204, 409]);
  });

  it('is not known to anybody else', async () => {
    const { id } = await withPasskey();
    const eve = await person();
    await confirm(eve.accessToken);
    const gone = await accounts.delete(`/v1/me/passkeys/${id}`, { accessToken: eve.accessToken });
    expect(gone.json()).toMatchObject({ status: 404, code: 'passkey_not_found' });
    const listed = await accounts.get('/v1/me/passkeys', { accessToken: eve.accessToken });
    expect(listed.json()).toEqual({ data: [] });
  });
});

describe('a log-in by passkey is refused', () => {
  it.each<[string, Circumstances]>([
    ['from a page elsewhere', { origin: 'https://voice.example.com.evil.example' }],
    ['from the same name over http', { origin: 'http://voice.example.com' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without verification of the user', { userVerified: false }],
    ['when it was made to register', { type: 'webauthn.create' }],
  ])('%s', async (_name, circumstances) => {
    const { authenticator } = await withPasskey();
    expect((await logInWith(authenticator, circumstances)).json()).toMatchObject(refused);
    expect((await logInWith(authenticator)).statusCode).toBe(200);
  });

  it('a second time, also at once', async () => {
    const { authenticator } = await withPasskey();
    const answer = authenticator.get(await logInOptions());
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(answer)));
    expect(answers.filter((each) => each.statusCode === 200)).toHaveLength(1);
    expect(answers.filter((each) => each.statusCode === 401)).toHaveLength(4);
    expect((await logIn(answer)).json()).toMatchObject(refused);
  });

  it('with a challenge that was used, is too old, or was never given', async () => {
    const { authenticator } = await withPasskey();
    const used = await logInOptions();
    expect((await logIn(authenticator.get(used))).statusCode).toBe(200);
    expect((await logIn(authenticator.get(used))).json()).toMatchObject(refused);
    const old = await logInOptions();
    accounts.clock.advance(5 * minute);
    expect((await logIn(authenticator.get(old))).json()).toMatchObject(refused);
    expect((await logIn(authenticator.get({ challenge: 'made-up' }))).json()).toMatchObject(
      refused,
    );
  });

  it('with a challenge that was given for something else', async () => {
    const { accessToken, authenticator } = await withPasskey();
    const options = await accounts.post('/v1/me/confirm/options', { accessToken });
    expect((await logIn(authenticator.get(options.json()))).json()).toMatchObject(refused);
    const creation = await creationOptions(accessToken);
    expect((await logIn(authenticator.get(creation))).json()).toMatchObject(refused);
  });

  it('when its counter goes back or stands still: somebody has copied it', async () => {
    const { authenticator } = await withPasskey();
    expect((await logInWith(authenticator, { counter: 7 })).statusCode).toBe(200);
    for (const counter of [7, 6, 0]) {
      expect((await logInWith(authenticator, { counter })).json()).toMatchObject(refused);
    }
    expect((await logInWith(authenticator, { counter: 8 })).statusCode).toBe(200);
  });

  it('but not when its authenticator never counts', async () => {
    const { authenticator } = await withPasskey();
    for (let i = 0; i < 2; i += 1) {
      expect((await logInWith(authenticator, { counter: 0 })).statusCode).toBe(200);
    }
  });

  it('under the name of another credential, or for another user', async () => {
    const [ada, eve] = [await withPasskey(), await withPasskey()];
    const answer = eve.authenticator.get(await logInOptions());
    const id = ada.authenticator.credentialId.toString('base64url');
    expect((await logIn({ ...answer, id, rawId: id })).json()).toMatchObject(refused);
    const adas = ada.authenticator.get(await logInOptions());
    const mixed = eve.authenticator.get(await logInOptions());
    const userHandle = adas.response.userHandle;
    const swapped = { ...mixed, response: { ...mixed.response, userHandle } };
    expect((await logIn(swapped)).json()).toMatchObject(refused);
  });

  it('when a byte of what was signed is another', async () => {
    const { authenticator } = await withPasskey();
    const answer = authenticator.get(await logInOptions());
    const data = Buffer.from(answer.response.authenticatorData, 'base64url');
    data.writeUInt8(data.readUInt8(36) ^ 1, 36);
    const authenticatorData = data.toString('base64url');
    const changed = { ...answer, response: { ...answer.response, authenticatorData } };
    expect((await logIn(changed)).json()).toMatchObject(refused);
  });

  it('more than a hundred times from one network, so that nobody floods the audit log', async () => {
    const ip = randomIp();
    const { authenticator } = await withPasskey();
    const answer = {
      ...authenticator.get(await logInOptions()),
      id: 'bm9ib2R5cw',
      rawId: 'bm9ib2R5cw',
    };
    const tries = await Promise.all(
      Array.from({ length: 103 }, () =>
        accounts.post('/auth/passkey', { body: { response: answer }, ip }),
      ),
    );
    expect(tries.filter(({ statusCode }) => statusCode === 429)).toHaveLength(3);
    const noted = await accounts.database.db
      .selectFrom('audit_log')
      .select('id')
      .where('event_type', '=', 'user.log_in_failed')
      .where('ip_address', '=', ip)
      .execute();
    expect(noted).toHaveLength(100);
  });

  it('after a hundred beginnings from one network in a quarter of an hour', async () => {
    const ip = randomIp();
    const answers = await Promise.all(
      Array.from({ length: 102 }, () => accounts.post('/auth/passkey/options', { ip })),
    );
    expect(answers.filter((answer) => answer.statusCode === 429)).toHaveLength(2);
  });
});

describe('registering a passkey is refused', () => {
  it.each<[string, Circumstances]>([
    ['from a page elsewhere', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without verification of the user', { userVerified: false }],
    ['when it was made to log in', { type: 'webauthn.get' }],
  ])('%s', async (_name, circumstances) => {
    const { accessToken } = await person();
    await confirm(accessToken);
    const options = await creationOptions(accessToken);
    const response = new SoftwareAuthenticator(origin).create(options, circumstances);
    expect((await register(accessToken, response)).json()).toMatchObject({
      status: 400,
      code: 'invalid_passkey',
      param: 'response',
    });
  });

  it('with somebody else’s challenge, or one that was used', async () => {
    const [ada, eve] = [await person(), await person()];
    await confirm(ada.accessToken);
    await confirm(eve.accessToken);
    const adas = await creationOptions(ada.accessToken);
    const planted = new SoftwareAuthenticator(origin).create(adas);
    expect((await register(eve.accessToken, planted)).statusCode).toBe(400);
    expect((await register(ada.accessToken, planted)).statusCode).toBe(201);
    const again = new SoftwareAuthenticator(origin).create(adas);
    expect((await register(ada.accessToken, again)).statusCode).toBe(400);
  });

  it('when the credential is registered already', async () => {
    const { authenticator } = await withPasskey();
    const eve = await person();
    await confirm(eve.accessToken);
    const response = authenticator.create(await creationOptions(eve.accessToken));
    expect((await register(eve.accessToken, response)).json()).toMatchObject({
      status: 409,
      code: 'passkey_taken',
    });
  });

  it('beyond twenty', async () => {
    const { accessToken } = await person();
    await confirm(accessToken);
    const options = await Promise.all(
      Array.from({ length: 22 }, () => creationOptions(accessToken)),
    );
    const answers = await Promise.all(
      options.map((each) => register(accessToken, new SoftwareAuthenticator(origin).create(each))),
    );
    expect(answers.filter((answer) => answer.statusCode === 201)).toHaveLength(20);
    const more = await accounts.post('/v1/me/passkeys/options', { accessToken });
    expect(more.json()).toMatchObject({ status: 409, code: 'too_many_passkeys' });
  });

  it('where the server is reached by a number', async () => {
    const numbered = await AccountApp.open({ VOICEFLOW_PUBLIC_URL: 'http://192.0.2.1:8080' });
    const options = await numbered.post('/auth/passkey/options');
    expect(options.json()).toMatchObject({ status: 409, code: 'passkeys_unavailable' });
    await numbered.close();
  });
});

describe('confirming that it is you', () => {
  const state = async (accessToken: string) =>
    (await accounts.get('/v1/me/confirm', { accessToken })).json();

  it('is good for ten minutes in this session alone', async () => {
    const { email, accessToken } = await person();
    const elsewhere = (await accounts.logIn(email)).access_token;
    expect(await state(accessToken)).toEqual({ methods: ['password'], confirmed_until: null });
    expect((await confirm(accessToken, { password: 'wrong' })).json()).toMatchObject({
      status: 400,
      code: 'wrong_password',
    });
    expect((await confirm(accessToken)).statusCode).toBe(204);
    const until = new Date(accounts.clock.now().getTime() + 10 * minute).toISOString();
    expect((await state(accessToken)).confirmed_until).toBe(until);
    expect((await state(elsewhere)).confirmed_until).toBeNull();
    accounts.clock.advance(10 * minute);
    expect((await state(accessToken)).confirmed_until).toBeNull();
  });

  it('works by passkey, each answer once', async () => {
    const { accessToken, authenticator } = await withPasskey();
    accounts.clock.advance(10 * minute);
    expect((await state(accessToken)).methods).toEqual(['password', 'passkey']);
    const options = requestSchema.parse(
      (await accounts.post('/v1/me/confirm/options', { accessToken })).json(),
    );
    const id = authenticator.credentialId.toString('base64url');
    expect(options).toMatchObject({ allowCredentials: [{ id, transports: ['internal'] }] });
    const passkey = authenticator.get(options);
    expect((await confirm(accessToken, { passkey })).statusCode).toBe(204);
    expect((await confirm(accessToken, { passkey })).json()).toMatchObject({
      status: 400,
      code: 'invalid_passkey',
      param: 'passkey',
    });
    expect((await state(accessToken)).confirmed_until).not.toBeNull();
  });

  it("does not work by somebody else's passkey", async () => {
    const [ada, eve] = [await withPasskey(), await withPasskey()];
    accounts.clock.advance(10 * minute);
    const { accessToken } = ada;
    const options = await accounts.post('/v1/me/confirm/options', { accessToken });
    const passkey = eve.authenticator.get(requestSchema.parse(options.json()));
    expect((await confirm(accessToken, { passkey })).statusCode).toBe(400);
    const own = await accounts.post('/v1/me/confirm/options', { accessToken: eve.accessToken });
    const stolen = ada.authenticator.get(requestSchema.parse(own.json()));
    expect((await confirm(accessToken, { passkey: stolen })).statusCode).toBe(400);
  });

  it('takes one thing, and says what the account has', async () => {
    const { accessToken } = await person();
    expect((await confirm(accessToken, { password, code: '123456' })).statusCode).toBe(400);
    expect((await confirm(accessToken, { code: '123456' })).json()).toMatchObject({
      status: 409,
      code: 'no_way_to_confirm',
      param: 'code',
    });
    const nothing = await accounts.post('/v1/me/confirm', { accessToken });
    expect(nothing.json()).toMatchObject({ status: 403, code: 'confirmation_required' });
    expect(nothing.json().detail).toContain('password');
  });

  it('by an account with nothing to show takes a log-in of the last ten minutes', async () => {
    const { email, accessToken } = await person();
    await accounts.database.db
      .updateTable('users')
      .set({ password_hash: null })
      .where('email', '=', email)
      .execute();
    expect(await state(accessToken)).toEqual({ methods: [], confirmed_until: null });
    expect((await confirm(accessToken, {})).statusCode).toBe(204);
    accounts.clock.advance(10 * minute);
    expect((await confirm(accessToken, {})).json()).toMatchObject({
      status: 403,
      code: 'log_in_again',
    });
  });
});

it('leaves no challenge behind', async () => {
  await logInOptions();
  accounts.clock.advance(5 * minute + 1);
  const { db } = accounts.database;
  await deleteExpiredAccountData(db, accounts.clock.now());
  expect(await db.selectFrom('passkey_challenges').selectAll().execute()).toEqual([]);
});
