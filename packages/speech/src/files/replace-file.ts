import { rename, rm, writeFile } from 'node:fs/promises';

/** Where this process writes what is to become `file`; the name tells later ones whose it was. */
export function temporaryOf(file: string): string {
  return `${file}.${process.pid}.tmp`;
}

/** Writes a file so that readers see the old content or the new, never a part. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryOf(file);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
