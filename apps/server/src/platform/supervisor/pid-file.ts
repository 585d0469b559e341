import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function writePidFile(runDir: string, name: string, pid: number): Promise<void> {
  await mkdir(runDir, { recursive: true, mode: 0o700 });
  await writeFile(join(runDir, `${name}.pid`), `${pid}\n`);
}

/**
 * Kills the children that a killed supervisor left and that did not end by themselves. A pid alone
 * proves nothing, so the process must also carry `mark` in its command line.
 */
export async function killLeftChildren(runDir: string, mark: string): Promise<void> {
  const names = (await readdir(runDir).catch(() => [])).filter((name) => name.endsWith('.pid'));
  await Promise.all(
    names.map(async (name) => {
      const file = join(runDir, name);
      const pid = Number(await readFile(file, 'utf8'));
      if (pid > 0 && (await commandLineOf(pid)).includes(mark)) await kill(pid);
      await rm(file, { force: true });
    }),
  );
}

async function commandLineOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const bytes = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return bytes.replaceAll('\0', ' ');
  }
  const found = await run('ps', ['-p', String(pid), '-o', 'command=']).catch(() => undefined);
  return found?.stdout ?? '';
}

async function kill(pid: number): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    await sleep(20);
  }
}
