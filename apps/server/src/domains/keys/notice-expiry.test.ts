import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Actor } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { createSecretBox } from '../../platform/secret-box.ts';
import { ensureUser } from '../identity/index.ts';
import { KeyAuthenticator } from './authenticator.ts';
import { noticeExpiringKeys } from './notice-expiry.ts';
import { revealSuccessor, rotateKey } from './rotate-key.ts';
import { createKeySchema, updateKeySchema } from './schema.ts';
import { createKey, getKey, revokeKey } from './service.ts';
import { updateKey } from './update-key.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const box = createSecretBox(randomBytes(32));
const services = { box, publicUrl: 'https://voice.example.com' };

beforeEach(async () => {
  await db.deleteFrom('mails').execute();
  await db.updateTable('api_keys').set({ expires_at: null }).execute();
});

/** A key of 30 days, made by a developer, in a team with an owner, an admin and a viewer. */
async function openKey(fields: Record<string, unknown> = {}) {
  const tenant = await createTenant(db);
  const clock = new ManualClock();
  const system = createTestContext(db, { clock });
  const join = async (role: 'admin' | 'developer' | 'viewer') => {
    const email = `${role}-${tenant.teamId}@example.com`;
    const { id } = await ensureUser({ ctx: system, input: { email, name: role } });
    const member = { team_id: tenant.teamId, user_id: id, role } as const;
    await db.insertInto('team_members').values(member).execute();
    return { id, email };
  };
  const admin = await join('admin');
  const developer = await join('developer');
  await join('viewer');
  const maker: Actor = {
    kind: 'user',
    userId: developer.id,
    teamId: tenant.teamId,
    role: 'developer',
  };
  const contextOf = (actor: Actor = tenant.asUser()) => createTestContext(db, { actor, clock });
  const input = createKeySchema.parse({
    name: 'Production',
    scopes: ['generate'],
    lifetime_days: 30,
    ...fields,
  });
  const created = await createKey({ ctx: contextOf(maker), input });
  const id = formatId('key', created.id);
  return {
    tenant,
    clock,
    system,
    created,
    id,
    admin,
    developer,
    contextOf,
    notice: () => noticeExpiringKeys(system, services),
    update: (changes: unknown) =>
      updateKey({ ctx: contextOf(), input: { id, ...updateKeySchema.parse(changes) } }),
    read: () => getKey({ ctx: contextOf(), input: { id } }),
    reveal: (actor?: Actor) => revealSuccessor({ ctx: contextOf(actor), input: { id }, box }),
  };
}

function mails() {
  return db.selectFrom('mails').select(['recipient', 'subject', 'body_text']).execute();
}

async function subjects(): Promise<string[]> {
  return [...new Set((await mails()).map(({ subject }) => subject))].sort();
}

describe('noticeExpiringKeys', () => {
  it('tells owner, admins and maker 14, 7 and 1 days before the end, each once', async () => {
    const { clock, notice, admin, developer, created } = await openKey();
    const recipients: number[] = [];
    const step = async (milliseconds: number) => {
      clock.advance(milliseconds);
      await notice();
      await notice();
      recipients.push((await mails()).length);
    };
    await step(16 * dayMs - 1);
    await step(1);
    await step(6 * dayMs);
    await step(dayMs);
    await step(6 * dayMs - 1);
    await step(1);
    await step(dayMs);
    expect(recipients).toEqual([0, 3, 3, 6, 6, 9, 9]);
    const sent = await mails();
    expect(sent.map(({ recipient }) => recipient)).toEqual(
      expect.arrayContaining([admin.email, developer.email]),
    );
    expect(await subjects()).toEqual([
      'An API key of your team ends within 1 day',
      'An API key of your team ends within 14 days',
      'An API key of your team ends within 7 days',
    ]);
    expect(sent[0]?.body_text).toContain(
      `The key "Production" (${created.prefix}…) stops working at 2026-02-19 10:30 UTC.`,
    );
  });

  it('sends the tightest notice alone where earlier ones were missed', async () => {
    const { clock, notice } = await openKey();
    clock.advance(29.5 * dayMs);
    await notice();
    expect(await subjects()).toEqual(['An API key of your team ends within 1 day']);
  });

  it('is sent once by two processes at the same time', async () => {
    const { clock, notice } = await openKey();
    clock.advance(20 * dayMs);
    await Promise.all([notice(), notice(), notice()]);
    expect(await mails()).toHaveLength(3);
  });

  it('leaves no note of what did not go out, and goes on with other keys', async () => {
    const broken = await openKey({ name: 'Broken' });
    const sound = await openKey({ name: 'Sound' });
    sound.clock.advance(20 * dayMs);
    const brokenRecipient = broken.developer.email;
    await db.schema
      .alterTable('mails')
      .addCheckConstraint('broken', sql`recipient <> ${sql.lit(brokenRecipient)}`)
      .execute();
    await expect(sound.notice()).rejects.toThrow('notices of keys did not go out');
    expect(await mails()).toHaveLength(3);
    await db.schema.alterTable('mails').dropConstraint('broken').execute();
    await sound.notice();
    expect(await mails()).toHaveLength(6);
  });

  it('says nothing of a key that is revoked, was given a new end, or whose maker has left', async () => {
    const { clock, notice, update, contextOf, id, developer, tenant } = await openKey();
    clock.advance(20 * dayMs);
    await update({ lifetime_days: 90 });
    await notice();
    expect(await mails()).toEqual([]);
    clock.advance(76 * dayMs);
    await db
      .deleteFrom('team_members')
      .where('team_id', '=', tenant.teamId)
      .where('user_id', '=', developer.id)
      .execute();
    await notice();
    expect((await mails()).map(({ recipient }) => recipient)).not.toContain(developer.email);
    expect(await mails()).toHaveLength(2);
    await revokeKey({ ctx: contextOf(), input: { id } });
    clock.advance(7 * dayMs);
    await notice();
    expect(await mails()).toHaveLength(2);
  });

  it('tells webhooks that listen, and the audit log', async () => {
    const { clock, notice, tenant, id } = await openKey();
    const [webhook] = await db
      .insertInto('webhooks')
      .values({
        team_id: tenant.teamId,
        url: 'https://hooks.example.com',
        events: ['api_key.expiring'],
        sealed_secret: 'x',
      })
      .returning('id')
      .execute();
    clock.advance(20 * dayMs);
    await notice();
    await notice();
    const deliveries = await db
      .selectFrom('webhook_deliveries')
      .select('body')
      .where('webhook_id', '=', webhook?.id ?? '')
      .execute();
    expect(deliveries.map(({ body }) => JSON.parse(body))).toMatchObject([
      { type: 'api_key.expiring', data: { key: { id, name: 'Production' }, days_before: 14 } },
    ]);
    const events = await db
      .selectFrom('audit_log')
      .select(['actor_kind', 'details'])
      .where('team_id', '=', tenant.teamId)
      .where('event_type', '=', 'api_key.expiring')
      .execute();
    expect(events).toEqual([
      { actor_kind: 'system', details: { days_before: 14, next_secret_is_ready: false } },
    ]);
  });
});

