import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import type { JobHandler } from '../src/platform/queue/index.ts';
import { newlyBooked, readBooks } from './books.ts';
import { call } from './call.ts';
import { LiveCaller } from './live-caller.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { type StandInWorker, serveStandIn } from './support/stand-in-worker.ts';

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('with a worker that says what it is told', () => {
  let roles: Roles;
  let worker: StandInWorker;
  let handler: JobHandler;
  let caller: LiveCaller;
  let runs = 0;

  /** A second of silence for each part, told with its text for a word. */
  const speak: JobHandler = async function* (payload) {
    const { spec } = Object(payload);
    runs += 1;
    const started = { normalisedText: '', contentType: 'audio/pcm', extension: 'pcm' };
    yield { type: 'event', event: 'started', data: started };
    const word = {
      text: spec.text,
      startChar: 0,
      endChar: spec.text.length,
      spoken: '',
      phonemes: '',
    };
    yield { type: 'event', event: 'words', data: [{ ...word, startSeconds: 0, endSeconds: 1 }] };
    const progress = { sourceEnd: spec.text.length, audioSeconds: 1, computeSeconds: 1 };
    yield { type: 'event', event: 'progress', data: progress };
    yield { type: 'bytes', bytes: Buffer.alloc(48_000, runs) };
    const done = { audioSeconds: 1, computeSeconds: 1, unspokenWords: 0, patches: [] };
    yield { type: 'event', event: 'done', data: done };
  };

  beforeAll(async () => {
    roles = await Roles.prepare();
    await roles.startApi();
    worker = serveStandIn(roles, (payload, signal) => handler(payload, signal));
    await roles.ready();
  });
  afterAll(async () => {
    await worker?.close(0);
    await roles?.stop();
  });
  beforeEach(async () => {
    handler = speak;
    caller = await LiveCaller.open(roles);
  });
  afterEach(() => caller?.close());

  async function booked(work: () => Promise<void>, rows = 1) {
    const before = (await readBooks(roles)).length;
    await work();
    await eventually(async () => expect(await readBooks(roles)).toHaveLength(before + rows));
    return (await readBooks(roles)).slice(before);
  }

  test('says the first clause while the rest is being written, and counts the text once', async () => {
    const books = await booked(async () => {
      caller.say({ type: 'open', context_id: 'a', words: true });
      for (const piece of ['When the ', 'rain stop', 'ped, we wal', 'ked home ']) {
        caller.say({ type: 'text', context_id: 'a', text: piece });
      }
      await caller.hear('audio', 'a');
      expect(caller.audioOf('a').length).toBeLessThanOrEqual(48_000);
      caller.say({ type: 'text', context_id: 'a', text: 'together in the dark. And then ' });
      caller.say({ type: 'close', context_id: 'a' });
      const done = await caller.hear('done', 'a');
      const text = 'When the rain stopped, we walked home together in the dark. And then';
      // Without the blanks between the parts.
      expect(done).toMatchObject({ characters: text.length - 2, duration_seconds: 3 });
      expect(caller.audioOf('a')).toHaveLength(3 * 48_000);
      const words = caller.of('a').flatMap(({ words = [] }) => words);
      expect(words.map((word) => text.slice(word.start_char, word.end_char))).toEqual([
        'When the rain stopped,',
        'we walked home together in the dark.',
        'And then',
      ]);
      expect(words.map(({ start_seconds }) => start_seconds)).toEqual([0, 1, 2]);
    });
    expect(books).toMatchObject([{ status: 'completed', counted: 66, audioSeconds: 3 }]);
    const { generation_id: id } = await caller.hear('opened', 'a');
    expect(await (await call(roles, `/v1/generations/${id}`)).json()).toMatchObject({
      status: 'completed',
      characters: 66,
      format: 'pcm',
    });
  });

  test('the engine is told what of the text has yet to be heard', async () => {
    const unheard: unknown[] = [];
    handler = async function* (payload, signal) {
      unheard.push(Object(payload).spec.unheardSeconds);
      for await (const item of speak(payload, signal)) {
        if (item.type !== 'event' || item.event === 'words') yield item;
        else yield { ...item, data: { ...Object(item.data), audioSeconds: 4 } };
      }
    };
    caller.say({ type: 'open', context_id: 'a' });
    const text =
      'One clause is heard, and then a sentence of some length. And one more comes here.';
    caller.say({ type: 'text', context_id: 'a', text });
    caller.say({ type: 'close', context_id: 'a' });
    await caller.hear('done', 'a');
    expect(unheard).toEqual([0, 4, 5]);
  });

  test('flush says what is held back and tells when that has been sent', async () => {
    caller.say({ type: 'open', context_id: 'a' });
    caller.say({ type: 'text', context_id: 'a', text: 'Hello there' });
    caller.say({ type: 'flush', context_id: 'a' });
    await caller.hear('flushed', 'a');
    expect(caller.told.map(({ type }) => type)).toEqual([
      'opened',
      'audio',
      'audio',
      'audio',
      'flushed',
    ]);
    caller.say({ type: 'text', context_id: 'a', text: ' again.' });
    caller.say({ type: 'close', context_id: 'a' });
    expect(await caller.hear('done', 'a')).toMatchObject({ characters: 17 });
  });

  test('cancel stops it at once: nothing comes behind the answer, and what was made counts', async () => {
    const stopped = createGate();
    handler = async function* (payload, signal) {
      const text: string = Object(payload).spec.text;
      yield* speak(payload, signal);
      if (!text.includes('endless')) return;
      try {
        for (;;) {
          signal.throwIfAborted();
          yield { type: 'bytes', bytes: Buffer.alloc(10_000) };
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        stopped.open();
      }
    };
    const books = await booked(async () => {
      caller.say({ type: 'open', context_id: 'a' });
      caller.say({ type: 'text', context_id: 'a', text: 'This is endless.' });
      caller.say({ type: 'flush', context_id: 'a' });
      await caller.hear('audio', 'a');
      caller.say({ type: 'cancel', context_id: 'a' });
      await caller.hear('cancelled', 'a');
      await stopped.opened;
      // The name is free again, and the connection goes on.
      caller.say({ type: 'open', context_id: 'a' });
      caller.say({ type: 'text', context_id: 'a', text: 'Short.' });
      caller.say({ type: 'close', context_id: 'a' });
      await caller.hear('done', 'a');
    }, 2);
    const types = caller.of('a').map(({ type }) => type);
    expect(types[types.indexOf('cancelled') + 1]).toBe('opened');
    // The two are booked side by side.
    const byStatus = books.toSorted((a, b) => a.status.localeCompare(b.status));
    expect(byStatus).toMatchObject([
      { status: 'cancelled', counted: 'This is endless.'.length },
      { status: 'completed', counted: 'Short.'.length },
    ]);
  });

  test('a connection that is cut stops the work, and what was made counts', async () => {
    const books = await booked(async () => {
      caller.say({ type: 'open', context_id: 'a' });
      caller.say({ type: 'text', context_id: 'a', text: 'Said before the end.' });
      caller.say({ type: 'flush', context_id: 'a' });
      await caller.hear('flushed', 'a');
      caller.close();
    });
    expect(books).toMatchObject([{ status: 'cancelled', counted: 20 }]);
  });

  test('ends where its key is revoked, although it was open before', async () => {
    const made = await call(roles, '/v1/keys', { json: { name: 'Leaked', scopes: ['generate'] } });
    const { id, key } = z.object({ id: z.string(), key: z.string() }).parse(await made.json());
    const thief = await LiveCaller.open({ url: roles.url, key });
    const books = await booked(async () => {
      thief.say({ type: 'open', context_id: 'a' });
      thief.say({ type: 'text', context_id: 'a', text: 'Said before the end.' });
      thief.say({ type: 'flush', context_id: 'a' });
      await thief.hear('flushed', 'a');
      await call(roles, `/v1/keys/${id}`, { method: 'DELETE' });
      const before = runs;
      thief.say({ type: 'text', context_id: 'a', text: 'Not said any more.' });
      thief.say({ type: 'flush', context_id: 'a' });
      expect(await thief.hear('error', 'a')).toMatchObject({
        context_ended: true,
        problem: { code: 'invalid_api_key', status: 401 },
      });
      expect(runs).toBe(before);
    });
    expect(books).toMatchObject([{ status: 'cancelled', counted: 20 }]);
    thief.close();
  });

  test('ends where its person has lost the team, although another one of theirs is left', async () => {
    const { db } = roles.database;
    const email = 'leaver@example.com';
    const send = (path: string, json: object) => call(roles, path, { key: null, json });
    const password = 'correct horse battery staple';
    await send('/auth/register', { email, password });
    const mail = await db
      .selectFrom('mails')
      .select('body_text')
      .where('recipient', '=', email)
      .executeTakeFirstOrThrow();
    const token = /#token=(\S+)/.exec(mail.body_text)?.[1];
    await send('/auth/verify-email', { token, password });
    const tokens = await (await send('/auth/login', { email, password })).json();
    const { access_token: key } = z.object({ access_token: z.string() }).parse(tokens);
    const { id: userId } = await db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow();
    const { team_id: teamId } = await db
      .selectFrom('api_keys')
      .select('team_id')
      .executeTakeFirstOrThrow();
    // Their oldest team is the one in which they act, where no header names another.
    await db
      .insertInto('team_members')
      .values({ team_id: teamId, user_id: userId, role: 'developer', invited_at: new Date(0) })
      .execute();
    const leaver = await LiveCaller.open({ url: roles.url, key });
    leaver.say({ type: 'open', context_id: 'a' });
    leaver.say({ type: 'text', context_id: 'a', text: 'Said as a member.' });
    leaver.say({ type: 'flush', context_id: 'a' });
    await leaver.hear('flushed', 'a');
    await db
      .deleteFrom('team_members')
      .where('user_id', '=', userId)
      .where('team_id', '=', teamId)
      .execute();
    leaver.say({ type: 'text', context_id: 'a', text: 'Said as a stranger.' });
    leaver.say({ type: 'flush', context_id: 'a' });
    expect(await leaver.hear('error', 'a')).toMatchObject({
      context_ended: true,
      problem: { code: 'permission_denied', status: 403 },
    });
    leaver.close();
  });

  test('an error of one context leaves the others alone', async () => {
    caller.say({ type: 'open', context_id: 'good' });
    caller.say({ type: 'open', context_id: 'bad', voice: 'af_hart' });
    expect(await caller.hear('error', 'bad')).toMatchObject({
      context_ended: true,
      problem: { code: 'unknown_voice', param: 'voice', status: 400 },
    });
    handler = async function* (payload, signal) {
      if (Object(payload).spec.text === 'Fail.') throw new Error('the model broke');
      yield* speak(payload, signal);
    };
    caller.say({ type: 'open', context_id: 'doomed' });
    caller.say({ type: 'text', context_id: 'doomed', text: 'Fail.' });
    caller.say({ type: 'close', context_id: 'doomed' });
    expect(await caller.hear('error', 'doomed')).toMatchObject({
      context_ended: true,
      problem: { code: 'synthesis_failed', status: 500 },
    });
    caller.say({ type: 'text', context_id: 'good', text: 'Still here.' });
    caller.say({ type: 'close', context_id: 'good' });
    await caller.hear('done', 'good');
  });

  test.each([
    ['no JSON', 'nonsense', 'malformed_message', undefined],
    ['in a binary frame', Buffer.from('{"type":"ping"}'), 'malformed_message', undefined],
    ['no object', '[]', 'invalid_body', undefined],
    ['of an unknown type', '{"type":"sing"}', 'invalid_field', 'type'],
    ['of a field too many', '{"type":"ping","x":1}', 'unknown_field', 'x'],
    ['of a bad name', '{"type":"open","context_id":"a b"}', 'invalid_field', 'context_id'],
    [
      'of a format with a header',
      '{"type":"open","context_id":"a","format":"mp3"}',
      'invalid_field',
      'format',
    ],
    [
      'of a rate that the format has not',
      '{"type":"open","context_id":"a","format":"alaw","sample_rate":24000}',
      'unsupported_sample_rate',
      'sample_rate',
    ],
    ['of no text', '{"type":"text","context_id":"a","text":""}', 'invalid_field', 'text'],
    ['of a NUL', '{"type":"text","context_id":"a","text":"\\u0000"}', 'invalid_field', 'text'],
    [
      'of a context that is not open',
      '{"type":"flush","context_id":"a"}',
      'context_not_found',
      'context_id',
    ],
  ])('a message %s is refused by name, and no more', async (_what, message, code, param) => {
    caller.socket.send(message);
    const { problem, context_ended } = await caller.hear('error');
    expect(problem).toMatchObject(param === undefined ? { code } : { code, param });
    expect(context_ended).toBe(false);
    caller.say({ type: 'ping' });
    await caller.hear('pong');
  });

  test('bounds contexts, messages and text that waits', async () => {
    for (let n = 0; n <= 10; n++) caller.say({ type: 'open', context_id: `c${n}` });
    expect(await caller.hear('error', 'c10')).toMatchObject({
      problem: { code: 'too_many_contexts' },
    });
    caller.say({ type: 'open', context_id: 'c0' });
    expect(await caller.hear('error', 'c0')).toMatchObject({ problem: { code: 'context_taken' } });

    const gate = createGate();
    handler = async function* (payload, signal) {
      await gate.opened;
      yield* speak(payload, signal);
    };
    for (let n = 0; n < 3; n++) {
      caller.say({ type: 'text', context_id: 'c1', text: 'So it goes on. '.repeat(600) });
    }
    expect(await caller.hear('error', 'c1')).toMatchObject({
      context_ended: false,
      problem: { code: 'too_much_text', status: 413 },
    });
    for (let n = 0; n < 2; n++) {
      caller.say({ type: 'text', context_id: 'c2', text: `${'So it goes on. '.repeat(666)} ` });
    }
    // 18 more than the 19,982 characters that wait.
    for (let n = 0; n < 18; n++) caller.say({ type: 'flush', context_id: 'c2' });
    caller.say({ type: 'ping' });
    await caller.hear('pong');
    expect(caller.of('c2').filter(({ type }) => type === 'error')).toEqual([]);
    caller.say({ type: 'flush', context_id: 'c2' });
    expect(await caller.hear('error', 'c2')).toMatchObject({ problem: { code: 'too_much_text' } });
    gate.open();
    caller.say({ type: 'cancel', context_id: 'c1' });
    caller.socket.send('x'.repeat(70_000));
    const [code] = await once(caller.socket, 'close');
    expect(code).toBe(1009);
  });

  test('a reader that reads slowly slows the work down', async () => {
    let made = 0;
    handler = async function* (payload, signal) {
      yield* speak(payload, signal);
      for (; made < 400; made++) yield { type: 'bytes', bytes: Buffer.alloc(1024 * 1024) };
    };
    caller.say({ type: 'open', context_id: 'a' });
    caller.say({ type: 'text', context_id: 'a', text: 'A very long story.' });
    caller.say({ type: 'close', context_id: 'a' });
    await caller.hear('audio', 'a');
    caller.socket.pause();
    await eventually(async () => {
      const before = made;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(made).toBe(before);
    });
    expect(made).toBeLessThan(100);
  });

  test('a credential comes by header, or as a protocol from where there are no headers', async () => {
    const protocols = ['voiceflow.v1', `bearer.${roles.key}`];
    const other = await LiveCaller.open({ url: roles.url, key: null }, { protocols });
    expect(other.socket.protocol).toBe('voiceflow.v1');
    other.close();
    const refused = async (key: string | null, tried: string[] = []) => {
      const socket = new WebSocket(`${roles.url.replace('http', 'ws')}/v1/generate/ws`, tried, {
        ...(key === null ? {} : { headers: { authorization: `Bearer ${key}` } }),
      });
      socket.on('error', () => {});
      const [, response] = await once(socket, 'unexpected-response');
      return response.statusCode;
    };
    expect(await refused(null)).toBe(401);
    expect(await refused('vf_live_nonsense')).toBe(401);
    expect(await refused(null, ['bearer.vf_live_nonsense'])).toBe(401);
    const plain = await call(roles, '/v1/generate/ws');
    expect(plain.status).toBe(426);
    expect(await plain.json()).toMatchObject({ code: 'upgrade_required' });
  });

  test('a client token speaks from its own origin, as much as it may', async () => {
    const origin = 'https://app.example.com';
    const json = { origin, max_characters: 20 };
    const made = await call(roles, '/v1/client-tokens', { json });
    const { token } = z.object({ token: z.string() }).parse(await made.json());
    const protocols = ['voiceflow.v1', `bearer.${token}`];
    const page = await LiveCaller.open({ url: roles.url, key: null }, { protocols, origin });
    page.say({ type: 'open', context_id: 'a' });
    page.say({ type: 'text', context_id: 'a', text: 'From a page.' });
    page.say({ type: 'close', context_id: 'a' });
    expect(await page.hear('done', 'a')).toMatchObject({ characters: 12 });
    page.say({ type: 'open', context_id: 'b' });
    page.say({ type: 'text', context_id: 'b', text: 'Too much.' });
    page.say({ type: 'close', context_id: 'b' });
    expect(await page.hear('error', 'b')).toMatchObject({
      context_ended: true,
      problem: { code: 'client_token_budget_exceeded', status: 403 },
    });
    page.say({ type: 'open', context_id: 'c' });
    page.say({ type: 'text', context_id: 'c', text: 'The rest' });
    page.say({ type: 'close', context_id: 'c' });
    expect(await page.hear('done', 'c')).toMatchObject({ characters: 8 });
    const used = await roles.database.db.selectFrom('client_tokens').selectAll().execute();
    expect(used).toMatchObject([{ used_characters: 20, used_audio_seconds: 2 }]);
    page.close();
    const elsewhere = LiveCaller.open(
      { url: roles.url, key: null },
      { protocols, origin: 'https://evil.example' },
    );
    await expect(elsewhere).rejects.toThrow('403');
  });

  test('an upgrade to another protocol is answered as if it had not been asked for', async () => {
    const body = JSON.stringify({ text: 'Hello.', format: 'pcm' });
    const { hostname, port } = new URL(roles.url);
    const sent = request({
      hostname,
      port,
      path: '/v1/generate',
      method: 'POST',
      headers: {
        authorization: `Bearer ${roles.key}`,
        'content-type': 'application/json',
        connection: 'upgrade, http2-settings',
        upgrade: 'h2c',
        'http2-settings': 'AAMAAABkAAQAAP__',
      },
    });
    sent.end(body);
    const [response] = await once(sent, 'response');
    response.resume();
    expect(response.statusCode).toBe(200);
  });
});

test('the engine says it as one text: pauses between the parts, words where they are heard', async () => {
  const roles = await Roles.prepare();
  try {
    await roles.startAll();
    const caller = await LiveCaller.open(roles);
    const text =
      'Well, my old friend, it costs $3.50 in all, as I said. We met at 5 p.m. on a Sunday.';
    const books = await newlyBooked(roles, async () => {
      caller.say({ type: 'open', context_id: 'a', words: true, format: 'mulaw' });
      for (const piece of text.match(/.{1,7}/g) ?? []) {
        caller.say({ type: 'text', context_id: 'a', text: piece });
      }
      caller.say({ type: 'close', context_id: 'a' });
      const done = await caller.hear('done', 'a');
      const audio = caller.audioOf('a');
      expect(audio.length / 8000).toBeCloseTo(Number(done.duration_seconds), 1);
      const words = caller.of('a').flatMap(({ words = [] }) => words);
      for (const word of words) {
        expect(text.slice(word.start_char, word.end_char)).toBe(word.text);
      }
      expect(words.map((word) => word.text)).toContain('$3.50');
      const ends = [0, ...words.map(({ end_seconds }) => end_seconds)];
      for (const [index, { start_seconds, end_seconds }] of words.entries()) {
        expect(start_seconds).toBeGreaterThanOrEqual(ends[index] ?? 0);
        expect(end_seconds).toBeGreaterThan(start_seconds);
      }
      const next = words.findIndex((word) => word.text === 'We');
      const gap = (words[next]?.start_seconds ?? 0) - (words[next - 1]?.end_seconds ?? 0);
      expect(gap).toBeGreaterThan(0.3);
      expect(gap).toBeLessThan(0.9);
    });
    expect(books).toHaveLength(1);
    caller.close();
  } finally {
    await roles.stop();
  }
});

test('a server that stops says what it was told, and closes', async () => {
  const roles = await Roles.prepare();
  try {
    roles.startWorker();
    const api = await roles.startApi();
    await roles.ready();
    const caller = await LiveCaller.open(roles);
    caller.say({ type: 'open', context_id: 'a' });
    caller.say({ type: 'text', context_id: 'a', text: 'The last words' });
    await caller.hear('opened', 'a');
    const closed = once(caller.socket, 'close');
    api.kill('SIGTERM');
    await caller.hear('done', 'a');
    expect((await closed)[0]).toBe(1001);
    await eventually(() => expect(api.exitCode).toBe(0));
  } finally {
    await roles.stop();
  }
});
