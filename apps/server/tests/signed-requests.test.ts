import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signBody } from '../src/platform/signatures/index.ts';
import { AccountApp } from './account-app.ts';

let server: AccountApp;
let accessToken: string;
let key: string;

beforeAll(async () => {
  server = await AccountApp.open();
  const { email } = await server.createAccount();
  accessToken = (await server.logIn(email)).access_token;
  key = (await server.post('/v1/keys', { accessToken, body: { name: 'Signed' } })).json().key;
});
afterAll(() => server?.close());

async function createSecret(name = 'Main'): Promise<{ id: string; secret: string }> {
  const response = await server.post('/v1/signing-secrets', { accessToken, body: { name } });
  expect(response.statusCode, response.body).toBe(201);
  return response.json();
}

function nowSeconds(): number {
  return Math.floor(server.clock.now().getTime() / 1000);
}

function put(path: string, body: unknown) {
  return server.app.inject({
    method: 'PUT',
    url: path,
    payload: JSON.stringify(body),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
  });
}

interface Signed {
  readonly secret: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path?: string;
  readonly body?: Buffer | string;
  readonly timestamp?: number | string;
  readonly headers?: Record<string, string>;
  readonly signature?: string;
}

/** A request by the key, signed as a client would. */
function send(call: Signed) {
  const { secret, method = 'POST', path = '/v1/keys', headers = {} } = call;
  const body = Buffer.from(call.body ?? '');
  const timestamp = String(call.timestamp ?? nowSeconds());
  const signature = call.signature ?? signBody({ secret, timestamp, body });
  return server.app.inject({
    method,
    url: path,
    ...(call.body === undefined ? {} : { payload: body }),
    headers: {
      authorization: `Bearer ${key}`,
      'x-voiceflow-signature': signature,
      'x-voiceflow-timestamp': timestamp,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  });
}

const json = () => JSON.stringify({ name: `Made ${randomUUID()}`, scopes: ['voices'] });

describe('signing secrets', () => {
  it('are shown once, sealed in the database, and at most five at a time', async () => {
    const made = [];
    for (let index = 0; index < 5; index += 1) made.push(await createSecret(`Secret ${index}`));
    const refused = await server.post('/v1/signing-secrets', { accessToken, body: { name: 'x' } });
    expect(refused.json()).toMatchObject({ status: 409, code: 'too_many_signing_secrets' });
    const list = await server.get('/v1/signing-secrets', { accessToken });
    expect(list.json().data).toHaveLength(5);
    const rows = await server.database.db.selectFrom('signing_secrets').selectAll().execute();
    for (const { secret, id } of made) {
      expect(secret).toMatch(/^vf_sign_[\w-]{43}$/);
      expect(list.body).not.toContain(secret);
      expect(JSON.stringify(rows)).not.toContain(secret);
      const revoked = await server.delete(`/v1/signing-secrets/${id}`, { accessToken });
      expect(revoked.statusCode).toBe(204);
    }
  });
});

describe('a signed request', () => {
  it('passes with the right signature, whatever its body is', async () => {
    const { secret } = await createSecret();
    expect((await send({ secret, body: json() })).statusCode).toBe(201);
    expect((await send({ secret, method: 'GET' })).statusCode).toBe(200);
    const spaced = `\n ${json()}\r\n`;
    expect((await send({ secret, body: spaced })).statusCode).toBe(201);
    // What is compressed is signed as it is sent; that this route takes no gzip is another matter.
    const zipped = await send({
      secret,
      body: gzipSync(json()),
      headers: { 'content-encoding': 'gzip' },
    });
    expect(zipped.json()).not.toMatchObject({ code: 'invalid_signature' });
    expect(zipped.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('may be a form: it is read as any other', async () => {
    const { secret } = await createSecret();
    const boundary = 'frontier';
    const form = (text: string) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="text"\r\n\r\n${text}\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="voice"\r\n\r\nnobody\r\n--${boundary}--\r\n`;
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
    const path = '/v1/generate';
    const read = await send({ secret, path, headers, body: form('Grüße') });
    expect(read.json()).toMatchObject({ code: 'unknown_voice' });
    const signature = signBody({
      secret,
      timestamp: String(nowSeconds()),
      body: Buffer.from(form('Hello')),
    });
    const altered = await send({ secret, path, headers, body: form('Jello'), signature });
    expect(altered.json()).toMatchObject({ status: 401, code: 'invalid_signature' });
    const large = await send({ secret, path, headers, body: form('x'.repeat(1024 * 1024)) });
    expect(large.json()).toMatchObject({ status: 413, code: 'body_too_large' });
  });

  it.each([
    ['another body', (secret: string) => ({ body: `${json()} `, signed: json(), secret })],
    ['another secret', () => ({ body: json(), secret: 'vf_sign_unknown' })],
  ])('with the signature of %s is refused', async (_name, make) => {
    const { secret } = await createSecret();
    const call: { body: string; secret: string; signed?: string } = make(secret);
    const timestamp = String(nowSeconds());
    const body = Buffer.from(call.signed ?? call.body);
    const signature = signBody({ secret: call.secret, timestamp, body });
    const response = await send({ secret, body: call.body, signature });
    expect(response.json()).toMatchObject({
      status: 401,
      code: 'invalid_signature',
      param: 'X-VoiceFlow-Signature',
    });
    for (const { id } of (await server.get('/v1/signing-secrets', { accessToken })).json().data) {
      await server.delete(`/v1/signing-secrets/${id}`, { accessToken });
    }
  });

  it('with malformed headers is refused, naming the header', async () => {
    const { secret } = await createSecret();
    const right = signBody({ secret, timestamp: String(nowSeconds()), body: Buffer.from('') });
    for (const signature of [
      'v1=',
      right.slice(3),
      right.toUpperCase(),
      `${right}0`,
      `v2${right}`,
    ]) {
      expect((await send({ secret, method: 'GET', signature })).json()).toMatchObject({
        code: 'invalid_signature',
        param: 'X-VoiceFlow-Signature',
      });
    }
    for (const timestamp of ['', '1.5', '-1', `0x${nowSeconds().toString(16)}`, 'now']) {
      expect((await send({ secret, method: 'GET', timestamp })).json()).toMatchObject({
        code: 'invalid_signature',
        param: 'X-VoiceFlow-Timestamp',
      });
    }
    const half = { authorization: `Bearer ${key}`, 'x-voiceflow-timestamp': String(nowSeconds()) };
    const alone = await server.get('/v1/keys', { headers: half });
    expect(alone.json()).toMatchObject({ code: 'invalid_signature' });
  });

  it('counts for five minutes, into the past and into the future', async () => {
    const { secret } = await createSecret();
    const now = nowSeconds();
    for (const off of [-300, 300]) {
      const inside = await send({ secret, body: json(), timestamp: now + off });
      expect(inside.statusCode, inside.body).toBe(201);
      const outside = await send({ secret, body: json(), timestamp: now + off + Math.sign(off) });
      expect(outside.json()).toMatchObject({ status: 401, code: 'signature_expired' });
    }
    expect((await send({ secret, body: json(), timestamp: now * 1000 })).json()).toMatchObject({
      code: 'invalid_signature',
    });
  });

  it('counts once', async () => {
    const { secret } = await createSecret();
    server.clock.advance(60_000);
    const body = json();
    expect((await send({ secret, body })).statusCode).toBe(201);
    expect((await send({ secret, body })).json()).toMatchObject({
      status: 401,
      code: 'signature_replayed',
    });
    server.clock.advance(299_000);
    expect((await send({ secret, body, timestamp: nowSeconds() - 299 })).json()).toMatchObject({
      code: 'signature_replayed',
    });
    // Reads without a body share a signature within a second, but only at different addresses,
    // and none of them becomes something that changes things.
    server.clock.advance(60_000);
    const get = (path: string) => send({ secret, method: 'GET', path });
    expect((await get('/v1/keys')).statusCode).toBe(200);
    expect((await get('/v1/voices')).statusCode).toBe(200);
    expect((await get('/v1/keys')).json()).toMatchObject({ code: 'signature_replayed' });
    const path = `/v1/keys/key_01jd3x5qf8e5v9b1m2n3p4q5r6`;
    const forged = await send({ secret, method: 'DELETE', path });
    expect(forged.json()).toMatchObject({ code: 'signature_replayed' });
  });

  it('of one team says nothing to another', async () => {
    const { secret } = await createSecret();
    const { email } = await server.createAccount();
    const { access_token: theirs } = await server.logIn(email);
    const made = await server.post('/v1/keys', { accessToken: theirs, body: { name: 'Theirs' } });
    const headers = { authorization: `Bearer ${made.json().key}` };
    expect((await send({ secret, method: 'GET', headers })).json()).toMatchObject({
      code: 'invalid_signature',
      detail: expect.stringContaining('no signing secret'),
    });
    const { id } = await createSecret();
    const foreign = await server.delete(`/v1/signing-secrets/${id}`, { accessToken: theirs });
    expect(foreign.json()).toMatchObject({ status: 404, code: 'signing_secret_not_found' });
    expect((await server.get('/v1/signing-secrets', { accessToken: theirs })).json().data).toEqual(
      [],
    );
  });
});

describe('a team that asks for signatures', () => {
  it('takes nothing else from its keys, keeps a secret, and rotates them without a gap', async () => {
    for (const { id } of (await server.get('/v1/signing-secrets', { accessToken })).json().data) {
      await server.delete(`/v1/signing-secrets/${id}`, { accessToken });
    }
    const early = await put('/v1/request-signing', { required: true });
    expect(early.json()).toMatchObject({ status: 409, code: 'signing_secret_required' });
    const old = await createSecret('Old');
    expect((await put('/v1/request-signing', { required: true })).json()).toEqual({
      required: true,
    });

    const unsigned = await server.get('/v1/keys', { headers: { authorization: `Bearer ${key}` } });
    expect(unsigned.json()).toMatchObject({ status: 401, code: 'signature_required' });
    expect((await server.get('/v1/keys', { accessToken })).statusCode).toBe(200);

    const fresh = await createSecret('New');
    for (const { secret } of [old, fresh]) {
      expect((await send({ secret, body: json() })).statusCode).toBe(201);
    }
    await server.delete(`/v1/signing-secrets/${old.id}`, { accessToken });
    expect((await send({ secret: old.secret, body: json() })).statusCode).toBe(401);
    expect((await send({ secret: fresh.secret, body: json() })).statusCode).toBe(201);
    const last = await server.delete(`/v1/signing-secrets/${fresh.id}`, { accessToken });
    expect(last.json()).toMatchObject({ status: 409, code: 'signing_secret_required' });

    await put('/v1/request-signing', { required: false });
    const again = await server.get('/v1/keys', { headers: { authorization: `Bearer ${key}` } });
    expect(again.statusCode).toBe(200);
  });
});
