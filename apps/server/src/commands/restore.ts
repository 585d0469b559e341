import { resolve } from 'node:path';
import { readEnv } from '../env.ts';
import { BackupError, restoreCluster } from '../platform/embedded-postgres/index.ts';
import { acquireHomeLock, HomeInUseError } from '../platform/supervisor/home-lock.ts';
import { embeddedPostgresOptions } from '../start/prepare-database.ts';

const [source] = process.argv.slice(2);
if (!source) {
  process.stderr.write('usage: npm run db:restore -- DIRECTORY   (with the server stopped)\n');
  process.exit(64);
}
const env = readEnv();
try {
  const lock = await acquireHomeLock(env.VOICEFLOW_HOME, () => `process ${process.pid}, a restore`);
  const { createdAt, files, replaced } = await restoreCluster({
    clusterDir: embeddedPostgresOptions(env).clusterDir,
    directory: resolve(source),
  });
  await lock.release();
  process.stdout.write(`Restored ${files} files of ${createdAt}.\n`);
  if (replaced) process.stdout.write(`The database before is kept in ${replaced}\n`);
} catch (error) {
  if (!(error instanceof BackupError || error instanceof HomeInUseError)) throw error;
  process.stderr.write(`restore: ${error.message}\n`);
  process.exitCode = 1;
}
