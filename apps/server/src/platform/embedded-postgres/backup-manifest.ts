import { createHash } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const fileName = 'manifest.json';

const manifestSchema = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  postgresMajor: z.string(),
  folders: z.array(z.string()),
  files: z.array(
    z.strictObject({
      path: z.string().refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
        error: 'leads out of the backup',
      }),
      bytes: z.number().int().nonnegative(),
      sha256: z.string().length(64),
    }),
  ),
});

/** What a backup holds, paths relative to its `data` folder. Written last: without it, no backup. */
export type BackupManifest = z.output<typeof manifestSchema>;
export type BackupFile = BackupManifest['files'][number];

/** A folder that is no whole backup: cut off, altered, or something else. */
export class BackupError extends Error {}

export async function writeManifest(directory: string, manifest: BackupManifest): Promise<void> {
  const content = `${JSON.stringify(manifest, null, 1)}\n`;
  const sha256 = createHash('sha256').update(content).digest('hex');
  await writeSynced(join(directory, `${fileName}.sha256`), Buffer.from(`${sha256}  ${fileName}\n`));
  await writeSynced(join(directory, fileName), Buffer.from(content));
}

/** Reads and checks the manifest itself; the files are checked as they are copied. */
export async function readManifest(directory: string): Promise<BackupManifest> {
  const content = await readFile(join(directory, fileName), 'utf8').catch(() => {
    throw new BackupError(`${directory} holds no complete backup (${fileName} is missing)`);
  });
  const checksum = await readFile(join(directory, `${fileName}.sha256`), 'utf8').catch(() => '');
  if (!checksum.startsWith(createHash('sha256').update(content).digest('hex'))) {
    throw new BackupError(`${fileName} of ${directory} does not match its checksum`);
  }
  const parsed = manifestSchema.safeParse(JSON.parse(content));
  if (!parsed.success) throw new BackupError(`${fileName}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function writeSynced(file: string, content: Uint8Array): Promise<void> {
  await writeFile(file, content, { mode: 0o600, flush: true });
}

const blockBytes = 1 << 18;
const filesAtOnce = 16;

/**
 * Runs `copy` for every item, some at a time, since waiting for the disk is most of a copy. After a
 * failure no further one is begun, and it is thrown when those under way have ended.
 */
export async function copyAll<T>(
  items: readonly T[],
  copy: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const failures: unknown[] = [];
  const lanes = Array.from({ length: filesAtOnce }, async () => {
    for (const item of queue) {
      await copy(item).catch((error: unknown) => failures.push(error));
      if (failures.length > 0) return;
    }
  });
  await Promise.all(lanes);
  if (failures.length > 0) throw failures[0];
}

/** Copies a file, to disk and not only to memory, and answers what was copied. */
export async function copyFile(
  from: string,
  to: string,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  await using source = await open(from, 'r');
  await using target = await open(to, 'wx', 0o600);
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(block, 0, blockBytes, bytes);
    if (bytesRead === 0) break;
    const part = block.subarray(0, bytesRead);
    hash.update(part);
    await target.write(part);
    bytes += bytesRead;
  }
  await target.sync();
  return { bytes, sha256: hash.digest('hex') };
}
