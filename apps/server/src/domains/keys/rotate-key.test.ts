import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Actor } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { KeyAuthenticator } from './authenticator.ts';
import { endOverlap, rotateKey } from './rotate-key.ts';
import { createKeySchema } from './schema.ts';
import { createKey, getKey, revokeKey } from './service.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

/** A key, a clock, and a process that knows the key. */
async function openKey(fields: Record<string, unknown> = {}) {
  const tenant = await createTenant(db);
  const clock = new ManualClock();
  const contextOf = (actor: Actor = tenant.asUser()) => createTestContext(db, { actor, clock });
  const input = createKeySchema.parse({ name: 'Production', ...fields });
  const created = await createKey({ ctx: contextOf(), input });
  const id = formatId('key', created.id);
  const authenticator = new KeyAuthenticator({ db, clock, log: silentLog });
  const use = async (key: string) => {
    const answer = await authenticator.authenticate(key, '192.0.2.1').catch((error) => error);
    // What is noted beside a request is noted here before the next one.
    await authenticator.close();
    return answer;
  };
  return {
    tenant,
    clock,
    contextOf,
    id,
    created,
    use,
    works: async (key: string) => (await use(key)).kind === 'key',
    rotate: (overlap_hours = 24, actor: Actor = tenant.asUser()) =>
      rotateKey({ ctx: contextOf(actor), input: { id, overlap_hours } }),
    read: () => getKey({ ctx: contextOf(), input: { id } }),
  };
}

