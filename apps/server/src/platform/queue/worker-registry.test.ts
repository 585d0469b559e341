import { expect, test } from 'vitest';
import { type RegisteredWorker, servingWorkers } from './worker-registry.ts';

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
