import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createEmptyTestDatabase } from '../../../tests/support/test-database.ts';
import { migrateToLatest, readMigrations } from './migrator.ts';

async function folderOf(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
}

describe('migrateToLatest', async () => {
  const test = await createEmptyTestDatabase();
  afterAll(() => test.close());

  it('applies everything once, however many migrate at the same time', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => migrateToLatest(test.db)));
    const names = (await readMigrations()).map((file) => file.name);
    expect(runs.flat()).toEqual(names);
    expect(await migrateToLatest(test.db)).toEqual([]);
  });

  it('builds an index concurrently in a file without a transaction', async () => {
    const empty = await createEmptyTestDatabase();
    const directory = await folderOf({
      '0001_table.sql': 'CREATE TABLE t (a int);',
      '0002_index.sql': '-- transaction: none\nCREATE INDEX CONCURRENTLY t_a ON t (a);',
    });
    expect(await migrateToLatest(empty.db, directory)).toEqual(['0001_table', '0002_index']);
    await empty.close();
  });

  it('keeps what was done and leaves nothing of the file that failed', async () => {
    const empty = await createEmptyTestDatabase();
    const directory = await folderOf({
      '0001_good.sql': 'CREATE TABLE good (a int);',
      '0002_bad.sql': 'CREATE TABLE half (a int); SELECT 1/0;',
    });
    await expect(migrateToLatest(empty.db, directory)).rejects.toThrow('0002_bad failed');
    const { rows } = await sql`SELECT to_regclass('good') good, to_regclass('half') half`.execute(
      empty.db,
    );
    expect(rows).toEqual([{ good: 'good', half: null }]);
    await writeFile(join(directory, '0002_bad.sql'), 'CREATE TABLE half (a int);');
    expect(await migrateToLatest(empty.db, directory)).toEqual(['0002_bad']);
    await empty.close();
  });
});

describe('readMigrations', () => {
  it('refuses a number that is used twice and a name out of shape', async () => {
    const twice = await folderOf({ '0002_one.sql': '', '0002_other.sql': '' });
    await expect(readMigrations(twice)).rejects.toThrow('0002_one.sql and 0002_other.sql');
    await expect(readMigrations(await folderOf({ 'first.sql': '' }))).rejects.toThrow('first.sql');
  });
});

it('applies a number that comes late, once, and goes on behind it', async () => {
  const empty = await createEmptyTestDatabase();
  const directory = await folderOf({ '0001_a.sql': 'SELECT 1', '0003_c.sql': 'SELECT 1' });
  await migrateToLatest(empty.db, directory);
  await writeFile(join(directory, '0002_b.sql'), 'CREATE TABLE late (a int)');
  await writeFile(join(directory, '0004_d.sql'), 'ALTER TABLE late ADD b int');
  expect(await migrateToLatest(empty.db, directory)).toEqual(['0002_b', '0004_d']);
  expect(await migrateToLatest(empty.db, directory)).toEqual([]);
  await empty.close();
});
