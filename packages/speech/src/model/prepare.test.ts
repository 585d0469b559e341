import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { hashFile } from '../files/hash-file.ts';
import { ensureDerivedFile, removeLeftovers } from './derived-file.ts';
import {
  findPreparedKokoro,
  kokoroPaths,
  type PreparedKokoro,
  pickVariant,
  prepareKokoro,
} from './prepare.ts';
import type { Variant } from './variants.ts';

const modelsDir = testModelsDir();
let derivedDir: string;
beforeEach(async () => {
  derivedDir = await mkdtemp(join(tmpdir(), 'voiceflow-derived-'));
});
afterEach(() => rm(derivedDir, { recursive: true }));

function prepare(messages: string[] = []): Promise<PreparedKokoro> {
  return prepareKokoro({
    ...kokoroPaths(modelsDir),
    derivedDir,
    variant: 'shipped',
    progress: (message) => messages.push(message),
  });
}

/** The file beside the model that its large constants are in. */
const weightsOf = (modelFile: string) => modelFile.replace('.onnx', '.weights');

describe('prepareKokoro', () => {
  it('makes a variant once, and again only when the file is not what it was', async () => {
    const messages: string[] = [];
    const { modelFile, variant } = await prepare(messages);
    expect(variant).toBe('shipped');
    const hashes = () => Promise.all([modelFile, weightsOf(modelFile)].map(hashFile));
    const whole = await hashes();
    await prepare(messages);
    expect(messages).toEqual(['Making the shipped model']);

    await truncate(modelFile, 1000);
    await prepare(messages);
    expect(await hashes()).toEqual(whole);

    const damaged = await open(weightsOf(modelFile), 'r+');
    await damaged.write('#', 50_000_000);
    await damaged.close();
    await prepare(messages);
    expect(await hashes()).toEqual(whole);
    expect(messages).toHaveLength(3);
  });

  it('is found to have nothing to do only where all is there and whole', async () => {
    const find = () => findPreparedKokoro({ derivedDir, variant: 'shipped' });
    expect(await find()).toBeUndefined();
    const { modelFile } = await prepare();
    expect(await find()).toBe(modelFile);
    expect(await findPreparedKokoro({ derivedDir, variant: 'auto' })).toBeUndefined();
    await truncate(weightsOf(modelFile), 1000);
    expect(await find()).toBeUndefined();
  });

  it('clears away what earlier versions made', async () => {
    const stale = join(derivedDir, 'float-0123456789abcdef.onnx');
    for (const file of [stale, weightsOf(stale)]) {
      await writeFile(file, 'old');
      await writeFile(`${file}.sha256`, 'old');
    }
    const { modelFile } = await prepare();
    const made = [modelFile, weightsOf(modelFile)].map((file) => basename(file));
    expect((await readdir(derivedDir)).toSorted()).toEqual(
      made.flatMap((name) => [name, `${name}.sha256`]),
    );
  });

  it('refuses another model, naming the file', async () => {
    const other = join(derivedDir, 'other.onnx');
    await writeFile(other, 'not a model');
    await expect(
      prepareKokoro({
        ...kokoroPaths(modelsDir),
        shippedModelFile: other,
        derivedDir,
        variant: 'float',
      }),
    ).rejects.toThrow(`${other}: is not the model`);
  });
});

describe('ensureDerivedFile', () => {
  it('trusts nothing that a killed process left', async () => {
    const file = join(derivedDir, 'file');
    const script = `
      import { ensureDerivedFile } from ${JSON.stringify(join(import.meta.dirname, 'derived-file.ts'))};
      import { writeFile } from 'node:fs/promises';
      await ensureDerivedFile(${JSON.stringify(file)}, async (temporary) => {
        await writeFile(temporary, 'half');
        process.stdout.write('writing');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(derivedDir)).toHaveLength(1);

    await removeLeftovers(derivedDir);
    expect(await readdir(derivedDir)).toEqual([]);
    const write = (temporary: string) => writeFile(temporary, 'whole');
    expect(await ensureDerivedFile(file, write)).toBe(true);
    expect(await ensureDerivedFile(file, write)).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('whole');
  });

  it('leaves nothing behind when writing fails, and says when the disk is full', async () => {
    const full = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' });
    const failing = ensureDerivedFile(join(derivedDir, 'file'), async (temporary) => {
      await writeFile(temporary, 'half');
      throw full;
    });
    await expect(failing).rejects.toThrow(`${derivedDir}: the disk is full`);
    expect(await readdir(derivedDir)).toEqual([]);
  });

  it('leaves a file of a process that is still running', async () => {
    const mine = join(derivedDir, `file.${process.pid}.tmp`);
    await writeFile(mine, 'half');
    await removeLeftovers(derivedDir);
    expect((await stat(mine)).size).toBe(4);
  });
});

describe('pickVariant', () => {
  const measured = (quantisedWithinGate: boolean, quantisedCpu = 0.3) => {
    const ofVariant = (variant: Variant, cpuSecondsPerAudioSecond: number, withinGate = true) => ({
      variant,
      cpuSecondsPerAudioSecond,
      melDistanceDecibels: 1,
      opinion: 3,
      withinGate,
    });
    return [
      ofVariant('float', 0.6),
      ofVariant('quantised', quantisedCpu, quantisedWithinGate),
      ofVariant('shipped', 0.9),
    ];
  };

  it('takes the fastest that sounds right', () => {
    expect(pickVariant(measured(true))).toBe('quantised');
    expect(pickVariant(measured(false))).toBe('float');
    expect(pickVariant(measured(true, 0.8))).toBe('float');
  });
});