describe('a key that rotates by itself', () => {
  const auto = { auto_rotate: true };

  it('has its next secret ready 14 days ahead, which is shown once and then works', async () => {
    const { clock, notice, read, reveal, created } = await openKey(auto);
    await expect(reveal()).rejects.toMatchObject({ code: 'no_successor', kind: 'conflict' });
    clock.advance(16 * dayMs);
    await notice();
    clock.advance(7 * dayMs);
    await notice();
    const { nextPrefix } = await read();
    expect(nextPrefix).toMatch(/^vf_live_....$/);
    expect((await mails())[0]?.body_text).toContain('reveal-successor');
    const authenticator = new KeyAuthenticator({ db, clock, log: silentLog });
    const works = async (key: string) =>
      (await authenticator.authenticate(key, null).catch(() => undefined)) !== undefined;
    const revealed = await reveal();
    expect(revealed).toMatchObject({ prefix: nextPrefix, nextPrefix: null });
    expect(revealed.expiresAt).toEqual(new Date(clock.now().getTime() + 30 * dayMs));
    expect([await works(created.key), await works(revealed.key)]).toEqual([true, true]);
    await expect(reveal()).rejects.toMatchObject({ code: 'no_successor' });
    clock.advance(dayMs);
    expect([await works(created.key), await works(revealed.key)]).toEqual([false, true]);
  });

  it('shows its next secret to one of many who ask at once', async () => {
    const { clock, notice, reveal } = await openKey(auto);
    clock.advance(16 * dayMs);
    await notice();
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => reveal()));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('keeps its next secret sealed, and unable to open anything', async () => {
    const { clock, notice } = await openKey(auto);
    clock.advance(16 * dayMs);
    await notice();
    const [row] = await db
      .selectFrom('api_key_secrets')
      .selectAll()
      .where('place', '=', 'next')
      .orderBy('created_at', 'desc')
      .execute();
    const secret = (await box.open(row?.sealed ?? '')) ?? '';
    expect(JSON.stringify(row)).not.toContain(secret.slice(12));
    const authenticator = new KeyAuthenticator({ db, clock, log: silentLog });
    await expect(authenticator.authenticate(secret, null)).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
  });

  it('can still be taken over after its end, and by nobody who lacks its scopes', async () => {
    const { clock, notice, reveal, tenant } = await openKey({ ...auto, scopes: ['generate'] });
    clock.advance(16 * dayMs);
    await notice();
    clock.advance(20 * dayMs);
    await expect(reveal(tenant.asKey(['keys']))).rejects.toMatchObject({ code: 'scope_exceeded' });
    await expect(reveal(tenant.asUser('viewer'))).rejects.toMatchObject({
      code: 'permission_denied',
    });
    await expect(reveal()).resolves.toMatchObject({ previousEndsAt: expect.any(Date) });
  });

  it('loses its next secret with a rotation by hand, another end, or the switch', async () => {
    const changes = [
      ({ contextOf, id }: Awaited<ReturnType<typeof openKey>>) =>
        rotateKey({ ctx: contextOf(), input: { id, overlap_hours: 1 } }),
      ({ update }: Awaited<ReturnType<typeof openKey>>) => update({ lifetime_days: 60 }),
      ({ update }: Awaited<ReturnType<typeof openKey>>) => update({ auto_rotate: false }),
    ];
    for (const change of changes) {
      const key = await openKey(auto);
      key.clock.advance(16 * dayMs);
      await key.notice();
      expect((await key.read()).nextPrefix).not.toBeNull();
      await change(key);
      expect((await key.read()).nextPrefix).toBeNull();
      await db.updateTable('api_keys').set({ expires_at: null }).execute();
    }
  });

  it('needs an end', async () => {
    await expect(openKey({ ...auto, lifetime_days: null })).rejects.toMatchObject({
      code: 'invalid_field',
      param: 'auto_rotate',
    });
    const { update } = await openKey(auto);
    await expect(update({ lifetime_days: null })).rejects.toMatchObject({ param: 'auto_rotate' });
    await update({ lifetime_days: null, auto_rotate: false });
  });
});
