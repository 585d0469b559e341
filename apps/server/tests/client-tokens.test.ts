import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../web/tests/launch-browser.ts';
import { ClientTokens } from '../src/domains/client-tokens/index.ts';
import { MemoryCache } from '../src/platform/shared-cache/index.ts';
import { AccountApp } from './account-app.ts';
import { eventually } from './support/eventually.ts';
import { speak, TestSynthesis } from './support/test-synthesis.ts';

const origin = 'https://app.example.com';

let server: AccountApp;
let url: string;
let synthesis: TestSynthesis;
let accessToken: string;
let key: string;
let keyId: string;

beforeAll(async () => {
  server = await AccountApp.open({}, async (db) => {
    synthesis = await TestSynthesis.open(db);
    return synthesis.services;
  });
  url = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await server?.close();
  await synthesis?.close();
});
beforeEach(async () => {
  synthesis.handler = speak;
  const { email } = await server.createAccount();
  accessToken = (await server.logIn(email)).access_token;
  const made = await server.post('/v1/keys', { accessToken, body: { name: 'Backend' } });
  ({ key, id: keyId } = made.json());
});

async function createToken(body: Record<string, unknown> = {}, maker = key): Promise<string> {
  const given = { origin, ...body };
  const response = await server.post('/v1/client-tokens', { accessToken: maker, body: given });
  expect(response.statusCode, response.body).toBe(201);
  return response.json().token;
}

function speakAs(token: string, text = 'Hello there.', from: string | undefined = origin) {
  return server.post('/v1/generate', {
    accessToken: token,
    body: { text, format: 'wav' },
    headers: from === undefined ? {} : { origin: from },
  });
}

function list(token: string, path = '/v1/voices?limit=1') {
  return server.get(path, { accessToken: token, headers: { origin } });
}

/** What is left of a token's budget. */
async function usedOf(): Promise<{ used_characters: number; used_audio_seconds: number }> {
  return server.database.db
    .selectFrom('client_tokens')
    .select(['used_characters', 'used_audio_seconds'])
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
}

describe('a client token', () => {
  it('makes speech and lists voices for pages of its origin, and does nothing else', async () => {
    const token = await createToken();
    expect((await speakAs(token)).statusCode).toBe(200);
    expect((await list(token)).statusCode).toBe(200);
    for (const path of ['/v1/keys', '/v1/me', '/v1/webhooks', '/v1/audit-log']) {
      expect((await list(token, path)).json()).toMatchObject({
        status: 403,
        code: 'client_token_not_allowed',
      });
    }
    const another = await server.post('/v1/client-tokens', {
      accessToken: token,
      body: { origin },
      headers: { origin },
    });
    expect(another.json()).toMatchObject({ code: 'client_token_not_allowed' });
    for (const from of ['https://evil.example', 'null', 'https://app.example.com:8443']) {
      expect((await speakAs(token, 'Hello.', from)).json()).toMatchObject({
        status: 403,
        code: 'origin_not_allowed',
      });
    }
    const headless = await server.get('/v1/voices', { accessToken: token });
    expect(headless.json()).toMatchObject({ code: 'origin_not_allowed' });
  });

  it('has no more scopes than it was given, and its maker has', async () => {
    const token = await createToken({ scopes: ['voices'] });
    expect((await list(token)).statusCode).toBe(200);
    expect((await speakAs(token)).json()).toMatchObject({ code: 'permission_denied' });
    const person = await createToken({ scopes: ['voices'] }, accessToken);
    expect((await list(person)).statusCode).toBe(200);
    expect((await speakAs(person)).json()).toMatchObject({ code: 'permission_denied' });
    const limited = await server.post('/v1/keys', {
      accessToken,
      body: { name: 'Limited', scopes: ['usage'] },
    });
    const refused = await server.post('/v1/client-tokens', {
      accessToken: limited.json().key,
      body: { origin },
    });
    expect(refused.json()).toMatchObject({ status: 403, code: 'permission_denied' });
  });

  it.each([
    [{ origin: 'https://app.example.com/' }, 'origin'],
    [{ origin: 'app.example.com' }, 'origin'],
    [{ origin: '*' }, 'origin'],
    [{ origin: 'null' }, 'origin'],
    [{ origin, lifetime_seconds: 3601 }, 'lifetime_seconds'],
    [{ origin, scopes: ['keys'] }, 'scopes.0'],
    [{ origin, max_characters: 0 }, 'max_characters'],
  ])('is not made of %j', async (body, param) => {
    const response = await server.post('/v1/client-tokens', { accessToken: key, body });
    expect(response.json()).toMatchObject({ status: 400, code: 'invalid_field', param });
  });

  it('ends with its time, and within a second with the key or session that made it', async () => {
    const ended = await createToken({ lifetime_seconds: 60 });
    server.clock.advance(60_000);
    expect((await speakAs(ended)).json()).toMatchObject({
      status: 401,
      code: 'invalid_client_token',
    });
    const ofKey = await createToken();
    const ofPerson = await createToken({}, accessToken);
    for (const token of [ofKey, ofPerson]) expect((await list(token)).statusCode).toBe(200);
    await server.delete(`/v1/keys/${keyId}`, { accessToken });
    await server.database.db
      .updateTable('sessions')
      .set({ revoked_at: server.clock.now() })
      .execute();
    server.clock.advance(1_000);
    for (const token of [
      ofKey,
      ofPerson,
      'vf_client_',
      `${ofKey}x`,
      `vf_client_${'a'.repeat(43)}`,
    ]) {
      expect((await list(token)).json()).toMatchObject({ code: 'invalid_client_token' });
    }
  });
});

