import { resolve } from 'node:path';
import { readEnv } from '../env.ts';
import { BackupError, backUpCluster, dataDirOf } from '../platform/embedded-postgres/index.ts';
import { embeddedPostgresOptions } from '../start/prepare-database.ts';
import { withEmbeddedPostgres } from './command-database.ts';

const [target] = process.argv.slice(2);
const env = readEnv();
if (!target || env.DATABASE_URL) {
  const reason = env.DATABASE_URL
    ? 'DATABASE_URL is set: back that server up with its own means (pg_dump, pg_basebackup)'
    : 'usage: npm run db:backup -- DIRECTORY   (new or empty; the server may be running)';
  process.stderr.write(`${reason}\n`);
  process.exit(64);
}
const directory = resolve(target);
try {
  const { files, bytes } = await withEmbeddedPostgres(env, (url) =>
    backUpCluster({
      url,
      dataDir: dataDirOf(embeddedPostgresOptions(env).clusterDir),
      directory,
    }),
  );
  process.stdout.write(`${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${directory}\n`);
} catch (error) {
  if (!(error instanceof BackupError)) throw error;
  process.stderr.write(`backup: ${error.message}\n`);
  process.exitCode = 1;
}
