import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findPostgresBinaries, type PostgresBinaries } from './binaries.ts';
import { findServerUser, giveTo, launchAs, type ServerUser } from './server-user.ts';

/** The major version of the PostgreSQL that npm brings; its data folders fit no other. */
export const supportedMajor = '18';

const databaseName = 'voiceflow';
const superuser = 'voiceflow';
export const unfinishedPrefix = 'data.new-';
/** What a restore leaves of the database that was there before. */
export const replacedPrefix = 'data.replaced-';

/** An initialised PostgreSQL: the folder `data/`, which also holds the password of its superuser. */
export interface Cluster {
  readonly dataDir: string;
  readonly password: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | null;
}

export function dataDirOf(clusterDir: string): string {
  return join(clusterDir, 'data');
}

/** Within the data folder, so that the two cannot part: one rename swaps both. */
function passwordFileIn(dataDir: string): string {
  return join(dataDir, 'voiceflow.password');
}

/** `postgres://…` of a database of the cluster that listens on `port`. */
export function databaseUrl(
  cluster: Pick<Cluster, 'password'>,
  port: number,
  database = databaseName,
): string {
  return `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

/** Opens the cluster in `clusterDir`; makes one, with an empty database, where there is none. */
export async function openCluster(clusterDir: string): Promise<Cluster> {
  const [binaries, user] = await Promise.all([findPostgresBinaries(), findServerUser()]);
  await mkdir(clusterDir, { recursive: true, mode: 0o700 });
  await giveTo(user, clusterDir);
  const dataDir = dataDirOf(clusterDir);
  const exists = await stat(join(dataDir, 'PG_VERSION')).catch(() => null);
  if (!exists) await refuseCutOffRestore(clusterDir);
  if (!exists) await initialise(clusterDir, binaries, user);
  return { dataDir, password: await readPassword(clusterDir), binaries, user };
}

export async function readPassword(clusterDir: string): Promise<string> {
  return (await readFile(passwordFileIn(dataDirOf(clusterDir)), 'utf8')).trim();
}

/** A restore that was cut off between its two renames must not be taken for a first start. */
async function refuseCutOffRestore(clusterDir: string): Promise<void> {
  const replaced = (await readdir(clusterDir)).find((name) => name.startsWith(replacedPrefix));
  if (!replaced) return;
  throw new Error(
    `a restore was cut off: run it again, or rename ${join(clusterDir, replaced)} to "data"`,
  );
}

/**
 * Works in a new folder beside and renames it at the end: what was cut off is simply made anew.
 * The initdb of a killed start may still be at work, in a folder of its own.
 */
async function initialise(
  clusterDir: string,
  binaries: PostgresBinaries,
  user: ServerUser | null,
): Promise<void> {
  await removeUnfinished(clusterDir);
  const unfinished = await mkdtemp(join(clusterDir, unfinishedPrefix));
  await giveTo(user, unfinished);
  const passwordFile = `${unfinished}.password`;
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  await giveTo(user, passwordFile);
  await runToEnd(user, unfinished, binaries.initdb, [
    `--pgdata=${unfinished}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Sorting must not depend on the C library of the machine.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
  ]);
  const singleUser = ['--single', '-D', unfinished, 'postgres'];
  await runToEnd(
    user,
    unfinished,
    binaries.postgres,
    singleUser,
    `CREATE DATABASE ${databaseName}\n`,
  );
  await rename(passwordFile, passwordFileIn(unfinished));
  await rename(unfinished, dataDirOf(clusterDir));
}

async function removeUnfinished(clusterDir: string): Promise<void> {
  const names = await readdir(clusterDir);
  for (const name of names.filter((candidate) => candidate.startsWith(unfinishedPrefix))) {
    await rm(join(clusterDir, name), { recursive: true, force: true }).catch(() => {});
  }
}

async function runToEnd(
  user: ServerUser | null,
  dataDir: string,
  command: string,
  args: readonly string[],
  input = '',
): Promise<void> {
  const launch = await launchAs(user, command, args, dataDir);
  const child = spawn(launch.command, launch.args, {
    uid: launch.uid,
    gid: launch.gid,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(input);
  const [problem] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (child.exitCode !== 0) throw new Error(`${command} failed:\n${problem.trim()}`);
}

/** Starts the server program, detached, so that Ctrl-C reaches it only through us. */
export async function launchPostgres(
  cluster: Cluster,
  options: { port: number; logFd: number; settings: readonly string[] },
): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${options.port}`,
    'max_connections=100',
    'max_wal_size=256MB',
    'min_wal_size=80MB',
    'jit=off',
    'log_min_messages=warning',
    'log_checkpoints=off',
    'timezone=UTC',
    'log_timezone=UTC',
    ...options.settings,
  ];
  const args = ['-D', cluster.dataDir, ...settings.flatMap((setting) => ['-c', setting])];
  const launch = await launchAs(cluster.user, cluster.binaries.postgres, args, cluster.dataDir);
  return spawn(launch.command, launch.args, {
    uid: launch.uid,
    gid: launch.gid,
    cwd: '/',
    detached: true,
    stdio: ['ignore', options.logFd, options.logFd],
  });
}
