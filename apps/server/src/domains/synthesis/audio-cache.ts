import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { patchChunk } from './patches.ts';
import {
  type FileShape,
  type FinishedSpeech,
  type SpeechDetails,
  speechDetailsSchema,
} from './speech-details.ts';

/** A larger file is read from disk each time: few of these would push out everything else. */
const maxBytesInMemory = 2 * 1024 * 1024;
const maxFiles = 1_000_000;
/** Given up at once where the disk is full. */
const roomBytes = 8 * 1024 * 1024;

interface AudioCacheOptions {
  dir: string;
  maxDiskBytes: number;
  maxMemoryBytes: number;
}

/**
 * Finished files by place (a name that says nothing of its content): the most recent ones in
 * memory, in front of a bounded number of bytes on disk; the least recently used leave first.
 * Two files a place: `<place>.audio`, then `<place>.json`, without which the first does not count.
 */
export class AudioCache {
  private readonly dir: string;
  private readonly memory: LRUCache<string, FinishedSpeech> | undefined;
  /** Sizes of what lies on disk. */
  private readonly disk: LRUCache<string, number> | undefined;

  private constructor({ dir, maxDiskBytes, maxMemoryBytes }: AudioCacheOptions) {
    this.dir = dir;
    if (maxMemoryBytes > 0) {
      this.memory = new LRUCache({ maxSize: maxMemoryBytes, sizeCalculation: memoryBytesOf });
    }
    if (maxDiskBytes > 0) {
      // Bounded by size alone, with a least one: a `max` of files would take 20 MB before the first.
      const leastBytes = Math.ceil(maxDiskBytes / maxFiles);
      this.disk = new LRUCache({
        maxSize: maxDiskBytes,
        sizeCalculation: (bytes) => Math.max(bytes, leastBytes),
        dispose: (_bytes, place, reason) => {
          if (reason !== 'set') void this.remove(place);
        },
      });
    }
  }

  static async open(options: AudioCacheOptions): Promise<AudioCache> {
    const cache = new AudioCache(options);
    await rm(cache.spoolDir, { recursive: true, force: true });
    await mkdir(cache.spoolDir, { recursive: true });
    await cache.index();
    return cache;
  }

  /** Where files grow that are not finished yet; emptied at every start. */
  get spoolDir(): string {
    return join(this.dir, 'spool');
  }

  async find(place: string): Promise<FinishedSpeech | undefined> {
    const known = this.memory?.get(place);
    if (known) {
      this.disk?.get(place);
      return known;
    }
    if (this.disk?.get(place) === undefined) return undefined;
    try {
      const details = speechDetailsSchema.parse(
        JSON.parse(await readFile(this.json(place), 'utf8')),
      );
      const speech = await this.load(place, details);
      const now = new Date();
      await utimes(this.audio(place), now, now);
      return speech;
    } catch {
      // Half-written, tampered with or removed by hand: it can be made again.
      this.disk.delete(place);
      return undefined;
    }
  }

  /** Takes over a finished file; answers it, or undefined when nothing is kept on disk. */
  async adopt(place: string, file: string, details: SpeechDetails): Promise<void> {
    if (!this.disk) {
      if (details.sizeBytes <= maxBytesInMemory) {
        this.memory?.set(place, inMemory(details, await readFile(file)));
      }
      await rm(file, { force: true });
      return;
    }
    const json = JSON.stringify(details);
    try {
      await rename(file, this.audio(place));
      await writeFile(`${this.json(place)}.part`, json);
      await rename(`${this.json(place)}.part`, this.json(place));
      await this.load(place, details);
    } catch (error) {
      await rm(file, { force: true });
      await this.remove(place);
      throw error;
    }
    this.disk.set(place, details.sizeBytes + json.length);
  }

  /** Gives up what was used least recently. @returns whether anything was left to give up */
  async makeRoom(): Promise<boolean> {
    let freedBytes = 0;
    while (freedBytes < roomBytes) {
      const [place] = this.disk?.rkeys() ?? [];
      if (place === undefined) break;
      freedBytes += this.disk?.peek(place) ?? 0;
      this.disk?.delete(place);
      await this.remove(place);
    }
    return freedBytes > 0;
  }

  private async load(place: string, details: SpeechDetails): Promise<FinishedSpeech> {
    const file = this.audio(place);
    const { size } = await stat(file);
    if (size !== details.sizeBytes) throw new Error(`${file} has ${size} bytes`);
    if (size > maxBytesInMemory) return onDisk(details, file);
    const speech = inMemory(details, await readFile(file));
    this.memory?.set(place, speech);
    return speech;
  }

  /** Learns what earlier runs left, oldest first, and clears away what is incomplete. */
  private async index(): Promise<void> {
    const names = new Set(await readdir(this.dir));
    const found: { place: string; bytes: number; usedAtMs: number }[] = [];
    for (const name of names) {
      if (name === 'spool') continue;
      const place = name.replace(/\.(audio|json)$/, '');
      if (!this.disk || !names.has(`${place}.audio`) || !names.has(`${place}.json`)) {
        await rm(join(this.dir, name), { force: true });
      } else if (name.endsWith('.audio')) {
        const [audio, json] = await Promise.all([stat(this.audio(place)), stat(this.json(place))]);
        found.push({ place, bytes: audio.size + json.size, usedAtMs: audio.mtimeMs });
      }
    }
    found.sort((a, b) => a.usedAtMs - b.usedAtMs);
    for (const { place, bytes } of found) this.disk?.set(place, bytes);
  }

  private async remove(place: string): Promise<void> {
    this.memory?.delete(place);
    await rm(this.json(place), { force: true });
    await rm(`${this.json(place)}.part`, { force: true });
    await rm(this.audio(place), { force: true });
  }

  private audio(place: string): string {
    return join(this.dir, `${place}.audio`);
  }

  private json(place: string): string {
    return join(this.dir, `${place}.json`);
  }
}

function inMemory(details: SpeechDetails, live: Buffer): FinishedSpeech {
  let file = live;
  if (details.patches.length > 0) {
    file = Buffer.from(live);
    patchChunk(file, 0, details.patches);
  }
  return { details, body: (shape, from = 0) => (shape === 'file' ? file : live).subarray(from) };
}

function onDisk(details: SpeechDetails, path: string): FinishedSpeech {
  return {
    details,
    async *body(shape: FileShape, from = 0) {
      let offset = from;
      for await (const chunk of createReadStream(path, { start: from })) {
        if (shape === 'file') patchChunk(chunk, offset, details.patches);
        offset += chunk.length;
        yield chunk;
      }
    },
  };
}

function memoryBytesOf({ details }: FinishedSpeech): number {
  const copies = details.patches.length > 0 ? 2 : 1;
  // A timed word takes about 300 bytes: ten properties and four short strings.
  return details.sizeBytes * copies + details.words.length * 300 + 1000;
}
