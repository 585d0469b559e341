import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadVoicePack, maxTokens, styleSize } from './voice-pack.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'voiceflow-voice-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function store(rows: Float32Array): Promise<string> {
  const file = join(directory, 'voice.bin');
  await writeFile(file, new Uint8Array(rows.buffer));
  return file;
}

describe('loadVoicePack', () => {
  it('answers the row of a passage length, and the last one for longer passages', async () => {
    const rows = Float32Array.from({ length: maxTokens * styleSize }, (_, i) =>
      Math.floor(i / styleSize),
    );
    const pack = await loadVoicePack(await store(rows));
    expect(pack.style(1)).toEqual(new Float32Array(styleSize).fill(0));
    expect(pack.style(200)).toEqual(new Float32Array(styleSize).fill(199));
    expect(pack.style(510)).toEqual(new Float32Array(styleSize).fill(509));
    expect(pack.style(9999)).toEqual(new Float32Array(styleSize).fill(509));
  });

  it('refuses a file of another size or with values that are no numbers', async () => {
    const short = await store(new Float32Array(256));
    await expect(loadVoicePack(short)).rejects.toThrow('522240 bytes, this file 1024');
    const rows = new Float32Array(maxTokens * styleSize);
    rows[77] = Number.NaN;
    await expect(loadVoicePack(await store(rows))).rejects.toThrow('not finite');
  });
});
