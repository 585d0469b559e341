import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../free-port.ts';
import {
  type Cluster,
  databaseUrl,
  dataDirOf,
  launchPostgres,
  openCluster,
  readPassword,
} from './cluster.ts';
import { readPostmasterFile, stopLeftovers } from './leftovers.ts';

export interface EmbeddedPostgres {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** URL of another database of the same server. */
  urlOf(database: string): string;
  /** Settles when the server process has ended, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends all sessions, writes a checkpoint and stops. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster (`VOICEFLOW_HOME/postgres`); made when missing. */
  readonly clusterDir: string;
  readonly logFile: string;
  /** Port of an earlier start, so that open pools find the server again. */
  readonly port?: number | undefined;
  /** More server settings, as `name=value`. */
  readonly settings?: readonly string[];
}

const startAttempts = 5;
// Recovery after a crash or from a backup takes as long as there is to replay.
const startTimeoutMs = 300_000;
const maxLogBytes = 5_000_000;

/**
 * Starts PostgreSQL on a free port of 127.0.0.1 and waits until it answers. What a killed run left
 * behind is ended first; the caller must hold the lock on the folder. Throws with the end of the
 * server's log when it does not start.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(options.clusterDir);
  await stopLeftovers(cluster.dataDir);
  for (let attempt = 1; ; attempt += 1) {
    const port = attempt === 1 && options.port ? options.port : await findFreePort();
    const child = await launchOnce(cluster, port, options);
    if (child) return describe(cluster, port, child);
    if (attempt === startAttempts) {
      throw new Error(`PostgreSQL does not start:\n${await readLogEnd(options.logFile)}`);
    }
    // The port was taken meanwhile, or processes of a killed server are still letting go.
    await sleep(200 * attempt);
  }
}

/** The URL of the server that another process runs on this cluster. Throws when it does not come up. */
export async function findEmbeddedPostgresUrl(clusterDir: string): Promise<string> {
  const deadline = AbortSignal.timeout(startTimeoutMs);
  while (!deadline.aborted) {
    const file = await readPostmasterFile(dataDirOf(clusterDir));
    if (file?.ready) return databaseUrl({ password: await readPassword(clusterDir) }, file.port);
    await sleep(50);
  }
  throw new Error(`no PostgreSQL runs in ${clusterDir}`);
}

async function launchOnce(
  cluster: Cluster,
  port: number,
  options: EmbeddedPostgresOptions,
): Promise<ChildProcess | undefined> {
  const log = await openLog(options.logFile);
  const child = await launchPostgres(cluster, {
    port,
    logFd: log.fd,
    settings: options.settings ?? [],
  }).finally(() => log.close());
  const failed = new Promise<undefined>((resolve) => {
    child.once('error', () => resolve(undefined));
    child.once('exit', () => resolve(undefined));
  });
  const deadline = AbortSignal.timeout(startTimeoutMs);
  const ready = waitUntilReady(cluster.dataDir, child, deadline);
  const winner = await Promise.race([ready, failed]);
  if (!winner) child.kill('SIGKILL');
  return winner;
}

async function waitUntilReady(
  dataDir: string,
  child: ChildProcess,
  deadline: AbortSignal,
): Promise<ChildProcess | undefined> {
  while (!deadline.aborted && child.exitCode === null && child.signalCode === null) {
    const file = await readPostmasterFile(dataDir);
    if (file?.ready && file.pid === child.pid) return child;
    await sleep(10);
  }
  return undefined;
}

function describe(cluster: Cluster, port: number, child: ChildProcess): EmbeddedPostgres {
  const { pid } = child;
  if (pid === undefined) throw new Error('PostgreSQL has no process id');
  const guard = spawnGuard(pid);
  const exited = waitForExit(child).then(() => {
    guard.kill('SIGKILL');
  });
  return {
    url: databaseUrl(cluster, port),
    port,
    pid,
    dataDir: cluster.dataDir,
    urlOf: (database) => databaseUrl(cluster, port, database),
    exited,
    async stop() {
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGQUIT'), 10_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function waitForExit(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** A shell that waits for the end of our pipe: it stops the server when this process is killed. */
function spawnGuard(postmasterPid: number): ChildProcess {
  const script = 'cat >/dev/null; kill -INT "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'voiceflow-guard', String(postmasterPid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin?.on('error', () => {});
  guard.unref();
  return guard;
}

async function openLog(logFile: string) {
  await mkdir(dirname(logFile), { recursive: true });
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size > maxLogBytes) await rename(logFile, `${logFile}.1`);
  return open(logFile, 'a', 0o600);
}

async function readLogEnd(logFile: string): Promise<string> {
  const file = await open(logFile, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, 2_000));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    await file.close();
  }
}
