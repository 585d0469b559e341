import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintEngine } from './fingerprint-engine.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'fingerprint-'));
  await cp(join(import.meta.dirname, 'normalise'), join(dir, 'normalise'), { recursive: true });
});
afterEach(() => rm(dir, { recursive: true }));

test('the same code has the same name, wherever it lies', async () => {
  const copy = await mkdtemp(join(tmpdir(), 'fingerprint-'));
  await cp(dir, copy, { recursive: true });
  expect(await fingerprintEngine(copy)).toBe(await fingerprintEngine(dir));
  await rm(copy, { recursive: true });
});

test('code that reads in another way has another name; a new test changes nothing', async () => {
  const before = await fingerprintEngine(dir);
  await writeFile(join(dir, 'normalise', 'years.test.ts'), 'export {};');
  expect(await fingerprintEngine(dir)).toBe(before);
  await writeFile(join(dir, 'normalise', 'years.ts'), 'export {};');
  expect(await fingerprintEngine(dir)).not.toBe(before);
});
