import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { AudioCache } from './audio-cache.ts';
import type { SpeechDetails } from './speech-details.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vf-cache-'));
});

afterEach(() => rm(dir, { recursive: true }));

function open(options: { disk?: number; memory?: number } = {}): Promise<AudioCache> {
  const { disk = 1_000_000, memory = 0 } = options;
  return AudioCache.open({ dir, maxDiskBytes: disk, maxMemoryBytes: memory });
}

async function put(
  cache: AudioCache,
  place: string,
  body: string,
  sizeBytes = body.length,
): Promise<void> {
  const file = join(cache.spoolDir, place);
  await writeFile(file, body);
  const patches = [{ offset: 1, bytes: Buffer.from('##').toString('base64') }];
  const details: SpeechDetails = {
    requestId: place,
    contentType: 'audio/wav',
    extension: 'wav',
    sizeBytes,
    audioSeconds: 1,
    computeSeconds: 1,
    normalisedText: '',
    words: [],
    unspokenWords: 0,
    patches,
  };
  await cache.adopt(place, file, details);
}

async function read(cache: AudioCache, place: string, shape: 'live' | 'file' = 'live') {
  const body = (await cache.find(place))?.body(shape);
  return body && (Buffer.isBuffer(body) ? body.toString() : '(a stream)');
}

test.each([0, 1_000_000])('a file has two shapes, with %i bytes of memory', async (memory) => {
  const cache = await open({ memory });
  await put(cache, 'a', 'RIFF');
  expect(await read(cache, 'a')).toBe('RIFF');
  expect(await read(cache, 'a', 'file')).toBe('R##F');
  expect(await read(cache, 'b')).toBeUndefined();
});

test('a restart finds what was kept and clears away what is half-written', async () => {
  await put(await open(), 'a', 'kept');
  await writeFile(join(dir, 'b.audio'), 'without details');
  await writeFile(join(dir, 'c.json.part'), '{');
  await writeFile(join(dir, 'spool', 'd'), 'cut off');
  const cache = await open();
  expect(await read(cache, 'a')).toBe('kept');
  expect((await readdir(dir)).sort()).toEqual(['a.audio', 'a.json', 'spool']);
  expect(await readdir(cache.spoolDir)).toEqual([]);
});

test('a damaged file is no answer', async () => {
  const cache = await open();
  await put(cache, 'a', 'whole');
  await truncate(join(dir, 'a.audio'), 2);
  expect(await read(cache, 'a')).toBeUndefined();
});

test('the least recently used leave when the disk is full', async () => {
  const cache = await open({ disk: 4000 });
  const body = 'x'.repeat(1500);
  await put(cache, 'a', body);
  await put(cache, 'b', body);
  await read(cache, 'a');
  await put(cache, 'c', body);
  expect(await read(cache, 'b')).toBeUndefined();
  expect(await read(cache, 'a')).toBe(body);
  await eventually(async () => expect(await readdir(dir)).not.toContain('b.audio'));
});

test('where the disk has no room left, it gives up the least recently used, and at last all', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  const cache = await open({ disk: 40 * 1024 * 1024, memory: 0 });
  const places = Array.from({ length: 10 }, (_, n) => `place-${n}`);
  for (const place of places) await put(cache, place, megabyte);
  await read(cache, 'place-0');
  expect(await cache.makeRoom()).toBe(true);
  const left = (await readdir(dir)).filter((name) => name.endsWith('.audio'));
  expect(left.sort()).toEqual(['place-0.audio', 'place-9.audio']);
  expect(await read(cache, 'place-9')).toBe(megabyte);
  expect(await read(cache, 'place-1')).toBeUndefined();
  expect(await cache.makeRoom()).toBe(true);
  expect(await cache.makeRoom()).toBe(false);
  expect(await readdir(dir)).toEqual(['spool']);
});

test('what could not be taken over whole leaves nothing behind', async () => {
  const cache = await open();
  await expect(put(cache, 'a', 'a part', 10)).rejects.toThrow('has 6 bytes');
  expect(await readdir(dir)).toEqual(['spool']);
  expect(await readdir(cache.spoolDir)).toEqual([]);
});
