import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import { type DatabaseHandle, openDatabase } from '../../platform/database/database.ts';
import { silentLog } from '../../platform/log.ts';
import { findUserToLogIn } from './store.ts';

let database: TestDatabase;
/** One connection, which commits to the disk. */
let db: DatabaseHandle;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, log: silentLog, poolSize: 1 });
  await sql`SET synchronous_commit = on`.execute(db);
});
afterAll(async () => {
  await db?.destroy();
  await database?.close();
});

async function waitsForDisk(handle: DatabaseHandle): Promise<boolean> {
  const { rows } = await sql<{ setting: string }>`
    SELECT current_setting('synchronous_commit') AS setting
  `.execute(handle);
  return rows[0]?.setting === 'on';
}

const countOne = (handle: DatabaseHandle) =>
  findUserToLogIn(handle, {
    email: 'ada@example.com',
    ipAddress: '192.0.2.1',
    question: sql`null`,
    attempt: { buckets: [{ limit: 1, hash: 'a'.repeat(64) }], now: new Date(0), windowMs: 1_000 },
  });

describe('a log-in that is counted', () => {
  it('does not wait for the disk, and what comes behind it on the connection does', async () => {
    await db.transaction().execute(async (transaction) => {
      expect(await countOne(transaction)).toMatchObject({ attempt: { taken: true } });
      expect(await waitsForDisk(transaction)).toBe(false);
    });
    expect(await countOne(db)).toMatchObject({
      attempt: { taken: false, freeAt: new Date(1_000) },
    });
    expect(await waitsForDisk(db)).toBe(true);
  });
});