describe('its budget', () => {
  it('counts what was made, and refuses what it has not enough for', async () => {
    const token = await createToken({ max_characters: 20 });
    expect((await speakAs(token, 'Ten chars.')).statusCode).toBe(200);
    expect(await usedOf()).toEqual({ used_characters: 10, used_audio_seconds: 1 });
    expect((await speakAs(token, 'Eleven char')).json()).toMatchObject({
      status: 403,
      code: 'client_token_budget_exceeded',
      detail: expect.stringContaining('10 characters left'),
    });
    expect((await speakAs(token, 'Ten chars.')).statusCode).toBe(200);
    expect((await speakAs(token, 'x')).statusCode).toBe(403);
    const short = await createToken({ max_audio_seconds: 2 });
    expect((await speakAs(short, 'A text that takes longer.')).json()).toMatchObject({
      detail: expect.stringContaining('seconds left'),
    });
  });

  it('is not passed by many at once', async () => {
    const token = await createToken({ max_characters: 50 });
    const texts = Array.from({ length: 20 }, (_, index) => `Text no ${10 + index}`);
    const answers = await Promise.all(texts.map((text) => speakAs(token, text)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(5);
    expect((await usedOf()).used_characters).toBe(50);
  });

  it('counts once what was given up and made again under one Idempotency-Key', async () => {
    const token = await createToken({ max_characters: 30 });
    const text = 'Ten chars. Ten more...';
    const ask = (signal?: AbortSignal) =>
      fetch(`${url}/v1/generate/stream`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': 'given-up',
          origin,
        },
        body: JSON.stringify({ text, format: 'wav' }),
        signal: signal ?? null,
      });
    synthesis.handler = async function* stall(_payload, signal) {
      const started = { normalisedText: '', contentType: 'audio/wav', extension: 'wav' };
      yield { type: 'event', event: 'started', data: started };
      const data = { sourceEnd: 10, audioSeconds: 1, computeSeconds: 1 };
      yield { type: 'event', event: 'progress', data };
      yield { type: 'bytes', bytes: Buffer.from('audio') };
      await once(signal, 'abort');
    };
    const giveUp = new AbortController();
    const begun = await ask(giveUp.signal);
    await begun.body?.getReader().read();
    giveUp.abort();
    await eventually(async () => expect((await usedOf()).used_characters).toBe(10));

    synthesis.handler = speak;
    const whole = await ask();
    expect(whole.status).toBe(200);
    await whole.arrayBuffer();
    await eventually(async () => expect((await usedOf()).used_characters).toBe(text.length));
    // One second of the first try, and of the second what belongs to the rest of the text.
    expect((await usedOf()).used_audio_seconds).toBeCloseTo(1 + 12 / 22);
  });

  it('has back what failed', async () => {
    const token = await createToken({ max_characters: 20 });
    synthesis.handler = async function* fail() {
      yield* [];
      throw new Error('the model fell over');
    };
    expect((await speakAs(token, 'Fails now.')).statusCode).toBe(500);
    expect(await usedOf()).toEqual({ used_characters: 0, used_audio_seconds: 0 });
  });
});

