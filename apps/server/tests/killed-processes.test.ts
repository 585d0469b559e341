import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFreePort } from '../src/platform/free-port.ts';
import { readBooks } from './books.ts';
import { bytesOf, call } from './call.ts';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { createTenant } from './support/factories.ts';
import { scrape } from './support/scrape.ts';

let roles: Roles;

beforeEach(async () => {
  roles = await Roles.prepare();
});

afterEach(() => roles?.stop());

const text =
  'The first sentence is short. The second one has a few more words. Here ends the third.';

async function wipeCache(): Promise<void> {
  await rm(join(roles.home, 'cache'), { recursive: true });
}

test('a worker killed in mid-stream: the caller receives the complete, identical bytes', async () => {
  const worker = roles.startWorker();
  await roles.startApi();
  await roles.ready();
  const headers = { 'x-request-id': 'killed-worker' };
  const response = await call(roles, '/v1/generate/stream', { json: { text }, headers });
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await roles.kill(worker);
  roles.startWorker();
  const chunks = [Buffer.from(first?.value ?? [])];
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) break;
    chunks.push(Buffer.from(next.value));
  }
  const streamed = Buffer.concat(chunks);
  expect(await readBooks(roles)).toMatchObject([
    { status: 'completed', counted: text.length, cache: 'miss' },
  ]);

  // The same without any accident: another team's request is computed anew.
  const { key } = (await createTenant(roles.database.db)).key;
  const json = { text };
  const undisturbed = await call(roles, '/v1/generate/stream', { json, headers, key });
  expect(undisturbed.headers.get('x-voiceflow-cache')).toBe('miss');
  expect(streamed.equals(await bytesOf(undisturbed))).toBe(true);
});

test('an api killed in the middle: the retry gives the same bytes and counts once', async () => {
  roles.startWorker();
  const api = await roles.startApi();
  await roles.ready();
  const headers = { 'idempotency-key': randomUUID() };
  const response = await call(roles, '/v1/generate/stream', { json: { text }, headers });
  const requestId = response.headers.get('x-request-id') ?? '?';
  const reader = response.body?.getReader();
  const first = Buffer.from((await reader?.read())?.value ?? []);
  await roles.kill(api);
  await expect(reader?.read()).rejects.toThrow();

  const restarted = await roles.startApi();
  await roles.ready();
  const retry = await bytesOf(
    await call(roles, '/v1/generate/stream', { json: { text }, headers }),
  );
  expect(retry.subarray(0, first.length).equals(first)).toBe(true);
  expect(retry.toString('latin1')).toContain(requestId);
  expect(await readBooks(roles)).toMatchObject([{ status: 'completed', counted: text.length }]);

  await roles.kill(restarted);
  await wipeCache();
  await roles.startApi();
  await roles.ready();
  const again = await call(roles, '/v1/generate/stream', { json: { text }, headers });
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect((await bytesOf(again)).equals(retry)).toBe(true);
  expect(await readBooks(roles)).toHaveLength(1);
});

test('an api killed in the middle: the stream goes on behind the byte that arrived last', async () => {
  roles.startWorker();
  const api = await roles.startApi();
  await roles.ready();
  const response = await call(roles, '/v1/generate/stream', { json: { text } });
  const generation = `/v1/generations/${response.headers.get('x-voiceflow-generation-id')}`;
  const reader = response.body?.getReader();
  const first = Buffer.from((await reader?.read())?.value ?? []);
  await roles.kill(api);
  await expect(reader?.read()).rejects.toThrow();
  await wipeCache();

  await roles.startApi();
  await roles.ready();
  expect(await (await call(roles, generation)).json()).toMatchObject({ status: 'open' });
  const headers = { range: `bytes=${first.length}-` };
  const resumed = await call(roles, `${generation}/stream`, { headers });
  expect(resumed.status).toBe(206);
  expect(resumed.headers.get('content-range')).toBe(`bytes ${first.length}-9007199254740991/*`);
  const rest = await bytesOf(resumed);
  expect(await readBooks(roles)).toMatchObject([{ status: 'completed', counted: text.length }]);
  expect(await (await call(roles, generation)).json()).toMatchObject({ status: 'completed' });

  // The same without any accident, kept meanwhile.
  const whole = await bytesOf(await call(roles, `${generation}/stream`));
  expect(Buffer.concat([first, rest]).equals(whole)).toBe(true);
  expect(await readBooks(roles)).toHaveLength(1);
});

test('a job that kills every worker is given up after three attempts, with a problem', async () => {
  const metricsPort = await findFreePort();
  await roles.startApi({ METRICS_PORT: String(metricsPort) });
  const untilRunning = (jobs: number) =>
    eventually(async () => {
      const told = await scrape(`http://127.0.0.1:${metricsPort}/metrics`);
      expect(told.get('voiceflow_queue_running_jobs')).toBe(jobs);
    });
  let worker = roles.startWorker();
  await roles.ready();
  const answer = call(roles, '/v1/generate', { json: { text: `${text} `.repeat(10) } });
  for (let attempt = 1; attempt <= 3; attempt++) {
    await untilRunning(1);
    await roles.kill(worker);
    await untilRunning(0);
    if (attempt < 3) worker = roles.startWorker();
  }
  const response = await answer;
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({ code: 'synthesis_failed' });
  expect(await readBooks(roles)).toMatchObject([{ status: 'failed', counted: 0 }]);
});

test('without a worker the api is alive, not ready, and says so', async () => {
  await roles.startApi();
  expect((await call(roles, '/health/live', { key: null })).status).toBe(200);
  const ready = await call(roles, '/health/ready', { key: null });
  expect(ready.status).toBe(503);
  expect(ready.headers.get('retry-after')).toBe('2');
  expect(await ready.json()).toMatchObject({ code: 'not_ready' });
  const speech = await call(roles, '/v1/generate', { json: { text } });
  expect(speech.status).toBe(503);
  expect(await speech.json()).toMatchObject({ code: 'not_ready' });
});

test('an api told to stop finishes what it streams', async () => {
  roles.startWorker();
  const api = await roles.startApi();
  await roles.ready();
  const response = await call(roles, '/v1/generate/stream', { json: { text } });
  api.kill('SIGTERM');
  expect((await bytesOf(response)).length).toBeGreaterThan(50_000);
  await eventually(() => expect(api.exitCode).toBe(0));
  expect(await readBooks(roles)).toMatchObject([{ status: 'completed' }]);
});
