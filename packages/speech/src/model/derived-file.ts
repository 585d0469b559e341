import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hashFile } from './hash-file.ts';

/**
 * Makes sure that `file` holds what `write` once put there whole. A file counts only with its hash
 * beside it (`file`.sha256), which is written last: whatever was cut short, damaged or changed is
 * made again. Several processes may do so at once.
 * @returns whether it had to be written
 */
export async function ensureDerivedFile(
  file: string,
  write: (temporary: string) => Promise<void>,
): Promise<boolean> {
  if (await isIntact(file)) return false;
  await rm(hashFileOf(file), { force: true });
  const temporary = temporaryOf(file);
  try {
    await write(temporary);
    const hash = await hashFile(temporary);
    await rename(temporary, file);
    await writeWhole(hashFileOf(file), `${hash}\n`);
    return true;
  } catch (error) {
    await rm(temporary, { force: true });
    if (isErrno(error, 'ENOSPC')) {
      throw new Error(`${dirname(file)}: the disk is full; about 400 MB must be free`, {
        cause: error,
      });
    }
    throw error;
  }
}

/** Writes a small file so that readers see the old content or the new, never a part. */
export async function writeWhole(file: string, content: string): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function removeDerivedFile(file: string): Promise<void> {
  await rm(hashFileOf(file), { force: true });
  await rm(file, { force: true });
}

/** Removes what processes that are gone left half-written. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(join(directory, basename(name)), { force: true });
  }
}

async function isIntact(file: string): Promise<boolean> {
  try {
    const expected = (await readFile(hashFileOf(file), 'utf8')).trim();
    return expected === (await hashFile(file));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}

function hashFileOf(file: string): string {
  return `${file}.sha256`;
}

function temporaryOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error, 'EPERM');
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
