import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { IsBreached } from './password.ts';

/** Longer than two lines (`HASH:count`) can be. */
const windowBytes = 160;

/**
 * Opens a list of stolen passwords, ordered by their SHA-1: `5BAA61E4…:9545824`, one a line. It may have
 * tens of gigabytes: each look-up reads some forty small pieces of it. Without a file nothing is in it.
 * @throws Error when there is no such list
 */
export async function openBreachedPasswords(path: string | undefined): Promise<IsBreached> {
  if (path === undefined) return async () => false;
  const first = await reading(path, (file) => firstHashFrom(file, 0)).catch((cause: unknown) => {
    throw new Error(`BREACHED_PASSWORDS_FILE: ${path} cannot be read`, { cause });
  });
  if (!first) {
    throw new Error(`BREACHED_PASSWORDS_FILE: ${path} does not begin with a SHA-1 and a count`);
  }
  return async (password) => {
    const wanted = createHash('sha1').update(password).digest('hex').toUpperCase();
    return reading(path, async (file) => contains(file, wanted, (await file.stat()).size));
  };
}

/** Opened anew each time: a newer list may have taken its place. */
async function reading<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

/** Halves the stretch of the file in which the line must begin until none is left. */
async function contains(file: FileHandle, wanted: string, size: number): Promise<boolean> {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await firstHashFrom(file, middle);
    if (found?.hash === wanted) return true;
    if (found && found.hash < wanted) low = found.end;
    else high = middle;
  }
  return false;
}

/** The first line that begins at `start` or behind it; undefined where none does. */
async function firstHashFrom(
  file: FileHandle,
  start: number,
): Promise<{ readonly hash: string; readonly end: number } | undefined> {
  // Whether a line begins at `start` is told by the byte before it.
  const from = Math.max(0, start - 1);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(windowBytes), 0, windowBytes, from);
  const text = buffer.toString('latin1', 0, bytesRead);
  const line = start === 0 ? 0 : text.indexOf('\n') + 1;
  if (start > 0 && line === 0) return undefined;
  const hash = /^[0-9A-F]{40}(?=:\d)/i.exec(text.slice(line))?.[0];
  if (hash === undefined) return undefined;
  return { hash: hash.toUpperCase(), end: from + line + hash.length };
}
