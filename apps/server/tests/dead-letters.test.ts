import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { changePlan } from '../src/domains/teams/index.ts';
import { formatId } from '../src/platform/ids.ts';
import { AccountApp } from './account-app.ts';
import { freshText } from './fresh-text.ts';
import { logInOperator } from './operator.ts';
import { eventually } from './support/eventually.ts';
import { createTenant, createTestContext, type Tenant } from './support/factories.ts';
import { speak, TestSynthesis } from './support/test-synthesis.ts';

let server: AccountApp;
let synthesis: TestSynthesis;
let accessToken: string;

beforeAll(async () => {
  server = await AccountApp.open({}, async (db) => {
    synthesis = await TestSynthesis.open(db);
    return synthesis.services;
  });
  accessToken = await logInOperator(server);
});

beforeEach(() => {
  synthesis.handler = breaks;
});

afterAll(async () => {
  await synthesis?.close();
  await server?.close();
});

// biome-ignore lint/correctness/useYield: it fails before it has anything to say.
async function* breaks(): ReturnType<typeof speak> {
  throw new Error('the model broke');
}

function generate(tenant: Tenant, text: string) {
  return server.post('/v1/generate', {
    accessToken: tenant.key.key,
    body: { text, format: 'wav' },
  });
}

/** A speech of a new team that has failed for good. */
async function createLetter(): Promise<{ tenant: Tenant; text: string; id: string }> {
  const tenant = await createTenant(server.database.db);
  const text = freshText();
  expect((await generate(tenant, text)).statusCode).toBe(500);
  return { tenant, text, id: await letterOf(tenant) };
}

async function letterOf({ teamId }: Tenant): Promise<string> {
  return eventually(async () => {
    const { data } = (await letters()).json();
    const of = (letter: { team_id: string }) => letter.team_id === formatId('team', teamId);
    expect(data.filter(of)).toHaveLength(1);
    return data.find(of).id;
  });
}

function letters(query = '?limit=100') {
  return server.get(`/v1/operator/dead-letters${query}`, { accessToken });
}

function eventsOf({ teamId }: Tenant): Promise<string[]> {
  return server.database.db
    .selectFrom('audit_log')
    .select('event_type')
    .where('team_id', '=', teamId)
    .where('resource_type', '=', 'dead_letter')
    .orderBy('sequence')
    .execute()
    .then((rows) => rows.map((row) => row.event_type));
}

test('the list names what failed, without its text', async () => {
  const { tenant, text, id } = await createLetter();
  const page = await letters();
  expect(page.body).not.toContain(text);
  const letter = page.json().data.find((each: { id: string }) => each.id === id);
  expect(letter).toMatchObject({
    team_id: formatId('team', tenant.teamId),
    team_name: 'Team',
    tier: 'free',
    voice: 'af_heart',
    characters: text.length,
    attempts: 3,
    reason: 'Error: the model broke',
  });
});

test('it is paged, newest first', async () => {
  await createLetter();
  await createLetter();
  const all = (await letters()).json().data;
  const first = (await letters('?limit=1')).json();
  const second = (await letters(`?limit=1&cursor=${first.next_cursor}`)).json();
  expect([...first.data, ...second.data]).toEqual(all.slice(0, 2));
});

test('opened, it shows the text and each attempt, and its team sees that it was opened', async () => {
  const { tenant, text, id } = await createLetter();
  const opened = await server.get(`/v1/operator/dead-letters/${id}`, { accessToken });
  expect(opened.json()).toMatchObject({
    id,
    payload: { spec: { text } },
    failures: [{ cause: 'error', reason: 'Error: the model broke' }, {}, {}],
  });
  expect(await eventsOf(tenant)).toEqual(['dead_letter.opened']);
});

