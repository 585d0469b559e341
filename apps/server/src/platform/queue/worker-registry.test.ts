import { expect, test } from 'vitest';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { type RegisteredWorker, servingWorkers, WorkerRegistry } from './worker-registry.ts';

const worker = (id: string, version: string, sinceMs: number): RegisteredWorker => ({
  id,
  version,
  sinceMs,
  info: null,
});
const serving = (...workers: RegisteredWorker[]) => servingWorkers(workers).map(({ id }) => id);

test('those serve that have the version of the eldest', () => {
  const [a, b, c] = [worker('a', 'v2', 30), worker('b', 'v1', 20), worker('c', 'v1', 40)];
  expect(serving(a, b, c)).toEqual(['b', 'c']);
  expect(serving(a, c)).toEqual(['a']);
  expect(serving()).toEqual([]);
});

test('of two that came at once, each process takes the same one for the eldest', () => {
  const [a, b] = [worker('a', 'v1', 10), worker('b', 'v2', 10)];
  expect(serving(a, b)).toEqual(['a']);
  expect(serving(b, a)).toEqual(['a']);
});

test('a worker that is said to be alive for longer than it can be is gone: the clock was set back', async () => {
  const server = await RedisServer.start();
  try {
    const client = await server.connect();
    const registry = new WorkerRegistry({ client, prefix: 'test' });
    const [dead, alive] = [worker('dead', 'v1', 10), worker('alive', 'v2', 20)];
    const value = JSON.stringify(dead);
    await client.zAdd('test:workers', { score: Date.now() + 3_600_000, value });
    expect(await registry.register(alive)).toEqual([alive]);
    expect(await registry.list()).toEqual([alive]);
    client.destroy();
  } finally {
    await server.stop();
  }
});
