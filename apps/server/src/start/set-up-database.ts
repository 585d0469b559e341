import { openDatabase } from '../platform/database/database.ts';
import { migrateToLatest } from '../platform/database/migrator.ts';
import { silentLog } from '../platform/log.ts';
import { createSystemContext } from '../platform/system-context.ts';
import { type BootstrapResult, bootstrap, type KeyFile } from '../workflows/bootstrap.ts';

/** Brings the database at `url` up to date, and makes the first team and key where there is none. */
export async function setUpDatabase(
  url: string,
  keyFile: KeyFile | null,
): Promise<BootstrapResult> {
  const db = openDatabase({ url, log: silentLog, poolSize: 2 });
  try {
    await migrateToLatest(db);
    return await bootstrap({
      ctx: createSystemContext({ db, log: silentLog }),
      input: { keyFile },
    });
  } finally {
    await db.destroy();
  }
}
