import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readBooks } from './books.ts';
import { call } from './call.ts';
import { freshText } from './fresh-text.ts';
import { Roles } from './roles.ts';

let roles: Roles;
let api: ChildProcess;

beforeAll(async () => {
  roles = await Roles.prepare();
  roles.startWorker();
  api = await roles.startApi();
  await roles.ready();
});

afterAll(() => roles?.stop());

async function createKey(budget: Record<string, number>): Promise<{ id: string; key: string }> {
  const made = await call(roles, '/v1/keys', { json: { name: 'Budgeted', ...budget } });
  return z.object({ id: z.string(), key: z.string() }).parse(await made.json());
}

async function usedBy(id: string): Promise<unknown> {
  return (await call(roles, `/v1/keys/${id}/budget`)).json();
}

test('50 requests at once get what the budget has room for, also after a restart', async () => {
  const { id, key } = await createKey({ monthly_generations: 8 });
  const json = { text: freshText() };
  const speak = () => call(roles, '/v1/generate', { key, json });
  const before = (await readBooks(roles)).length;
  const responses = await Promise.all(Array.from({ length: 50 }, speak));
  const statuses = responses.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(8).fill(200), ...Array(42).fill(402)]);
  await Promise.all(responses.map((response) => response.arrayBuffer()));
  expect(await readBooks(roles)).toHaveLength(before + 8);
  expect(await usedBy(id)).toMatchObject({
    characters: { used: 8 * json.text.length, limit: null },
    generations: { used: 8, limit: 8 },
  });
  await roles.kill(api);
  api = await roles.startApi();
  await roles.ready();
  const refused = await speak();
  expect(refused.status).toBe(402);
  expect(await refused.json()).toMatchObject({ code: 'budget_exceeded', status: 402 });
  await call(roles, `/v1/keys/${id}`, { method: 'PATCH', json: { monthly_generations: 9 } });
  await expect.poll(async () => (await speak()).status, { timeout: 20_000 }).toBe(200);
});

test('a budget gets back what a refused or abandoned request did not use', async () => {
  const { id, key } = await createKey({ monthly_characters: 4_000 });
  const text = `${freshText()} ${'And so it went on, for a long while. '.repeat(80)}`;
  const caller = new AbortController();
  const response = await call(roles, '/v1/generate/stream', {
    key,
    json: { text },
    signal: caller.signal,
  });
  expect(response.status).toBe(200);
  expect(await usedBy(id)).toMatchObject({ characters: { used: text.trim().length } });
  caller.abort();
  await expect
    .poll(
      async () => {
        const { used } = z
          .object({ characters: z.object({ used: z.int() }) })
          .parse(await usedBy(id)).characters;
        return used;
      },
      { timeout: 60_000 },
    )
    .toBeLessThan(text.length);
  const tooMuch = await call(roles, '/v1/audio/speech', {
    key,
    json: { model: 'tts-1', voice: 'alloy', input: 'x'.repeat(4_096) },
  });
  expect(tooMuch.status).toBe(402);
  expect(await tooMuch.json()).toMatchObject({
    code: 'budget_exceeded',
    error: { code: 'budget_exceeded' },
  });
});

test('an answer that is repeated under its Idempotency-Key takes nothing more', async () => {
  const { id, key } = await createKey({ monthly_generations: 1 });
  const speak = () =>
    call(roles, '/v1/generate', {
      key,
      json: { text: 'Once is enough.' },
      headers: { 'idempotency-key': 'once' },
    });
  for (let i = 0; i < 3; i += 1) expect((await speak()).status).toBe(200);
  expect(await usedBy(id)).toMatchObject({ generations: { used: 1, limit: 1 } });
});
