import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Lines of `postmaster.pid`, which PostgreSQL keeps up to date while it runs. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7] === 'ready' };
}

/** The pid of a PostgreSQL that runs on this data folder, or undefined. */
export async function findRunningServer(dataDir: string): Promise<number | undefined> {
  const pid = (await readPostmasterFile(dataDir))?.pid;
  return pid !== undefined && (await worksIn(pid, dataDir)) ? pid : undefined;
}

/**
 * Ends what an earlier run that was killed left on this data folder: first the server, then any of
 * its processes that are still busy. Then drops a pid file that names somebody else's process,
 * at which PostgreSQL would refuse to start. The caller holds the lock on VOICEFLOW_HOME.
 */
export async function stopLeftovers(dataDir: string): Promise<void> {
  const postmaster = await findRunningServer(dataDir);
  if (postmaster !== undefined) await endProcess(postmaster);
  for (const pid of await findProcessesIn(dataDir)) await endProcess(pid);
  const named = await readPostmasterFile(dataDir);
  if (named && isAlive(named.pid)) await rm(join(dataDir, 'postmaster.pid'), { force: true });
}

/** Smart enough for a checkpoint, then ever less polite. */
async function endProcess(pid: number): Promise<void> {
  const steps = [
    ['SIGINT', 10_000],
    ['SIGQUIT', 3_000],
    ['SIGKILL', 5_000],
  ] as const;
  for (const [signal, waitMs] of steps) {
    if (!sendSignal(pid, signal)) return;
    for (let waited = 0; waited < waitMs; waited += 20) {
      if (!isAlive(pid)) return;
      await sleep(20);
    }
  }
  throw new Error(`process ${pid} of an earlier PostgreSQL does not end`);
}

function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  return sendSignal(pid, 0);
}

/** PostgreSQL's processes have the data folder as their working directory. */
async function worksIn(pid: number, dataDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    return cwd !== undefined && cwd === (await realpath(dataDir).catch(() => dataDir));
  }
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(dataDir);
}

async function findProcessesIn(dataDir: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const inside = await Promise.all(pids.map((pid) => worksIn(pid, dataDir)));
  return pids.filter((_, index) => inside[index]);
}