test('replayed, it is made at nobody’s expense, and goes', async () => {
  const { tenant, text, id } = await createLetter();
  synthesis.handler = speak;
  const replayed = await server.post(`/v1/operator/dead-letters/${id}/replay`, { accessToken });
  expect(replayed.json()).toEqual({ id, audio_seconds: 1 });
  const gone = await server.get(`/v1/operator/dead-letters/${id}`, { accessToken });
  expect(gone.json().code).toBe('dead_letter_not_found');
  expect(await eventsOf(tenant)).toEqual(['dead_letter.replayed']);
  const usage = () =>
    server.database.db
      .selectFrom('usage_events')
      .select(['status', 'characters'])
      .where('team_id', '=', tenant.teamId)
      .execute();
  expect(await usage()).toEqual([{ status: 'failed', characters: 0 }]);
  synthesis.handler = breaks;
  const asked = await generate(tenant, text);
  expect(asked.headers['x-voiceflow-cache']).toBe('hit');
});

test.runIf(process.platform === 'linux')('a replay leaves no file open', async () => {
  const { id } = await createLetter();
  synthesis.handler = speak;
  // Node closes at some time what was forgotten, and says so.
  const warned: string[] = [];
  process.on('warning', ({ message }) => warned.push(message));
  // Over a connection of its own: one that is injected ends as if its caller had gone away.
  const url = await server.app.listen({ port: 0, host: '127.0.0.1' });
  const replayed = await fetch(`${url}/v1/operator/dead-letters/${id}/replay`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(await replayed.json()).toEqual({ id, audio_seconds: 1 });
  await eventually(async () => expect(await openFiles()).toEqual([]));
  expect(warned).toEqual([]);
});

/** Of the cache, in this process. */
async function openFiles(): Promise<string[]> {
  const folder = '/proc/self/fd';
  const links = (await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => ''));
  return (await Promise.all(links)).filter((target) => target.includes('vf-synthesis-'));
}

test('replayed in vain, it is replaced by a new one', async () => {
  const { tenant, id } = await createLetter();
  const replayed = await server.post(`/v1/operator/dead-letters/${id}/replay`, { accessToken });
  expect(replayed.json()).toMatchObject({ status: 500, code: 'synthesis_failed' });
  expect(await letterOf(tenant)).not.toBe(id);
});

test('purged, it is gone; all of them likewise', async () => {
  const { tenant, id } = await createLetter();
  const other = await createLetter();
  const purged = await server.delete(`/v1/operator/dead-letters/${id}`, { accessToken });
  expect(purged.statusCode).toBe(204);
  expect(await eventsOf(tenant)).toEqual(['dead_letter.purged']);
  const again = await server.delete(`/v1/operator/dead-letters/${id}`, { accessToken });
  expect(again.statusCode).toBe(404);
  expect(await letterOf(other.tenant)).toBe(other.id);
  const all = await server.delete('/v1/operator/dead-letters', { accessToken });
  expect(all.json().deleted).toBeGreaterThanOrEqual(1);
  expect((await letters()).json()).toEqual({ data: [], next_cursor: null });
});

test('it goes with its team', async () => {
  const { tenant, id } = await createLetter();
  await server.database.db.deleteFrom('teams').where('id', '=', tenant.teamId).execute();
  const gone = await server.get(`/v1/operator/dead-letters/${id}`, { accessToken });
  expect(gone.statusCode).toBe(404);
});

test('an owner of another team is not the operator, nor is a key of the first team', async () => {
  const { email } = await server.createAccount();
  const { access_token: stranger } = await server.logIn(email);
  const tenant = await createTenant(server.database.db);
  const ctx = createTestContext(server.database.db);
  await changePlan({ ctx, input: { teamId: tenant.teamId, plan: 'enterprise' } });
  for (const credential of [stranger, tenant.key.key]) {
    const answer = await server.get('/v1/operator/dead-letters', { accessToken: credential });
    expect(answer.json()).toMatchObject({ status: 403, code: 'permission_denied' });
  }
});
