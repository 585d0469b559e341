import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

const text = 'The whole of it.';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vf-write-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** A file on a disk that has room for so many bytes. */
async function openOn(disk: { room: number }) {
  const file = await open(join(dir, 'file'), 'w+');
  const write = async (bytes: Buffer, offset: number, length: number, position: number) => {
    if (disk.room === 0) {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    }
    const taken = await file.write(bytes, offset, Math.min(length, disk.room), position);
    disk.room -= taken.bytesWritten;
    return taken;
  };
  return { file, handle: { write } };
}

test('what a nearly full disk takes in parts comes whole, once there is room', async () => {
  const disk = { room: 5 };
  const { file, handle } = await openOn(disk);
  let asked = 0;
  await writeWhole(handle, { bytes: Buffer.from(text), position: 2 }, async () => {
    asked += 1;
    disk.room = 6;
    return true;
  });
  await file.close();
  expect(asked).toBe(2);
  expect((await readFile(join(dir, 'file'), 'utf8')).slice(2)).toBe(text);
});

test('where no room can be made, it says what the disk said', async () => {
  const { file, handle } = await openOn({ room: 5 });
  const written = writeWhole(handle, { bytes: Buffer.from(text), position: 0 }, async () => false);
  await expect(written).rejects.toThrow('no space left');
  await file.close();
});

test('another error is no want of room', async () => {
  const file = await open(join(dir, 'file'), 'w+');
  await file.close();
  const written = writeWhole(file, { bytes: Buffer.from(text), position: 0 }, () => {
    throw new Error('asked for room');
  });
  await expect(written).rejects.toThrow('file closed');
});
