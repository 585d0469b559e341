import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Actor } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { updateKeySchema } from './schema.ts';
import { getKey, revokeKey } from './service.ts';
import { updateKey } from './update-key.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

async function openKey() {
  const tenant = await createTenant(db);
  const clock = new ManualClock();
  const id = formatId('key', tenant.key.id);
  const contextOf = (actor: Actor = tenant.asUser()) => createTestContext(db, { actor, clock });
  const update = (changes: unknown, actor: Actor = tenant.asUser()) =>
    updateKey({ ctx: contextOf(actor), input: { id, ...updateKeySchema.parse(changes) } });
  const events = async () =>
    db
      .selectFrom('audit_log')
      .select(['event_type', 'details'])
      .where('team_id', '=', tenant.teamId)
      .where('event_type', '=', 'api_key.updated')
      .orderBy('sequence')
      .execute();
  return { tenant, clock, id, contextOf, update, events };
}

describe('updateKey', () => {
  it('changes what is given, leaves the rest, and records what changed', async () => {
    const { update, events, contextOf, id } = await openKey();
    await update({ allowed_ips: ['192.0.2.7'], requests_per_minute: 10 });
    const changed = await update({ name: 'Renamed', requests_per_minute: null });
    expect(changed).toMatchObject({
      name: 'Renamed',
      scopes: ['*'],
      allowedIps: ['192.0.2.7/32'],
      requestsPerMinute: null,
      expiresAt: null,
    });
    expect(await getKey({ ctx: contextOf(), input: { id } })).toEqual(changed);
    expect(await events()).toMatchObject([
      { details: { allowed_ips: ['192.0.2.7/32'], requests_per_minute: 10 } },
      { details: { name: 'Renamed', requests_per_minute: null } },
    ]);
  });

  it('changes and records nothing where nothing is given', async () => {
    const { update, events } = await openKey();
    await update({});
    expect(await events()).toEqual([]);
  });

  it('counts a new lifetime from now, also where the old one is over, and takes it away', async () => {
    const { update, clock } = await openKey();
    await update({ lifetime_days: 30 });
    clock.advance(31 * 24 * 60 * 60 * 1000);
    const renewed = await update({ lifetime_days: 90 });
    expect(renewed.expiresAt).toEqual(new Date('2026-05-21T10:30:00Z'));
    expect(await update({ lifetime_days: null })).toMatchObject({
      lifetimeDays: null,
      expiresAt: null,
    });
  });

  it('never gives more than its changer has, nor for longer', async () => {
    const { tenant, update } = await openKey();
    const limited = tenant.asKey(['keys', 'voices']);
    await expect(update({ scopes: ['generate'] }, limited)).rejects.toMatchObject({
      code: 'scope_exceeded',
    });
    expect((await update({ scopes: ['*'] }, limited)).scopes).toEqual(['keys', 'voices']);
    const ending = { ...tenant.asKey(), expiresAtMs: Date.UTC(2026, 1, 1) };
    await expect(update({ lifetime_days: null }, ending)).rejects.toMatchObject({
      code: 'expiry_exceeded',
    });
  });

  it('is not for keys that are bound themselves, who could loose themselves', async () => {
    const { tenant, update } = await openKey();
    const bounds = [
      { requestsPerMinute: 10 },
      { budget: { characters: 1000, generations: null } },
      { mode: 'test' },
    ] as const;
    for (const bound of bounds) {
      const bounded = { ...tenant.asKey(), ...bound };
      await expect(update({ requests_per_minute: null }, bounded)).rejects.toMatchObject({
        code: 'bounds_exceeded',
      });
    }
  });

  it('is for those who may write keys', async () => {
    const { tenant, update } = await openKey();
    for (const actor of [tenant.asUser('viewer'), tenant.asKey(['voices'])]) {
      await expect(update({ name: 'x' }, actor)).rejects.toMatchObject({
        code: 'permission_denied',
      });
    }
  });

  it('leaves a revoked key as it is', async () => {
    const { update, contextOf, id, events } = await openKey();
    await revokeKey({ ctx: contextOf(), input: { id } });
    await expect(update({ lifetime_days: 90 })).rejects.toMatchObject({
      code: 'key_revoked',
      kind: 'conflict',
    });
    expect(await events()).toEqual([]);
  });

  it("does not find another team's key", async () => {
    const { id } = await openKey();
    const { contextOf } = await openKey();
    const input = { id, name: 'Mine' };
    await expect(updateKey({ ctx: contextOf(), input })).rejects.toMatchObject({
      code: 'key_not_found',
    });
    await expect(getKey({ ctx: contextOf(), input })).rejects.toMatchObject({
      code: 'key_not_found',
    });
  });

  it('refuses what is no setting of a key', () => {
    for (const field of ['mode', 'team_id', 'created_by', 'key_hash', 'expires_at', 'revoked_at']) {
      expect(updateKeySchema.safeParse({ [field]: 'live' }).success).toBe(false);
    }
  });
});
