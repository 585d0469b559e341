import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Actor } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { couldBeKey } from './key-format.ts';
import { createKeySchema, presentKey } from './schema.ts';
import { createKey, listKeys, revokeKey } from './service.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const input = createKeySchema.parse({ name: 'Production' });

async function auditEvents(teamId: string) {
  const events = await db
    .selectFrom('audit_log')
    .selectAll()
    .where('team_id', '=', teamId)
    .orderBy('id')
    .execute();
  return events.filter((event) => event.actor_kind !== 'system');
}

describe('createKey', () => {
  it('answers the key once and stores neither it nor anything that leads to it', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser('developer') });
    const created = await createKey({ ctx, input });
    expect(couldBeKey(created.key)).toBe(true);
    const rows = await db
      .selectFrom('api_keys')
      .selectAll()
      .where('team_id', '=', tenant.teamId)
      .execute();
    const stored = JSON.stringify([rows, await auditEvents(tenant.teamId)]);
    expect(stored).toContain(created.prefix);
    expect(stored).not.toContain(created.key.slice(created.prefix.length));
  });

  it('writes who did it from where into the audit trail', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    const { id } = await createKey({ ctx, input });
    expect(await auditEvents(tenant.teamId)).toMatchObject([
      {
        event_type: 'api_key.created',
        actor_kind: 'user',
        actor_id: tenant.userId,
        ip_address: '192.0.2.1',
        user_agent: 'vitest',
        request_id: ctx.requestId,
        resource_type: 'api_key',
        resource_id: id,
        details: { name: 'Production', mode: 'live', scopes: ['*'] },
        success: true,
      },
    ]);
  });

  it('is for those who may write keys', async () => {
    const tenant = await createTenant(db);
    for (const actor of [tenant.asUser('viewer'), tenant.asKey(['generate'])]) {
      const ctx = createTestContext(db, { actor });
      await expect(createKey({ ctx, input })).rejects.toMatchObject({ code: 'permission_denied' });
    }
  });

  it('never gives more than its maker has', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asKey(['keys', 'voices']) });
    const greedy = createKeySchema.parse({ name: 'Greedy', scopes: ['generate'] });
    await expect(createKey({ ctx, input: greedy })).rejects.toMatchObject({
      code: 'scope_exceeded',
      param: 'scopes',
    });
    expect((await createKey({ ctx, input })).scopes).toEqual(['keys', 'voices']);
    const asDeveloper = createTestContext(db, { actor: tenant.asUser('developer') });
    const { scopes } = await createKey({ ctx: asDeveloper, input });
    expect(scopes).toEqual(['generate', 'voices', 'usage', 'keys']);
  });

  it('is for keys of earlier versions too, whose scopes are actions', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asKey(['keys.write', 'voices.read']) });
    expect((await createKey({ ctx, input })).scopes).toEqual(['keys.write', 'voices.read']);
    const voices = createKeySchema.parse({ name: 'Voices', scopes: ['voices'] });
    expect((await createKey({ ctx, input: voices })).scopes).toEqual(['voices']);
    const more = createKeySchema.parse({ name: 'More', scopes: ['keys'] });
    await expect(createKey({ ctx, input: more })).rejects.toMatchObject({ code: 'scope_exceeded' });
  });

  it('makes test keys alone for a test key, and none for a key with a rate or a budget', async () => {
    const tenant = await createTenant(db, { mode: 'test' });
    const asActor = (actor: Actor) => createTestContext(db, { actor });
    const refused = { code: 'bounds_exceeded', kind: 'forbidden' };
    await expect(createKey({ ctx: asActor(tenant.asKey()), input })).rejects.toMatchObject(refused);
    const testInput = { ...input, mode: 'test' as const };
    const made = await createKey({ ctx: asActor(tenant.asKey()), input: testInput });
    expect(made.mode).toBe('test');
    for (const bound of [
      { requestsPerMinute: 10 },
      { budget: { characters: null, generations: 1 } },
    ]) {
      const ctx = asActor({ ...tenant.asKey(), ...bound });
      await expect(createKey({ ctx, input: testInput })).rejects.toMatchObject(refused);
    }
  });

  it('never makes a key that outlives the key that makes it', async () => {
    const tenant = await createTenant(db);
    const expiresAtMs = new Date('2026-03-01T00:00:00Z').getTime();
    const actor = { ...tenant.asKey(), expiresAtMs };
    const ctx = createTestContext(db, { actor });
    for (const lifetime_days of [60, 90, null] as const) {
      await expect(createKey({ ctx, input: { ...input, lifetime_days } })).rejects.toMatchObject({
        code: 'expiry_exceeded',
        param: 'lifetime_days',
        detail:
          'A key that ends, as yours does at 2026-03-01T00:00:00.000Z, cannot make one that ends later.',
      });
    }
    const made = await createKey({ ctx, input: { ...input, lifetime_days: 30 } });
    expect(made.expiresAt).toEqual(new Date('2026-02-19T10:30:00Z'));
  });

  it('leaves nothing when its transaction fails', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    const failing = db.transaction().execute(async (transaction) => {
      await createKey({ ctx: { ...ctx, db: transaction }, input });
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await auditEvents(tenant.teamId)).toEqual([]);
    expect((await listKeys({ ctx, input: { limit: 10 } })).items).toHaveLength(1);
  });
});

