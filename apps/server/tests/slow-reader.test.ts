import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Roles } from './roles.ts';
import { eventually } from './support/eventually.ts';
import { type StandInWorker, serveStandIn } from './support/stand-in-worker.ts';

const mebibyte = 1024 * 1024;
const pieces = 400;

let roles: Roles;
let api: ChildProcess;
let madePieces = 0;
let stopped = false;
let worker: StandInWorker;

// A worker that makes a mebibyte a piece faster than any engine: what is tested is who holds it.
beforeAll(async () => {
  roles = await Roles.prepare({ CACHE_MEMORY_MB: '16' });
  api = await roles.startApi();
  worker = serveStandIn(roles, async function* () {
    try {
      yield {
        type: 'event',
        event: 'started',
        data: { normalisedText: 'noise', contentType: 'audio/pcm', extension: 'pcm' },
      };
      for (let piece = 0; piece < pieces; piece++) {
        yield { type: 'bytes', bytes: Buffer.alloc(mebibyte, piece) };
        madePieces = piece + 1;
      }
      yield {
        type: 'event',
        event: 'done',
        data: { audioSeconds: 1, computeSeconds: 1, unspokenWords: 0, patches: [] },
      };
    } finally {
      stopped = true;
    }
  });
  await roles.ready();
});

afterAll(async () => {
  await worker?.close(0);
  await roles?.stop();
});

async function residentMebibytes(): Promise<number> {
  const status = await readFile(`/proc/${api.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

test.runIf(process.platform === 'linux')(
  'a reader that stops reading stops the work; nothing piles up in memory',
  async () => {
    const socket = roles.openStream('a slow reader');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    await eventually(async () => {
      const before = madePieces;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(madePieces).toBe(before);
    });
    // What the kernel buffers on the way is megabytes, yet far from all of it.
    expect(madePieces).toBeLessThan(pieces / 4);
    expect(await residentMebibytes()).toBeLessThan(190);

    socket.destroy();
    await eventually(() => expect(stopped).toBe(true));
    const madeAtTheEnd = madePieces;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(madePieces).toBe(madeAtTheEnd);
  },
);
