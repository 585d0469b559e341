import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hashFile } from '../files/hash-file.ts';
import { AssetError } from './asset-error.ts';
import { openUrl } from './open-url.ts';

const stallTimeoutMs = 30_000;
const attempts = 5;

export interface DownloadOptions {
  url: string;
  /** Final place of the file; until it is whole and verified it is `<file>.part` */
  file: string;
  bytes: number;
  sha256: string;
  /** Called with the number of bytes that have just arrived (negative when a bad part is thrown away) */
  onBytes?: (count: number) => void;
  signal?: AbortSignal;
}

/**
 * Downloads one file. A cut connection is resumed where it stopped, also by a later process; the
 * file appears under its name only when its size and hash are right.
 * @throws AssetError with the reason in one line
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  const part = `${options.file}.part`;
  await mkdir(dirname(options.file), { recursive: true });
  options.onBytes?.(await sizeOf(part));
  for (let attempt = 1; ; attempt++) {
    try {
      await appendRest(part, options);
      break;
    } catch (error) {
      if (options.signal?.aborted) throw error;
      const refused = error instanceof AssetError || !isWorthRetrying(error);
      if (refused || attempt === attempts) throw describeFailure(error, options);
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
  const found = await hashFile(part);
  if (found !== options.sha256) {
    await rm(part, { force: true });
    options.onBytes?.(-options.bytes);
    throw new AssetError(
      `${options.url}: the file has another sha256 (${found}) than the manifest (${options.sha256})`,
    );
  }
  await rename(part, options.file);
}

async function appendRest(part: string, options: DownloadOptions): Promise<void> {
  let have = await sizeOf(part);
  if (have > options.bytes) {
    await rm(part);
    options.onBytes?.(-have);
    have = 0;
  }
  if (have === options.bytes) return;
  const stall = new AbortController();
  const watchdog = setTimeout(() => stall.abort(new Error('no data for 30 s')), stallTimeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  let file: FileHandle | undefined;
  try {
    const headers = have > 0 ? { range: `bytes=${have}-` } : undefined;
    const response = await openUrl(options.url, { headers, signal });
    const { statusCode = 0 } = response;
    if (statusCode !== 200 && statusCode !== 206) {
      response.destroy();
      if (statusCode >= 500) throw new Error(`HTTP ${statusCode}`);
      throw new AssetError(`${options.url}: HTTP ${statusCode}`);
    }
    if (have > 0 && statusCode !== 206) {
      options.onBytes?.(-have);
      have = 0;
    }
    file = await open(part, have > 0 ? 'a' : 'w');
    for await (const chunk of response) {
      watchdog.refresh();
      await file.write(chunk);
      have += chunk.byteLength;
      options.onBytes?.(chunk.byteLength);
      if (have > options.bytes) {
        throw new AssetError(`${options.url}: longer than the ${options.bytes} bytes expected`);
      }
    }
    if (have < options.bytes) throw new Error(`cut off at ${have} of ${options.bytes} bytes`);
  } finally {
    clearTimeout(watchdog);
    await file?.close();
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** No such host or a full disk will not mend itself within seconds; a cut connection may. */
function isWorthRetrying(error: unknown): boolean {
  return !['ENOTFOUND', 'ENOSPC', 'EDQUOT', 'EACCES', 'EROFS'].includes(codeOf(error));
}

function describeFailure(error: unknown, { url, file, bytes }: DownloadOptions): AssetError {
  if (error instanceof AssetError) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const megabytes = Math.ceil(bytes / 1e6);
    return new AssetError(`the disk is full: ${file} needs ${megabytes} MB`, 'disk');
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new AssetError(`${url}: ${reason}${code ? ` (${code})` : ''}`, 'host');
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (found) => found.size,
    () => 0,
  );
}
