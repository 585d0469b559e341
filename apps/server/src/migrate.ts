import { readEnv } from './env.ts';
import { openDatabase } from './platform/database/database.ts';
import { migrateToLatest } from './platform/database/migrator.ts';
import { createLog } from './platform/log.ts';

const env = readEnv();
if (!env.DATABASE_URL) {
  process.stderr.write('migrate: set DATABASE_URL (npm start migrates the embedded database)\n');
  process.exit(78);
}
const log = createLog({ role: 'migrate', level: env.LOG_LEVEL });
const db = openDatabase({ url: env.DATABASE_URL, log, poolSize: 2 });
try {
  const applied = await migrateToLatest(db);
  log.info({ applied }, 'database is up to date');
} finally {
  await db.destroy();
}
