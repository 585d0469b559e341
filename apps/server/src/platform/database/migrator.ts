import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { DatabaseHandle } from './database.ts';

export const migrationsDir = resolve(import.meta.dirname, '../../../migrations');

export interface MigrationFile {
  /** File name without `.sql`; the number in front gives the order. */
  readonly name: string;
  readonly text: string;
  /** False for a file that says `-- transaction: none` (CREATE INDEX CONCURRENTLY). */
  readonly inTransaction: boolean;
}

/**
 * The numbered SQL files of a folder, in order. Throws when a name is out of shape or a number is
 * used twice; numbers may be left out, since branches take theirs before they merge.
 */
export async function readMigrations(directory = migrationsDir): Promise<MigrationFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (fileName, index) => {
      if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(fileName)) {
        throw new Error(`migrations: ${fileName} is not named like 0001_what_it_does.sql`);
      }
      if (names[index - 1]?.slice(0, 4) === fileName.slice(0, 4)) {
        throw new Error(`migrations: ${names[index - 1]} and ${fileName} have the same number`);
      }
      const text = await readFile(join(directory, fileName), 'utf8');
      const inTransaction = !/^--\s*transaction:\s*none\s*$/m.test(text);
      return { name: fileName.slice(0, -'.sql'.length), text, inTransaction };
    }),
  );
}

function toMigration(file: MigrationFile): Migration {
  return {
    async up(db) {
      // Rather fail and be run again than queue all traffic up behind a lock that is waited for.
      if (file.inTransaction) await sql`SET LOCAL lock_timeout = '5s'`.execute(db);
      await sql.raw(file.text).execute(db);
    },
  };
}

// Any number that nothing else in the database uses as a key of pg_advisory_lock.
const lockKey = 0x566f_6963;
const lockPollMs = 50;

/**
 * Brings the database up to date, one file after the other. Two processes may call it at once: an
 * advisory lock lets them pass in turn. Answers the names of the files that were applied.
 */
export async function migrateToLatest(
  db: DatabaseHandle,
  directory = migrationsDir,
): Promise<string[]> {
  const files = await readMigrations(directory);
  return db.connection().execute(async (connection) => {
    await waitForLock(connection);
    try {
      return await applyPending(connection, files);
    } finally {
      await sql`SELECT pg_advisory_unlock(${lockKey})`.execute(connection);
    }
  });
}

/**
 * Asks for the lock again and again: a statement that waits for it would hold a snapshot, for whose
 * end the CREATE INDEX CONCURRENTLY of whoever has the lock waits in turn.
 */
async function waitForLock(connection: DatabaseHandle): Promise<void> {
  for (;;) {
    const { rows } = await sql<{
      locked: boolean;
    }>`SELECT pg_try_advisory_lock(${lockKey}) AS locked`.execute(connection);
    if (rows[0]?.locked) return;
    await sleep(lockPollMs);
  }
}

async function applyPending(
  connection: DatabaseHandle,
  files: readonly MigrationFile[],
): Promise<string[]> {
  const migrations = Object.fromEntries(files.map((file) => [file.name, toMigration(file)]));
  const provider: MigrationProvider = { getMigrations: async () => migrations };
  // A number that comes late belongs to a branch that merged late: all only expand, in whatever order.
  const migrator = new Migrator({ db: connection, provider, allowUnorderedMigrations: true });
  const states = await migrator.getMigrations();
  const done = new Set(states.filter((state) => state.executedAt).map((state) => state.name));
  const pending = files.filter((file) => !done.has(file.name));
  for (const file of pending) {
    const { error } = await migrator.migrateTo(file.name, {
      disableTransactions: !file.inTransaction,
    });
    if (error) throw new Error(`migration ${file.name} failed`, { cause: error });
  }
  return pending.map((file) => file.name);
}
