import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { openDatabase } from '../../platform/database/database.ts';
import { formatId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { KeyAuthenticator } from './authenticator.ts';
import { generateKey } from './key-format.ts';
import { createKeySchema, updateKeySchema } from './schema.ts';
import { createKey, revokeKey } from './service.ts';
import { updateKey } from './update-key.ts';

const ip = '192.0.2.1';
const dayMs = 24 * 60 * 60 * 1000;

const { db, close } = await createTestDatabase();
afterAll(close);

function openAuthenticator(clock = new ManualClock()) {
  return { clock, authenticator: new KeyAuthenticator({ db, clock, log: silentLog }) };
}

async function lastUseOf(id: string) {
  return db
    .selectFrom('api_keys')
    .select(['last_used_at', 'last_used_ip'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** While this runs, a look-up fails. */
async function withoutKeysTable(work: () => Promise<void>): Promise<void> {
  await db.schema.alterTable('api_keys').renameTo('api_keys_away').execute();
  await work();
  await db.schema.alterTable('api_keys_away').renameTo('api_keys').execute();
}

describe('KeyAuthenticator', () => {
  it('turns a key into its actor', async () => {
    const tenant = await createTenant(db, { mode: 'test' });
    const { authenticator } = openAuthenticator();
    expect(await authenticator.authenticate(tenant.key.key, ip)).toEqual({
      kind: 'key',
      teamId: tenant.teamId,
      keyId: tenant.key.id,
      scopes: ['*'],
      mode: 'test',
    });
    await authenticator.close();
  });

  it('refuses what is malformed, unknown or revoked in the same words', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    await revokeKey({ ctx, input: { id: formatId('key', tenant.key.id) } });
    const { authenticator } = openAuthenticator();
    for (const key of ['', 'vf_live_short', generateKey('live'), tenant.key.key]) {
      await expect(authenticator.authenticate(key, ip)).rejects.toMatchObject({
        code: 'invalid_api_key',
        kind: 'unauthenticated',
        detail: 'This API key is not valid: it is malformed, unknown or revoked.',
      });
    }
  });

  it('does not ask the database about noise', async () => {
    const nowhere = openDatabase({ url: 'postgres://x:x@127.0.0.1:1/x', log: silentLog });
    const clock = new ManualClock();
    const authenticator = new KeyAuthenticator({ db: nowhere, clock, log: silentLog });
    const key = generateKey('live');
    const flawed = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    await expect(authenticator.authenticate(flawed, ip)).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
    await expect(authenticator.authenticate(key, ip)).rejects.toThrow('ECONNREFUSED');
    await nowhere.destroy();
  });

  it('asks the database about a key once in a second, known or not', async () => {
    const tenant = await createTenant(db);
    const { authenticator } = openAuthenticator();
    const unknown = generateKey('live');
    await authenticator.authenticate(tenant.key.key, ip);
    await expect(authenticator.authenticate(unknown, ip)).rejects.toThrow();
    await authenticator.close();
    await withoutKeysTable(async () => {
      await expect(authenticator.authenticate(tenant.key.key, ip)).resolves.toBeDefined();
      await expect(authenticator.authenticate(unknown, ip)).rejects.toMatchObject({
        code: 'invalid_api_key',
      });
    });
  });

  it('lets a revoked key pass for less than a second, in every process', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    await authenticator.authenticate(tenant.key.key, ip);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    await revokeKey({ ctx, input: { id: formatId('key', tenant.key.id) } });
    clock.advance(999);
    await expect(authenticator.authenticate(tenant.key.key, ip)).resolves.toBeDefined();
    clock.advance(1);
    await expect(authenticator.authenticate(tenant.key.key, ip)).rejects.toThrow();
    await authenticator.close();
  });

  it('refuses a key from the moment at which it expires, although it is kept', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    const ctx = createTestContext(db, { actor: tenant.asUser(), clock });
    const input = createKeySchema.parse({ name: 'Month', lifetime_days: 30 });
    const { key, expiresAt } = await createKey({ ctx, input });
    clock.advance(30 * dayMs - 1);
    await expect(authenticator.authenticate(key, ip)).resolves.toMatchObject({
      expiresAtMs: expiresAt?.getTime(),
    });
    clock.advance(1);
    await expect(authenticator.authenticate(key, ip)).rejects.toMatchObject({
      code: 'api_key_expired',
      kind: 'unauthenticated',
      detail: 'This API key ended at 2026-02-19T10:30:00.000Z.',
    });
    await authenticator.close();
  });

  it('takes a key from its own networks alone, and notes no use from elsewhere', async () => {
    const tenant = await createTenant(db);
    const { authenticator } = openAuthenticator();
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    const allowed_ips = ['192.0.2.0/24', '2001:db8::/32'];
    const input = createKeySchema.parse({ name: 'Office', allowed_ips });
    const { id, key } = await createKey({ ctx, input });
    for (const stranger of ['198.51.100.1', '2001:db9::1', '::ffff:198.51.100.1', 'unknown', '']) {
      await expect(authenticator.authenticate(key, stranger)).rejects.toMatchObject({
        code: 'ip_not_allowed',
        kind: 'forbidden',
        actor: { keyId: id },
      });
    }
    await authenticator.close();
    expect(await lastUseOf(id)).toEqual({ last_used_at: null, last_used_ip: null });
    for (const friend of ['192.0.2.255', '::ffff:192.0.2.7', '2001:db8:1::1']) {
      await expect(authenticator.authenticate(key, friend)).resolves.toMatchObject({ keyId: id });
    }
    await authenticator.close();
    expect(await lastUseOf(id)).toMatchObject({ last_used_ip: '192.0.2.255' });
  });

  it('goes by what a key was changed to within a second', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    const ctx = createTestContext(db, { actor: tenant.asUser(), clock });
    const { id, key } = await createKey({ ctx, input: createKeySchema.parse({ name: 'Broad' }) });
    expect((await authenticator.authenticate(key, ip)).scopes).toEqual(['*']);
    const changes = updateKeySchema.parse({ scopes: ['voices'], requests_per_minute: 5 });
    await updateKey({ ctx, input: { id: formatId('key', id), ...changes } });
    clock.advance(1_000);
    expect(await authenticator.authenticate(key, ip)).toMatchObject({
      scopes: ['voices'],
      requestsPerMinute: 5,
    });
    await authenticator.close();
  });

  it('does not remember a look-up that failed', async () => {
    const tenant = await createTenant(db);
    const { authenticator } = openAuthenticator();
    await withoutKeysTable(() =>
      expect(authenticator.authenticate(tenant.key.key, ip)).rejects.toThrow('does not exist'),
    );
    await expect(authenticator.authenticate(tenant.key.key, ip)).resolves.toBeDefined();
    await authenticator.close();
  });

  it('notes the use of a key at most once a minute', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    const lastUsedAt = async () => {
      await authenticator.authenticate(tenant.key.key, ip);
      await authenticator.close();
      return (await lastUseOf(tenant.key.id)).last_used_at;
    };
    const first = clock.now();
    expect(await lastUsedAt()).toEqual(first);
    clock.advance(59_000);
    expect(await lastUsedAt()).toEqual(first);
    clock.advance(1_000);
    expect(await lastUsedAt()).toEqual(clock.now());
  });
});
