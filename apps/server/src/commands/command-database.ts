import type { Env } from '../env.ts';
import { type DatabaseHandle, openDatabase } from '../platform/database/database.ts';
import { migrateToLatest } from '../platform/database/migrator.ts';
import {
  findEmbeddedPostgresUrl,
  startEmbeddedPostgres,
} from '../platform/embedded-postgres/index.ts';
import { silentLog } from '../platform/log.ts';
import { acquireHomeLock, findHomeOwner } from '../platform/supervisor/home-lock.ts';
import { embeddedPostgresOptions } from '../start/prepare-database.ts';

/** Runs `work` on the migrated database that these settings name: DATABASE_URL or the embedded one. */
export function withCommandDatabase<T>(
  env: Env,
  work: (db: DatabaseHandle) => Promise<T>,
): Promise<T> {
  if (env.DATABASE_URL) return withMigrated(env.DATABASE_URL, work);
  return withEmbeddedPostgres(env, (url) => withMigrated(url, work));
}

/** Runs `work` with the embedded PostgreSQL of the running server, or one started for the purpose. */
export async function withEmbeddedPostgres<T>(
  env: Env,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const options = embeddedPostgresOptions(env);
  if ((await findHomeOwner(env.VOICEFLOW_HOME)) !== undefined) {
    return work(await findEmbeddedPostgresUrl(options.clusterDir));
  }
  const lock = await acquireHomeLock(env.VOICEFLOW_HOME, () => `process ${process.pid}, a command`);
  try {
    const server = await startEmbeddedPostgres(options);
    return await work(server.url).finally(() => server.stop());
  } finally {
    await lock.release();
  }
}

async function withMigrated<T>(url: string, work: (db: DatabaseHandle) => Promise<T>): Promise<T> {
  const db = openDatabase({ url, log: silentLog, poolSize: 2 });
  try {
    await migrateToLatest(db);
    return await work(db);
  } finally {
    await db.destroy();
  }
}
