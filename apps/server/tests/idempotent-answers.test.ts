import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteExpiredAnswers } from '../src/platform/http/index.ts';
import { parseId } from '../src/platform/ids.ts';
import { createSecretBox } from '../src/platform/secret-box.ts';
import { AccountApp } from './account-app.ts';
import { as, createPerson, eventsOf, join, type Person } from './team-app.ts';

const dayMs = 24 * 60 * 60 * 1000;

let server: AccountApp;
let owner: Person & { teamId: string };

beforeAll(async () => {
  server = await AccountApp.open();
});
afterAll(() => server?.close());
beforeEach(async () => {
  owner = await createPerson(server);
});

interface Creation {
  readonly path: string;
  readonly body: Record<string, unknown>;
  readonly event: string;
}

async function createKey(): Promise<string> {
  const made = await server.post('/v1/keys', as(owner, owner.teamId, { name: 'Backend' }));
  return made.json().id;
}

/** What makes something, each with the event that tells so. */
const creations: Record<string, () => Promise<Creation>> = {
  'a key': async () => ({
    path: '/v1/keys',
    body: { name: 'Backend' },
    event: 'api_key.created',
  }),
  'a new secret of a key': async () => ({
    path: `/v1/keys/${await createKey()}/rotate`,
    body: { overlap_hours: 1 },
    event: 'api_key.rotated',
  }),
  'an invitation by link': async () => ({
    path: `/v1/teams/${owner.teamId}/invite`,
    body: { role: 'viewer' },
    event: 'invitation.created',
  }),
  'an invitation by mail': async () => ({
    path: `/v1/teams/${owner.teamId}/invite`,
    body: { role: 'viewer', email: `${randomUUID()}@example.com` },
    event: 'invitation.created',
  }),
  'a webhook': async () => ({
    path: '/v1/webhooks',
    body: { url: 'https://example.com/hook', events: ['api_key.leaked'] },
    event: 'webhook.created',
  }),
  'a signing secret': async () => ({
    path: '/v1/signing-secrets',
    body: { name: 'Backend' },
    event: 'signing_secret.created',
  }),
  'a client token': async () => ({
    path: '/v1/client-tokens',
    body: { origin: 'https://app.example.com' },
    event: 'client_token.created',
  }),
};

function send(
  { path, body }: Pick<Creation, 'path' | 'body'>,
  key: string,
  sender: Person = owner,
  teamId = owner.teamId,
) {
  const call = as(sender, teamId, body);
  return server.post(path, { ...call, headers: { ...call.headers, 'idempotency-key': key } });
}

async function countEvents(event: string): Promise<number> {
  const events = await eventsOf(server, owner.teamId);
  return events.filter(({ event_type }) => event_type === event).length;
}

describe.each(Object.entries(creations))('%s under an Idempotency-Key', (_what, begin) => {
  it('is made once, and answered again', async () => {
    const creation = await begin();
    const key = randomUUID();
    const before = await countEvents(creation.event);
    const first = await send(creation, key);
    const second = await send(creation, key);
    expect(first.statusCode, first.body).toBeLessThan(300);
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    expect([second.statusCode, second.body]).toEqual([first.statusCode, first.body]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await countEvents(creation.event)).toBe(before + 1);
  });

  it('is made once by twenty retries at a time', async () => {
    const creation = await begin();
    const key = randomUUID();
    const before = await countEvents(creation.event);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(creation, key)));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.statusCode).toBeLessThan(300);
    const made = answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined);
    expect(made).toHaveLength(1);
    expect(await countEvents(creation.event)).toBe(before + 1);
  });
});

const keyCreation = { path: '/v1/keys', body: { name: 'Backend' } };