describe('other origins', () => {
  const preflight = (from: string, path = '/v1/generate', method = 'POST') =>
    server.app.inject({
      method: 'OPTIONS',
      url: path,
      headers: { origin: from, 'access-control-request-method': method },
    });

  it('are answered where they have tokens, on the routes that take them, and nowhere else', async () => {
    const from = 'https://shop.example.com';
    expect((await preflight(from)).statusCode).toBe(405);
    await createToken({ origin: from });
    server.clock.advance(1_000);
    const allowed = await preflight(from);
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': from,
      'access-control-allow-methods': 'POST',
    });
    expect(allowed.headers['access-control-allow-credentials']).toBeUndefined();
    for (const response of [
      await preflight('https://evil.example'),
      await preflight(from, '/v1/keys'),
      await preflight(from, '/v1/generate', 'DELETE'),
    ]) {
      expect(response.statusCode).toBe(405);
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
    }
    const withKey = await server.get('/v1/voices', { accessToken: key, headers: { origin: from } });
    expect(withKey.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('made-up origins', () => {
  it('are looked up together, however many come at once', async () => {
    let statements = 0;
    const db = server.database.db.withPlugin({
      transformQuery({ node }) {
        statements += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    const { clock } = server;
    const tokens = new ClientTokens({ db, clock, cache: new MemoryCache({ clock }) });
    await createToken({ origin: 'https://real.example.com' });
    const origins = Array.from({ length: 500 }, (_, index) => `https://${index}.example`);
    const answers = await Promise.all(
      [...origins, 'https://real.example.com'].map((one) => tokens.isKnownOrigin(one)),
    );
    expect(answers.lastIndexOf(false)).toBe(499);
    expect(answers.at(-1)).toBe(true);
    // The first one at once, and all others while it is looked up.
    expect(statements).toBe(2);
  });
});

describe('a page in Chromium', () => {
  let pages: Server;
  beforeAll(async () => {
    pages = createServer((_request, response) => {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>x</title>');
    }).listen(0, '127.0.0.1');
    await once(pages, 'listening');
  });
  afterAll(() => void pages.close());

  function portOfPages(): number {
    const address = pages.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  it('hears events as they come, and live text over a web socket', async () => {
    const port = portOfPages();
    const home = `http://localhost:${port}`;
    const token = await createToken({ origin: home });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(home);
      const events = await page.evaluate(
        async ({ api, token }) => {
          const answer = await fetch(`${api}/v1/generate/stream`, {
            method: 'POST',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              accept: 'text/event-stream',
            },
            body: JSON.stringify({ text: 'Hello there.' }),
          });
          const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
          let text = '';
          for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
            text += read.value;
          }
          const id = answer.headers.get('x-voiceflow-generation-id');
          return { text, namesGeneration: id !== null && text.includes(id) };
        },
        { api: url, token },
      );
      expect(events.text.match(/(?<=^event: ).+/gm)).toEqual(['progress', 'audio', 'done']);
      expect(events.namesGeneration).toBe(true);

      const converse = () =>
        page.evaluate(
          ({ api, token }) =>
            new Promise<string[]>((resolve) => {
              const told: string[] = [];
              const protocols = ['voiceflow.v1', `bearer.${token}`];
              const address = `${api.replace('http', 'ws')}/v1/generate/ws`;
              const socket = new WebSocket(address, protocols);
              const say = (message: object) =>
                socket.send(JSON.stringify({ context_id: 'a', ...message }));
              socket.onopen = () => {
                say({ type: 'open' });
                say({ type: 'text', text: 'Hello there.' });
                say({ type: 'close' });
              };
              socket.onmessage = ({ data }) => {
                const { type } = JSON.parse(data);
                told.push(type);
                if (type === 'done') socket.close(1000);
              };
              socket.onclose = ({ code }) => resolve([...told, `closed with ${code}`]);
            }),
          { api: url, token },
        );
      expect(await converse()).toEqual(['opened', 'audio', 'done', 'closed with 1000']);
      await page.goto(`http://127.0.0.1:${port}`);
      expect(await converse()).toEqual(['closed with 1006']);
    } finally {
      await browser.close();
    }
  });

  it('of its origin speaks and reads why not; one of another origin reads nothing', async () => {
    const port = portOfPages();
    const home = `http://localhost:${port}`;
    const token = await createToken({ origin: home, max_characters: 12 });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const ask = () =>
        page.evaluate(
          async ({ api, token }) => {
            try {
              const response = await fetch(`${api}/v1/generate`, {
                method: 'POST',
                headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
                body: JSON.stringify({ text: 'Hello there.', format: 'wav' }),
              });
              const requestId = response.headers.get('x-request-id');
              const body = response.ok
                ? `${(await response.arrayBuffer()).byteLength} bytes`
                : JSON.stringify(await response.json());
              return { status: response.status, body, hasRequestId: requestId !== null };
            } catch (error) {
              return String(error);
            }
          },
          { api: url, token },
        );
      await page.goto(home);
      expect(await ask()).toEqual({ status: 200, body: '5 bytes', hasRequestId: true });
      expect(await ask()).toMatchObject({
        status: 403,
        body: expect.stringContaining('client_token_budget_exceeded'),
      });
      await page.goto(`http://127.0.0.1:${port}`);
      expect(await ask()).toMatch(/Failed to fetch/);
    } finally {
      await browser.close();
    }
  });
});
