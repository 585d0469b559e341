import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestContext } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { KeyAuthenticator } from '../../domains/keys/index.ts';
import { importJsonStore } from './import-json-store.ts';

const { db, close } = await createTestDatabase();
const directory = await mkdtemp(join(tmpdir(), 'voiceflow-import-'));
afterAll(async () => {
  await close();
  await rm(directory, { recursive: true });
});
beforeEach(async () => {
  await db.deleteFrom('teams').execute();
  await db.deleteFrom('users').execute();
});

const oldKey = 'vf_live_0a1b2c3d4e5f6a7b8c9d';

const store = {
  users: [
    { id: 'user_1', email: 'Ada@example.com', name: 'Ada', created_at: '2025-03-01T12:00:00Z' },
    { id: 'user_2', email: 'bob@example.com', created_at: 1_740_830_400 },
  ],
  teams: {
    team_1: { name: 'Analytical', owner_id: 'user_1', members: { user_2: 'viewer' } },
  },
  api_keys: {
    [oldKey]: { teamId: 'team_1', name: 'Old', createdBy: 'user_1', lastUsedAt: null },
  },
  deployments: [
    {
      id: 'dep_1',
      team_id: 'team_1',
      name: 'tts',
      gpu: 'A100-40GB',
      hourly_cost: 1.5,
      status: 'running',
    },
  ],
};

async function importFiles(files: Record<string, unknown>) {
  const paths = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const path = join(directory, name);
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    }),
  );
  return importJsonStore({ ctx: createTestContext(db), input: { files: paths } });
}

async function countAll(): Promise<number[]> {
  const tables = ['users', 'teams', 'team_members', 'api_keys', 'deployments'] as const;
  return Promise.all(
    tables.map(async (table) => {
      const { count } = await db
        .selectFrom(table)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    }),
  );
}

describe('importJsonStore', () => {
  it('brings a whole store over, and its keys keep working', async () => {
    const report = await importFiles({ 'store.json': store });
    expect(report.errors).toEqual([]);
    expect(report.lines.map(({ place, what }) => `${place} ${what}`)).toEqual([
      'store.json users[0] user',
      'store.json users[1] user',
      'store.json teams[team_1] team',
      'store.json teams[team_1] member',
      'store.json teams[team_1] member',
      'store.json api_keys[vf_live_0a1b…] key',
      'store.json deployments[0] deployment',
    ]);
    expect(await countAll()).toEqual([2, 1, 2, 1, 1]);
    const ctx = createTestContext(db);
    const authenticator = new KeyAuthenticator({ db, clock: ctx.clock, log: ctx.log });
    expect(await authenticator.authenticate(oldKey, null)).toMatchObject({ mode: 'live' });
    await authenticator.close();
    const deployment = await db.selectFrom('deployments').selectAll().executeTakeFirst();
    expect(deployment).toMatchObject({ gpu_type: 'A100-40GB', hourly_cost: '1.5000' });
    const roles = await db.selectFrom('team_members').select('role').orderBy('role').execute();
    expect(roles).toEqual([{ role: 'owner' }, { role: 'viewer' }]);
  });

  it('changes nothing when it is run again, also after a key was revoked here', async () => {
    await importFiles({ 'store.json': store });
    const revokedAt = new Date('2026-01-01T00:00:00Z');
    await db.updateTable('api_keys').set({ revoked_at: revokedAt }).execute();
    const again = await importFiles({ 'store.json': store });
    expect(again.errors).toEqual([]);
    expect(again.lines.filter((line) => line.imported)).toEqual([]);
    expect(await countAll()).toEqual([2, 1, 2, 1, 1]);
    const key = await db.selectFrom('api_keys').select('revoked_at').executeTakeFirstOrThrow();
    expect(key.revoked_at).toEqual(revokedAt);
  });

  it('takes one file for each kind, as list or map, and references across files', async () => {
    const { errors } = await importFiles({
      'deployments.json': store.deployments,
      'users.json': { user_1: { email: 'ada@example.com' }, user_2: { email: 'b@example.com' } },
      'teams.json': [{ id: 'team_1', name: 'A' }],
      'memberships.json': [{ team_id: 'team_1', user_id: 'user_1', role: 'owner' }],
      'api-keys.json': {
        keys: [
          {
            id: 'k1',
            team: 'team_1',
            hash: createHash('sha256').update('x').digest('hex'),
            active: false,
          },
        ],
      },
    });
    expect(errors).toEqual([]);
    expect(await countAll()).toEqual([2, 1, 1, 1, 1]);
    const key = await db.selectFrom('api_keys').select('revoked_at').executeTakeFirstOrThrow();
    expect(key.revoked_at).not.toBeNull();
  });

  it('leads old references to an account that is here already', async () => {
    const here = await db
      .insertInto('users')
      .values({ email: 'ADA@example.com' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { errors } = await importFiles({ 'store.json': store });
    expect(errors).toEqual([]);
    const team = await db.selectFrom('teams').select('owner_id').executeTakeFirstOrThrow();
    expect(team.owner_id).toBe(here.id);
  });

  it('names every problem with its place and field, and writes nothing', async () => {
    const { errors, lines } = await importFiles({
      'store.json': {
        users: [{ id: 1, email: 'nobody' }, { email: 'a@example.com' }],
        teams: [{ id: 't', name: '', owner_id: 1, plan: 'gold' }],
        api_keys: [{ team_id: 't', key_hash: 'abc' }, { team_id: 't' }],
        deployments: [{ id: 'd', team_id: 't', name: 'x', hourly_cost: -1 }],
      },
    });
    expect(lines).toEqual([]);
    const named = errors.map((error) => error.split(': ').slice(0, 2).join(' '));
    expect(named).toEqual([
      'store.json users[0] email',
      'store.json users[1] id',
      'store.json teams[0] name',
      'store.json teams[0] plan',
      'store.json api_keys[0] key_hash',
      'store.json api_keys[1] key_hash',
      'store.json deployments[0] hourly_cost',
    ]);
    expect(await countAll()).toEqual([0, 0, 0, 0, 0]);
  });

  it('refuses references that lead nowhere and records that are there twice', async () => {
    const { errors } = await importFiles({
      'store.json': {
        users: [
          { id: 'u', email: 'a@example.com' },
          { id: 'v', email: 'A@example.com' },
        ],
        teams: [
          { id: 't', name: 'T', owner_id: 'gone' },
          { id: 't2', name: 'No owner' },
        ],
        deployments: [{ id: 'd', team_id: 'gone', name: 'x' }],
      },
    });
    expect(errors).toEqual([
      'store.json users[1]: the same as store.json users[0]',
      'store.json teams[0]: owner_id: there is no user gone',
      'store.json teams[1]: owner_id: the team has neither an owner nor a member with that role',
      'store.json deployments[0]: team_id: there is no team gone',
    ]);
    expect(await countAll()).toEqual([0, 0, 0, 0, 0]);
  });

  it.each([
    ['broken.json', '{', 'JSON'],
    ['things.json', [], 'name the file after what it holds'],
    ['store.json', { planets: [] }, '"planets" is none of'],
    ['users.json', 'null', 'users must be a list or a map by id'],
  ])('says what is wrong with the file %s', async (name, content, problem) => {
    const { errors } = await importFiles({ [name]: content });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(name);
    expect(errors[0]).toContain(problem);
  });
});
