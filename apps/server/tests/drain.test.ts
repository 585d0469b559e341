import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { JobHandler } from '../src/platform/queue/index.ts';
import { readBooks } from './books.ts';
import { bytesOf, call } from './call.ts';
import { LiveCaller } from './live-caller.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { type StandInWorker, serveStandIn } from './support/stand-in-worker.ts';
import { untilAborted } from './support/until-aborted.ts';

let roles: Roles;
let api: ChildProcess;
let workers: StandInWorker[];
/** The second half of every speech is made once this is resolved. */
let gate: PromiseWithResolvers<void>;
/** Those speeches of a test whose first half is made. */
let halves: number;

/** Two seconds, half of them behind the gate. */
const speak: JobHandler = async function* (payload, signal) {
  const { text } = Object(payload).spec;
  const started = { normalisedText: '', contentType: 'audio/pcm', extension: 'pcm' };
  yield { type: 'event', event: 'started', data: started };
  const first = { sourceEnd: 10, audioSeconds: 1, computeSeconds: 1 };
  yield { type: 'event', event: 'progress', data: first };
  yield { type: 'bytes', bytes: Buffer.alloc(48_000, 1) };
  halves += 1;
  await Promise.race([gate.promise, untilAborted(signal)]);
  const second = { sourceEnd: text.length, audioSeconds: 2, computeSeconds: 2 };
  yield { type: 'event', event: 'progress', data: second };
  yield { type: 'bytes', bytes: Buffer.alloc(48_000, 2) };
  const done = { audioSeconds: 2, computeSeconds: 2, unspokenWords: 0, patches: [] };
  yield { type: 'event', event: 'done', data: done };
};

beforeAll(async () => {
  roles = await Roles.prepare();
  workers = Array.from({ length: 3 }, () => serveStandIn(roles, speak));
});
afterAll(async () => {
  await Promise.all((workers ?? []).map((worker) => worker.close(0)));
  await roles?.stop();
});
beforeEach(() => {
  gate = Promise.withResolvers();
  halves = 0;
});
afterEach(() => gate.resolve());

async function startApi(settings: Record<string, string> = {}): Promise<void> {
  api = await roles.startApi(settings);
  await roles.ready();
}

/** A stream that is under way. */
async function openStream(text: string) {
  const response = await call(roles, '/v1/generate/stream', { json: { text, format: 'pcm' } });
  const reader = response.body?.getReader();
  if (!reader) throw new Error(`no stream: ${response.status}`);
  const first = await reader.read();
  return { reader, first: Buffer.from(first.value ?? []) };
}

/** Until the first request is refused because the server stops. */
async function stopping(): Promise<void> {
  await eventually(async () => {
    const response = await call(roles, '/v1/voices');
    expect(await response.json()).toMatchObject({ status: 503, code: 'server_stopping' });
  });
}

async function exitCode(): Promise<number | null> {
  if (api.exitCode === null && api.signalCode === null) await once(api, 'exit');
  return api.exitCode;
}

test('an api that is told to end says so, refuses what is new and brings to an end what it has begun', async () => {
  await startApi();
  const stream = await openStream('Nobody cuts this stream off.');
  const caller = await LiveCaller.open(roles);
  caller.say({ type: 'open', context_id: 'a' });
  caller.say({ type: 'text', context_id: 'a', text: 'Nor this live text.' });
  caller.say({ type: 'flush', context_id: 'a' });
  await caller.hear('audio', 'a');
  const closed = once(caller.socket, 'close');
  api.kill('SIGTERM');
  await stopping();
  expect((await call(roles, '/health/ready')).status).toBe(503);
  expect((await call(roles, '/health/live')).status).toBe(200);
  await expect(LiveCaller.open(roles)).rejects.toThrow('503');

  gate.resolve();
  const rest: Buffer[] = [stream.first];
  for (;;) {
    const { done, value } = await stream.reader.read();
    if (done) break;
    rest.push(Buffer.from(value));
  }
  expect(Buffer.concat(rest)).toEqual(
    Buffer.concat([Buffer.alloc(48_000, 1), Buffer.alloc(48_000, 2)]),
  );
  await caller.hear('done', 'a');
  expect(caller.audioOf('a')).toHaveLength(96_000);
  expect((await closed)[0]).toBe(1001);
  expect(await exitCode()).toBe(0);
  expect((await readBooks(roles)).map(({ status }) => status)).toEqual(['completed', 'completed']);
});

test.each([
  ['after DRAIN_SECONDS', { DRAIN_SECONDS: '0' }, 'SIGTERM'],
  ['when it is told once more', { DRAIN_SECONDS: '600' }, 'SIGTERM then SIGTERM'],
])('cuts off what is left %s, and what was made counts', async (_when, settings, signals) => {
  const before = (await readBooks(roles)).length;
  await startApi(settings);
  const text = `Cut off, ${JSON.stringify(settings)}`;
  const stream = await openStream(text);
  const whole = call(roles, '/v1/generate', { json: { text: `${text}, as a whole` } });
  const failed = expect(whole.then(bytesOf)).rejects.toThrow();
  const caller = await LiveCaller.open(roles);
  caller.say({ type: 'open', context_id: 'a' });
  caller.say({ type: 'text', context_id: 'a', text: `${text}, as it is written` });
  caller.say({ type: 'flush', context_id: 'a' });
  await caller.hear('audio', 'a');
  await eventually(() => expect(halves).toBe(3));
  // Whatever reached the API before this request did has been heard there when it is answered.
  await roles.ready();
  api.kill('SIGTERM');
  if (signals !== 'SIGTERM') {
    await stopping();
    api.kill('SIGTERM');
  }
  await expect(
    (async () => {
      while (!(await stream.reader.read()).done);
    })(),
  ).rejects.toThrow();
  await failed;
  expect(await exitCode()).toBe(0);
  const books = (await readBooks(roles)).slice(before);
  expect(books.map(({ status, counted }) => ({ status, counted }))).toEqual(
    Array(3).fill({ status: 'cancelled', counted: 10 }),
  );
});
