import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { openDatabase } from '../../platform/database/database.ts';
import { formatId } from '../../platform/ids.ts';
import { silentLog } from '../../platform/log.ts';
import { KeyAuthenticator } from './authenticator.ts';
import { generateKey } from './key-format.ts';
import { revokeKey } from './service.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

function openAuthenticator(clock = new ManualClock()) {
  return { clock, authenticator: new KeyAuthenticator({ db, clock, log: silentLog }) };
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
    expect(await authenticator.authenticate(tenant.key.key)).toEqual({
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
      await expect(authenticator.authenticate(key)).rejects.toMatchObject({
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
    await expect(authenticator.authenticate(flawed)).rejects.toMatchObject({
      code: 'invalid_api_key',
    });
    await expect(authenticator.authenticate(key)).rejects.toThrow('ECONNREFUSED');
    await nowhere.destroy();
  });

  it('asks the database about a key once in a second, known or not', async () => {
    const tenant = await createTenant(db);
    const { authenticator } = openAuthenticator();
    const unknown = generateKey('live');
    await authenticator.authenticate(tenant.key.key);
    await expect(authenticator.authenticate(unknown)).rejects.toThrow();
    await authenticator.close();
    await withoutKeysTable(async () => {
      await expect(authenticator.authenticate(tenant.key.key)).resolves.toBeDefined();
      await expect(authenticator.authenticate(unknown)).rejects.toMatchObject({
        code: 'invalid_api_key',
      });
    });
  });

  it('lets a revoked key pass for less than a second, in every process', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    await authenticator.authenticate(tenant.key.key);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    await revokeKey({ ctx, input: { id: formatId('key', tenant.key.id) } });
    clock.advance(999);
    await expect(authenticator.authenticate(tenant.key.key)).resolves.toBeDefined();
    clock.advance(1);
    await expect(authenticator.authenticate(tenant.key.key)).rejects.toThrow();
    await authenticator.close();
  });

  it('does not remember a look-up that failed', async () => {
    const tenant = await createTenant(db);
    const { authenticator } = openAuthenticator();
    await withoutKeysTable(() =>
      expect(authenticator.authenticate(tenant.key.key)).rejects.toThrow('does not exist'),
    );
    await expect(authenticator.authenticate(tenant.key.key)).resolves.toBeDefined();
    await authenticator.close();
  });

  it('notes the use of a key at most once a minute', async () => {
    const tenant = await createTenant(db);
    const { authenticator, clock } = openAuthenticator();
    const lastUsedAt = async () => {
      await authenticator.authenticate(tenant.key.key);
      await authenticator.close();
      const row = await db
        .selectFrom('api_keys')
        .select('last_used_at')
        .where('id', '=', tenant.key.id)
        .executeTakeFirstOrThrow();
      return row.last_used_at;
    };
    const first = clock.now();
    expect(await lastUsedAt()).toEqual(first);
    clock.advance(59_000);
    expect(await lastUsedAt()).toEqual(first);
    clock.advance(1_000);
    expect(await lastUsedAt()).toEqual(clock.now());
  });
});
