import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { call } from './call.ts';
import { LiveCaller } from './live-caller.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant } from './support/factories.ts';
import { RedisServer } from './support/redis-server.ts';
import { serveStandIn } from './support/stand-in-worker.ts';

let redis: RedisServer;
let roles: Roles;

beforeAll(async () => {
  redis = await RedisServer.start();
  roles = await Roles.prepare({ LIVE_CONNECTIONS_FREE: '2', REDIS_URL: redis.url });
  await roles.startApi();
});
afterAll(async () => {
  await roles?.stop();
  await redis?.stop();
});

/** The answer to a handshake that is refused. */
async function refusal(key: string) {
  const socket = new WebSocket(`${roles.url.replace('http', 'ws')}/v1/generate/ws`, {
    headers: { authorization: `Bearer ${key}` },
  });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test('a team has so many connections open, and what is more is refused by name', async () => {
  const first = await LiveCaller.open(roles);
  const second = await LiveCaller.open(roles);
  const { status, headers, body } = await refusal(roles.key);
  expect(status).toBe(429);
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': expect.stringMatching(/^\d+$/),
  });
  expect(JSON.parse(body)).toMatchObject({
    code: 'connection_limit_exceeded',
    detail: expect.stringContaining('2 connections'),
  });
  // The others go on, and another team is none of this one's business.
  first.say({ type: 'ping' });
  await first.hear('pong');
  const { key } = (await createTenant(roles.database.db)).key;
  const stranger = await LiveCaller.open({ url: roles.url, key });

  first.close();
  const third = await eventually(() => LiveCaller.open(roles));
  expect((await refusal(roles.key)).status).toBe(429);
  for (const caller of [second, third, stranger]) caller.close();
});

test('a handshake that fails takes no place', async () => {
  for (let times = 0; times < 4; times += 1) {
    const url = `${roles.url}/v1/generate/ws`;
    const headers = { authorization: `Bearer ${roles.key}` };
    expect((await fetch(url, { headers })).status).toBe(426);
    const keyless = { ...headers, connection: 'upgrade', upgrade: 'websocket' };
    const [response] = await once(get(url, { headers: keyless, agent: false }), 'response');
    expect(response.statusCode).toBe(400);
    response.resume();
  }
  const open = () => eventually(() => LiveCaller.open(roles));
  const opened = [await open(), await open()];
  for (const caller of opened) caller.close();
});

test('a connection that is lost leaves a cancelled generation, which is no stream to go on with', async () => {
  const worker = serveStandIn(roles, async function* () {
    const started = { normalisedText: '', contentType: 'audio/pcm', extension: 'pcm' };
    yield { type: 'event', event: 'started', data: started };
    const progress = { sourceEnd: 5, audioSeconds: 1, computeSeconds: 1 };
    yield { type: 'event', event: 'progress', data: progress };
    yield { type: 'bytes', bytes: Buffer.alloc(48_000) };
    const done = { audioSeconds: 1, computeSeconds: 1, unspokenWords: 0, patches: [] };
    yield { type: 'event', event: 'done', data: done };
  });
  await roles.ready();
  const caller = await eventually(() => LiveCaller.open(roles));
  caller.say({ type: 'open', context_id: 'a' });
  caller.say({ type: 'text', context_id: 'a', text: 'Said before the line is cut.' });
  caller.say({ type: 'flush', context_id: 'a' });
  const { generation_id: id } = await caller.hear('opened', 'a');
  await caller.hear('flushed', 'a');
  caller.close();
  await eventually(async () => {
    const generation = await call(roles, `/v1/generations/${id}`);
    expect(await generation.json()).toMatchObject({ status: 'cancelled' });
  });
  const stream = await call(roles, `/v1/generations/${id}/stream?offset=1000`);
  expect(stream.status).toBe(404);
  expect(await stream.json()).toMatchObject({ code: 'generation_not_found' });
  await worker.close(0);
});