describe('an Idempotency-Key', () => {
  it('makes one team, in which its sender acts when they send it again', async () => {
    const stranger = await createPerson(server);
    const { db } = server.database;
    const ownTeam = parseId('team', stranger.teamId) ?? '';
    await db.deleteFrom('teams').where('id', '=', ownTeam).execute();
    const call = { accessToken: stranger.accessToken, body: { name: 'Lovelace' } };
    const sendTeam = () =>
      server.post('/v1/teams', { ...call, headers: { 'idempotency-key': 'a-team' } });
    const [first, second] = [await sendTeam(), await sendTeam()];
    expect(first.statusCode, first.body).toBe(201);
    expect(second.body).toBe(first.body);
    const listed = await server.get('/v1/teams', { accessToken: stranger.accessToken });
    expect(listed.json().data).toHaveLength(1);
  });

  it('is refused with another body, at another path and in another team', async () => {
    const key = randomUUID();
    const [made, member] = [await send(keyCreation, key), await createPerson(server)];
    expect(made.statusCode).toBe(201);
    await join(server, { person: owner, teamId: member.teamId, role: 'admin' });
    const others = await Promise.all([
      send({ ...keyCreation, body: { name: 'Another' } }, key),
      send({ path: '/v1/signing-secrets', body: keyCreation.body }, key),
      send(keyCreation, key, owner, member.teamId),
    ]);
    for (const other of others) {
      expect(other.statusCode, other.body).toBe(422);
      expect(other.json()).toMatchObject({
        code: 'idempotency_key_reused',
        param: 'Idempotency-Key',
      });
    }
  });

  it("is its sender's own", async () => {
    const admin = await createPerson(server);
    await join(server, { person: admin, teamId: owner.teamId, role: 'admin' });
    const key = randomUUID();
    const answers = [await send(keyCreation, key), await send(keyCreation, key, admin)];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    expect(answers[0]?.json().id).not.toBe(answers[1]?.json().id);
  });

  it('remembers nothing of what was refused', async () => {
    const key = randomUUID();
    const email = `${randomUUID()}@example.com`;
    const invite = { path: `/v1/teams/${owner.teamId}/invite`, body: { email, role: 'viewer' } };
    const waiting = await send(invite, randomUUID());
    expect((await send(invite, key)).json().code).toBe('already_invited');
    const path = `/v1/teams/${owner.teamId}/invitations/${waiting.json().id}`;
    await server.delete(path, as(owner, owner.teamId));
    expect((await send(invite, key)).statusCode).toBe(201);
  });

  it('is free again after a day', async () => {
    const key = randomUUID();
    const first = await send(keyCreation, key);
    server.clock.advance(dayMs - 60_000);
    owner = { ...owner, accessToken: (await server.logIn(owner.email)).access_token };
    expect((await send(keyCreation, key)).body).toBe(first.body);
    server.clock.advance(61_000);
    const next = await send({ ...keyCreation, body: { name: 'Another' } }, key);
    expect(next.json()).toMatchObject({ name: 'Another' });
    const { db } = server.database;
    await deleteExpiredAnswers(db, new Date(server.clock.now().getTime() + dayMs + 1));
    expect(await db.selectFrom('idempotent_answers').selectAll().execute()).toEqual([]);
  });

  it('keeps no secret that can be read without that of the server', async () => {
    const key = randomUUID();
    const { key: secret } = (await send(keyCreation, key)).json();
    const { db } = server.database;
    const kept = await db
      .selectFrom('idempotent_answers')
      .selectAll()
      .where('key', '=', key)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(kept)).not.toContain(secret);
    const otherBox = createSecretBox(new Uint8Array(32));
    await db
      .updateTable('idempotent_answers')
      .set({ sealed_answer: await otherBox.seal('{}') })
      .where('key', '=', key)
      .execute();
    const lost = await send(keyCreation, key);
    expect([lost.statusCode, lost.json().code]).toEqual([409, 'idempotent_answer_lost']);
  });

  it('must be 1 to 255 visible characters', async () => {
    for (const key of ['', 'a b', 'k'.repeat(256)]) {
      const refused = await send(keyCreation, key);
      expect(refused.json(), key).toMatchObject({ code: 'invalid_field', status: 400 });
    }
  });
});
