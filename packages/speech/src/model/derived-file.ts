import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../files/hash-file.ts';
import { isRunning } from '../files/is-running.ts';
import { replaceFile, temporaryOf } from '../files/replace-file.ts';

/**
 * Makes sure that `file` holds what `write` once put there whole. A file counts only with its hash
 * beside it (`file`.sha256), which is written last: whatever was cut short, damaged or changed is
 * made again; what changed by neither size nor time is not read again. Several processes may do so at once.
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
    await writeSeal(file, hash);
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

/** What stands in `file`.sha256: the hash, and the size and time by which it is known to hold still. */
const sealSchema = z.object({ sha256: z.string(), bytes: z.number(), mtimeMs: z.number() });

async function readSeal(file: string): Promise<z.infer<typeof sealSchema> | undefined> {
  try {
    return sealSchema.parse(JSON.parse(await readFile(hashFileOf(file), 'utf8')));
  } catch {
    return undefined;
  }
}

async function writeSeal(file: string, sha256: string): Promise<void> {
  const { size: bytes, mtimeMs } = await stat(file);
  await replaceFile(hashFileOf(file), JSON.stringify({ sha256, bytes, mtimeMs }));
}

/**
 * sha256 of a file's content, in hexadecimal. A derived file that has not changed since it was
 * sealed is not read for it: 200 MB take a third of a second.
 */
export async function hashModelFile(file: string): Promise<string> {
  const seal = await readSeal(file);
  const { size, mtimeMs } = await stat(file);
  if (seal?.bytes === size && seal.mtimeMs === mtimeMs) return seal.sha256;
  return hashFile(file);
}

/** Whether `file` holds what was once put there whole. */
export async function isIntact(file: string): Promise<boolean> {
  const seal = await readSeal(file);
  if (!seal || !(await stat(file).catch(() => undefined))) return false;
  return (await hashModelFile(file)) === seal.sha256;
}

function hashFileOf(file: string): string {
  return `${file}.sha256`;
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
