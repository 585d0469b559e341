import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Client } from 'pg';
import {
  BackupError,
  type BackupFile,
  copyAll,
  copyFile,
  writeManifest,
} from './backup-manifest.ts';

export interface BackupReport {
  readonly files: number;
  readonly bytes: number;
}

// As pg_basebackup: state of the running server, or made anew by recovery.
const skippedFiles = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init']);
const emptiedFolders = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);

/**
 * Copies a running cluster to `directory`, which must not exist or be empty, while it serves reads
 * and writes. A replication slot holds the WAL that the copy needs. What is cut off leaves no folder
 * of that name.
 */
export async function backUpCluster(options: {
  readonly url: string;
  readonly dataDir: string;
  readonly directory: string;
}): Promise<BackupReport> {
  const { directory, dataDir } = options;
  await requireEmpty(directory);
  await mkdir(dirname(directory), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  const client = new Client({ connectionString: options.url });
  client.on('error', () => {});
  try {
    await client.connect();
    const report = await copyBetweenStartAndStop(client, dataDir, unfinished);
    await rmdir(directory).catch(() => {});
    await rename(unfinished, directory);
    return report;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function requireEmpty(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  if (names.length > 0) throw new BackupError(`${directory} is not empty`);
}

async function copyBetweenStartAndStop(
  client: Client,
  dataDir: string,
  unfinished: string,
): Promise<BackupReport> {
  const slot = `backup_${process.pid}`;
  await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot]);
  const started = await client.query(
    `SELECT pg_walfile_name(lsn) AS wal FROM pg_backup_start('voiceflow', true) AS lsn`,
  );
  const target = join(unfinished, 'data');
  await mkdir(target, { mode: 0o700 });
  const copy: Copy = { from: dataDir, to: target, folders: [], files: [] };
  await copyAll(await makeFolders(copy, ''), (path) => addCopied(copy, path));
  // The session that started the backup must be the one that ends it; its end aborts it.
  const stopped = await client.query(
    `SELECT pg_walfile_name(lsn) AS wal, labelfile, spcmapfile FROM pg_backup_stop(false)`,
  );
  const { wal: lastWal, labelfile, spcmapfile } = stopped.rows[0];
  await addFile(copy, 'backup_label', labelfile);
  if (spcmapfile) await addFile(copy, 'tablespace_map', spcmapfile);
  await copyWal(copy, started.rows[0].wal, lastWal);
  await writeManifest(unfinished, {
    format: 1,
    createdAt: new Date().toISOString(),
    postgresMajor: (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim(),
    folders: copy.folders,
    files: copy.files,
  });
  const bytes = copy.files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: copy.files.length, bytes };
}

interface Copy {
  readonly from: string;
  readonly to: string;
  readonly folders: string[];
  readonly files: BackupFile[];
}

/** Makes the folders of the copy and answers the files that go into them. */
async function makeFolders(copy: Copy, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(copy.from, folder), { withFileTypes: true })) {
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.name.startsWith('pgsql_tmp')) continue;
    if (entry.isSymbolicLink()) {
      throw new BackupError(`${path} is a link: tablespaces elsewhere are not backed up`);
    }
    if (entry.isDirectory()) {
      copy.folders.push(path);
      await mkdir(join(copy.to, path), { mode: 0o700 });
      if (path === 'pg_wal') await addWalFolders(copy);
      else if (!emptiedFolders.has(path)) files.push(...(await makeFolders(copy, path)));
    } else if (!skippedFiles.has(entry.name)) {
      files.push(path);
    }
  }
  return files;
}

async function addWalFolders(copy: Copy): Promise<void> {
  for (const path of ['pg_wal/archive_status', 'pg_wal/summaries']) {
    copy.folders.push(path);
    await mkdir(join(copy.to, path), { mode: 0o700 });
  }
}

/** A file that is dropped while we copy is one that the WAL drops again. */
async function addCopied(copy: Copy, path: string): Promise<void> {
  try {
    const copied = await copyFile(join(copy.from, path), join(copy.to, path));
    copy.files.push({ path, ...copied });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}

async function addFile(copy: Copy, path: string, content: string): Promise<void> {
  await writeFile(join(copy.to, path), content, { mode: 0o600, flush: true });
  const sha256 = createHash('sha256').update(content).digest('hex');
  copy.files.push({ path, bytes: Buffer.byteLength(content), sha256 });
}

/** The segments from the start of the backup to its end, which make the copied files agree. */
async function copyWal(copy: Copy, first: string, last: string): Promise<void> {
  const names = await readdir(join(copy.from, 'pg_wal'));
  const needed = names.filter(
    (name) => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last,
  );
  if (!needed.includes(first) || !needed.includes(last)) {
    throw new BackupError(`the WAL from ${first} to ${last} is no longer there`);
  }
  await copyAll(needed, (name) => addCopied(copy, `pg_wal/${name}`));
}
