import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { MetricsServer } from './serve-metrics.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const figures = { contentType: 'text/plain; version=0.0.4', text: 'a 1\n' };

function listen(port: number, read = async () => figures, isReady = () => true) {
  const listening = Promise.withResolvers<string>();
  const unavailable = Promise.withResolvers<string>();
  const server = new MetricsServer({
    host: '127.0.0.1',
    port,
    read,
    isReady,
    onListening: listening.resolve,
    onUnavailable: unavailable.resolve,
  });
  closing.push(() => server.close());
  return { listening: listening.promise, unavailable: unavailable.promise };
}

it('answers at /metrics, and not where nothing is', async () => {
  const url = await listen(0).listening;
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    200,
    'text/plain; version=0.0.4',
    'a 1\n',
  ]);
  expect((await fetch(new URL('/', url))).status).toBe(404);
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
});

it('says that the process is alive, and whether it is ready', async () => {
  let ready = false;
  const url = await listen(0, undefined, () => ready).listening;
  const statuses = async () => {
    const answers = ['/health/live', '/health/ready'].map((path) => fetch(new URL(path, url)));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  expect(await statuses()).toEqual([200, 503]);
  ready = true;
  expect(await statuses()).toEqual([200, 200]);
});

it('answers 503 when nothing can be told', async () => {
  const url = await listen(0, () => Promise.reject(new Error('broken'))).listening;
  expect((await fetch(url)).status).toBe(503);
});

it('says that its port is taken, and serves there once it is free', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { unavailable, listening } = listen(port);
  expect(await unavailable).toContain(`EADDRINUSE`);
  other.close();
  expect(await listening).toBe(`http://127.0.0.1:${port}/metrics`);
});