describe('createKeySchema', () => {
  it.each([
    [{ lifetime_days: 31 }, 'must be one of 30, 60, 90, or null'],
    [{ lifetime_days: '30' }, 'must be one of 30, 60, 90, or null'],
    [{ allowed_ips: ['10.0.0.1/8'] }, 'has bits behind its prefix; write 10.0.0.0/8'],
    [{ allowed_ips: ['office'] }, 'must be an address or a network'],
    [{ allowed_ips: Array.from({ length: 51 }, (_, i) => `10.0.0.${i}`) }, '<=50'],
    [{ requests_per_minute: 0 }, '>=1'],
    [{ requests_per_minute: 100_001 }, '<=100000'],
    [{ requests_per_minute: 1.5 }, 'expected int'],
  ])('refuses %j', (field, message) => {
    const { error } = createKeySchema.safeParse({ name: 'Production', ...field });
    expect(error?.issues[0]?.message).toContain(message);
  });

  it('spells each network once', () => {
    const allowed_ips = ['10.0.0.1', '10.0.0.1/32', '::ffff:10.0.0.1', '2001:DB8::/32'];
    expect(createKeySchema.parse({ name: 'Production', allowed_ips }).allowed_ips).toEqual([
      '10.0.0.1/32',
      '2001:db8::/32',
    ]);
  });

  it('takes a name in any script, and no control characters', () => {
    for (const name of ['Produção', '生産 🔑', ' spaced ', 'مفتاح‌ها', '👩‍🚀']) {
      expect(createKeySchema.parse({ name }).name).toBe(name.trim());
    }
    for (const name of ['a\0b', 'a\nb', 'a\u0085b', 'a\u2028b', 'a\u202eb', 'a\u2066b', ' ']) {
      expect(createKeySchema.safeParse({ name }).success).toBe(false);
    }
  });
});

describe('listKeys', () => {
  it('pages through the keys of the own team, newest first', async () => {
    const [tenant, other] = await Promise.all([createTenant(db), createTenant(db)]);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    for (const name of ['a', 'b', 'c']) await createKey({ ctx, input: { ...input, name } });
    const first = await listKeys({ ctx, input: { limit: 3 } });
    expect(first.items.map((key) => key.name)).toEqual(['c', 'b', 'a']);
    const cursor = formatId('key', first.nextCursor ?? '');
    const second = await listKeys({ ctx, input: { limit: 3, cursor } });
    expect(second).toMatchObject({ items: [{ id: tenant.key.id }], nextCursor: null });
    expect(JSON.stringify([first, second])).not.toContain(other.key.id);
  });

  it('is shown without hash or secret', async () => {
    const tenant = await createTenant(db);
    const shown = presentKey(tenant.key);
    expect(Object.keys(shown).sort()).toEqual([
      'allowed_ips',
      'auto_rotate',
      'created_at',
      'expires_at',
      'id',
      'last_used_at',
      'last_used_ip',
      'lifetime_days',
      'mode',
      'monthly_characters',
      'monthly_generations',
      'name',
      'next_secret',
      'prefix',
      'previous_secret',
      'requests_per_minute',
      'revoked_at',
      'scopes',
    ]);
    expect(shown.id).toMatch(/^key_[0-9a-z]{26}$/);
  });
});

describe('revokeKey', () => {
  it('revokes once, however often it is called', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    const id = formatId('key', tenant.key.id);
    await revokeKey({ ctx, input: { id } });
    await revokeKey({ ctx, input: { id } });
    const events = await auditEvents(tenant.teamId);
    expect(events.map((event) => event.event_type)).toEqual(['api_key.revoked']);
    const { items: keys } = await listKeys({ ctx, input: { limit: 10 } });
    expect(keys[0]?.revokedAt).toEqual(ctx.clock.now());
  });

  it("does not find another team's key, nor what is no key id", async () => {
    const [tenant, other] = await Promise.all([createTenant(db), createTenant(db)]);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    for (const id of [formatId('key', other.key.id), 'key_x', other.key.id]) {
      await expect(revokeKey({ ctx, input: { id } })).rejects.toMatchObject({
        code: 'key_not_found',
        kind: 'not_found',
      });
    }
  });
});