describe('rotateKey', () => {
  it('lets both secrets work until the overlap ends, to the millisecond, as the same key', async () => {
    const { created, rotate, use, works, clock } = await openKey({ scopes: ['generate'] });
    expect(await works(created.key)).toBe(true);
    const { key } = await rotate(24);
    clock.advance(1_000);
    expect(await use(key)).toMatchObject({ keyId: created.id, scopes: ['generate'] });
    expect(await use(created.key)).toMatchObject({ keyId: created.id, scopes: ['generate'] });
    clock.advance(dayMs - 1_001);
    expect(await works(created.key)).toBe(true);
    clock.advance(1);
    expect(await use(created.key)).toMatchObject({ code: 'api_key_expired' });
    expect(await works(key)).toBe(true);
  });

  it('stops the old secret at once without an overlap', async () => {
    const { created, rotate, use, clock } = await openKey();
    const { key } = await rotate(0);
    clock.advance(1_000);
    expect(await use(created.key)).toMatchObject({ code: 'api_key_expired' });
    expect(await use(key)).toMatchObject({ kind: 'key' });
  });

  it('begins the lifetime anew, and never lets the old secret outlive its own', async () => {
    const { created, rotate, works, clock, read } = await openKey({ lifetime_days: 30 });
    clock.advance(30 * dayMs - hourMs);
    const { key, expiresAt } = await rotate(24);
    expect(expiresAt).toEqual(new Date(clock.now().getTime() + 30 * dayMs));
    expect((await read()).previousEndsAt).toEqual(created.expiresAt);
    clock.advance(hourMs);
    expect(await works(created.key)).toBe(false);
    expect(await works(key)).toBe(true);
  });

  it('brings a key back that had ended', async () => {
    const { created, rotate, works, clock } = await openKey({ lifetime_days: 30 });
    clock.advance(31 * dayMs);
    const { key } = await rotate(24);
    expect([await works(created.key), await works(key)]).toEqual([false, true]);
  });

  it('says which of the two secrets was used last', async () => {
    const { created, rotate, use, clock, read } = await openKey();
    await use(created.key);
    const firstUse = clock.now();
    const { key, prefix } = await rotate();
    expect(await read()).toMatchObject({
      prefix,
      previousPrefix: created.prefix,
      previousUsedAt: firstUse,
      lastUsedAt: firstUse,
    });
    clock.advance(60_000);
    await use(key);
    expect(await read()).toMatchObject({ previousUsedAt: firstUse, lastUsedAt: clock.now() });
    clock.advance(60_000);
    await use(created.key);
    expect(await read()).toMatchObject({ previousUsedAt: clock.now(), lastUsedAt: clock.now() });
  });

  it('may be sent again when its answer was lost: what is in use goes on', async () => {
    const { created, rotate, works, clock } = await openKey();
    await works(created.key);
    const lost = await rotate(24);
    clock.advance(hourMs);
    const { key, previousEndsAt } = await rotate(24);
    expect(previousEndsAt).toEqual(lost.previousEndsAt);
    clock.advance(1_000);
    expect(await Promise.all([created.key, lost.key, key].map(works))).toEqual([true, false, true]);
  });

  it('notices that the new secret is in use, though the one before was used at the same moment', async () => {
    const { created, rotate, works } = await openKey();
    const { key } = await rotate(24);
    expect([await works(created.key), await works(key)]).toEqual([true, true]);
    await expect(rotate()).rejects.toMatchObject({ code: 'rotation_under_way' });
    expect(await works(key)).toBe(true);
  });

  it('is refused while both secrets are in use, until the overlap ends or is ended', async () => {
    const { created, rotate, works, clock, contextOf, id } = await openKey();
    const { key } = await rotate(24);
    await works(key);
    await expect(rotate()).rejects.toMatchObject({
      code: 'rotation_under_way',
      kind: 'conflict',
      detail:
        'The secret before the present one works until 2026-01-21T10:30:00.000Z, and both are in use: wait, or end the overlap.',
    });
    await endOverlap({ ctx: contextOf(), input: { id } });
    clock.advance(1_000);
    expect([await works(created.key), await works(key)]).toEqual([false, true]);
    const third = await rotate(24);
    clock.advance(1_000);
    expect([await works(key), await works(third.key)]).toEqual([true, true]);
  });

  it('leaves two secrets that work, however many rotate at once', async () => {
    const { created, rotate, works, clock } = await openKey();
    const rotated = await Promise.all(Array.from({ length: 10 }, () => rotate(24)));
    clock.advance(1_000);
    expect(await works(created.key)).toBe(true);
    const working = [];
    for (const { key } of rotated) if (await works(key)) working.push(key);
    expect(working).toHaveLength(1);
  });

  it('gives a secret to nobody who may not do what it may', async () => {
    const { rotate, tenant } = await openKey();
    await expect(rotate(24, tenant.asUser('developer'))).rejects.toMatchObject({
      code: 'scope_exceeded',
    });
    await expect(rotate(24, tenant.asKey(['keys']))).rejects.toMatchObject({
      code: 'scope_exceeded',
    });
    await expect(rotate(24, tenant.asUser('viewer'))).rejects.toMatchObject({
      code: 'permission_denied',
    });
    const limited = await openKey({ scopes: ['keys', 'voices'] });
    await limited.rotate(24, limited.tenant.asKey(['keys', 'voices']));
  });

  it('lets no key prolong itself', async () => {
    const { rotate, use, created } = await openKey({ lifetime_days: 30 });
    const actor = await use(created.key);
    await expect(rotate(24, actor)).resolves.toBeDefined();
    const { clock, ...month } = await openKey({ lifetime_days: 30 });
    const itself = await month.use(month.created.key);
    clock.advance(dayMs);
    await expect(month.rotate(24, itself)).rejects.toMatchObject({ code: 'expiry_exceeded' });
  });

  it('stores no secret, and records who did it', async () => {
    const { rotate, tenant } = await openKey();
    const { key, prefix } = await rotate();
    const secrets = await db.selectFrom('api_key_secrets').selectAll().execute();
    const events = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('team_id', '=', tenant.teamId)
      .where('event_type', '=', 'api_key.rotated')
      .execute();
    expect(events).toMatchObject([
      { actor_id: tenant.userId, details: { previous_ends_at: '2026-01-21T10:30:00.000Z' } },
    ]);
    expect(JSON.stringify([secrets, events])).not.toContain(key.slice(prefix.length));
  });

  it('is not for a revoked key, whose secrets both stop', async () => {
    const { created, rotate, works, clock, contextOf, id } = await openKey();
    const { key } = await rotate();
    expect([await works(created.key), await works(key)]).toEqual([true, true]);
    await revokeKey({ ctx: contextOf(), input: { id } });
    clock.advance(1_000);
    expect([await works(created.key), await works(key)]).toEqual([false, false]);
    await expect(rotate()).rejects.toMatchObject({ code: 'key_revoked' });
    await expect(endOverlap({ ctx: contextOf(), input: { id } })).rejects.toMatchObject({
      code: 'key_revoked',
    });
  });

  it("does not find another team's key", async () => {
    const { id } = await openKey();
    const { contextOf } = await openKey();
    const input = { id, overlap_hours: 24 };
    await expect(rotateKey({ ctx: contextOf(), input })).rejects.toMatchObject({
      code: 'key_not_found',
    });
    await expect(endOverlap({ ctx: contextOf(), input })).rejects.toMatchObject({
      code: 'key_not_found',
    });
  });
});
