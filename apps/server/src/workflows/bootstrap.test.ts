import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestContext } from '../../tests/support/factories.ts';
import { createTestDatabase } from '../../tests/support/test-database.ts';
import { KeyAuthenticator, listKeys, revokeKey } from '../domains/keys/index.ts';
import { getFirstTeam } from '../domains/teams/index.ts';
import { formatId } from '../platform/ids.ts';
import { bootstrap } from './bootstrap.ts';

const { db, close } = await createTestDatabase();
const directory = await mkdtemp(join(tmpdir(), 'voiceflow-bootstrap-'));
const path = join(directory, 'key');
const ctx = createTestContext(db);
afterAll(async () => {
  await close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  await db.deleteFrom('teams').execute();
  await db.deleteFrom('users').execute();
  await rm(path, { force: true });
});

const run = (renew = true) => bootstrap({ ctx, input: { keyFile: { path, renew } } });

async function works(key: string): Promise<boolean> {
  const authenticator = new KeyAuthenticator({ db, clock: ctx.clock, log: ctx.log });
  const accepted = await authenticator.authenticate(key, null).then(
    () => true,
    () => false,
  );
  await authenticator.close();
  return accepted;
}

describe('bootstrap', () => {
  it('makes one owner, one team and one key, however many start at once', async () => {
    const results = await Promise.all([run(), run(), run()]);
    const keys = results.flatMap(({ newKey }) => newKey ?? []);
    expect(keys).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toBe(`${keys[0]}\n`);
    expect(await works(keys[0] ?? '')).toBe(true);
    const members = await db.selectFrom('team_members').selectAll().execute();
    expect(members).toMatchObject([{ role: 'owner' }]);
    expect(await getFirstTeam({ ctx })).toMatchObject({ plan: 'enterprise' });
    const events = await db.selectFrom('audit_log').select('event_type').orderBy('id').execute();
    expect(events.map((event) => event.event_type)).toEqual([
      'user.created',
      'team.created',
      'api_key.created',
    ]);
  });

  it('replaces the key of a file that was lost, cut off or revoked', async () => {
    const first = (await run()).newKey ?? '';
    await rm(path);
    const second = (await run()).newKey ?? '';
    await writeFile(path, second.slice(0, 20));
    const third = (await run()).newKey ?? '';
    expect(new Set([first, second, third, '']).size).toBe(4);
    const { team_id: teamId } = await db
      .selectFrom('team_members')
      .select('team_id')
      .executeTakeFirstOrThrow();
    const actor = { kind: 'user', userId: teamId, teamId, role: 'owner' } as const;
    const asOwner = createTestContext(db, { actor });
    const { items: keys } = await listKeys({ ctx: asOwner, input: { limit: 100 } });
    expect(keys).toHaveLength(3);
    for (const key of keys) {
      await revokeKey({ ctx: asOwner, input: { id: formatId('key', key.id) } });
    }
    const fourth = (await run()).newKey ?? '';
    expect([await works(third), await works(fourth)]).toEqual([false, true]);
  });

  it('leaves a key file alone that is only for the very first start', async () => {
    await run(false);
    await rm(path);
    expect(await run(false)).toEqual({ newKey: null, keyFileWorks: false, hasOwner: false });
  });

  it('commits nothing when the key file cannot be written', async () => {
    await writeFile(path, 'not a folder');
    const keyFile = { path: join(path, 'key'), renew: true };
    await expect(bootstrap({ ctx, input: { keyFile } })).rejects.toThrow();
    expect(await db.selectFrom('teams').selectAll().execute()).toEqual([]);
  });
});
