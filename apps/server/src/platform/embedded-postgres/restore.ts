import { chown, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError, copyAll, copyFile, readManifest } from './backup-manifest.ts';
import { dataDirOf, replacedPrefix, supportedMajor, unfinishedPrefix } from './cluster.ts';
import { stopLeftovers } from './leftovers.ts';
import { findServerUser } from './server-user.ts';

export interface RestoreReport {
  readonly createdAt: string;
  readonly files: number;
  /** Where the database that was replaced lies now; null when there was none. */
  readonly replaced: string | null;
}

/**
 * Puts a backup in the place of a cluster's data, after checking every byte of it. What was there is
 * kept beside. The caller holds the lock on VOICEFLOW_HOME, so no server runs.
 */
export async function restoreCluster(options: {
  readonly clusterDir: string;
  readonly directory: string;
}): Promise<RestoreReport> {
  const { clusterDir, directory } = options;
  const manifest = await readManifest(directory);
  if (manifest.postgresMajor !== supportedMajor) {
    throw new BackupError(
      `the backup is of PostgreSQL ${manifest.postgresMajor}, this one is ${supportedMajor}`,
    );
  }
  const user = await findServerUser();
  const give = (path: string) => (user ? chown(path, user.uid, user.gid) : Promise.resolve());
  await mkdir(clusterDir, { recursive: true, mode: 0o700 });
  await give(clusterDir);
  const unfinished = await mkdtemp(join(clusterDir, unfinishedPrefix));
  try {
    await give(unfinished);
    for (const folder of manifest.folders) {
      await mkdir(join(unfinished, folder), { mode: 0o700 });
      await give(join(unfinished, folder));
    }
    await copyAll(manifest.files, async ({ path, bytes, sha256 }) => {
      const copied = await copyFile(join(directory, 'data', path), join(unfinished, path)).catch(
        (cause: unknown) => {
          throw new BackupError(`${path} of the backup cannot be read`, { cause });
        },
      );
      if (copied.bytes !== bytes || copied.sha256 !== sha256) {
        throw new BackupError(`${path} of the backup is damaged: its checksum does not match`);
      }
      await give(join(unfinished, path));
    });
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  const replaced = await swapIn(clusterDir, unfinished);
  return { createdAt: manifest.createdAt, files: manifest.files.length, replaced };
}

async function swapIn(clusterDir: string, unfinished: string): Promise<string | null> {
  const dataDir = dataDirOf(clusterDir);
  await stopLeftovers(dataDir);
  const exists = (await readdir(clusterDir)).includes('data');
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const replaced = exists ? join(clusterDir, `${replacedPrefix}${stamp}`) : null;
  if (replaced) await rename(dataDir, replaced);
  await rename(unfinished, dataDir);
  return replaced;
}
