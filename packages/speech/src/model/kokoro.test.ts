import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import {
  frameSamples,
  type KokoroModel,
  openKokoro,
  type PieceAudio,
  type PieceInput,
} from './kokoro.ts';
import { melDistanceDecibels } from './mel-distance.ts';
import { kokoroPaths, prepareKokoro } from './prepare.ts';
import { melGateDecibels } from './quality-gate.ts';
import type { Variant } from './variants.ts';
import { tokenise } from './vocabulary.ts';
import { loadVoicePack, styleSize } from './voice-pack.ts';

const modelsDir = testModelsDir();
const paths = kokoroPaths(modelsDir);

async function open(variant: Variant): Promise<KokoroModel> {
  const { modelFile } = await prepareKokoro({
    ...paths,
    variant,
  });
  return openKokoro({ modelFile, threads: 1 });
}

async function inputOf(phonemes: string, speed = 1): Promise<PieceInput> {
  const tokens = tokenise(phonemes);
  const pack = await loadVoicePack(join(modelsDir, 'voices', 'af_heart.bin'));
  return { tokens, style: pack.style(tokens.length), speed };
}

/** Comparing hashes: an assertion on arrays this long takes seconds. */
function bitsOf({ samples, tokenFrames }: PieceAudio): string {
  const hash = createHash('sha256');
  for (const array of [samples, tokenFrames]) hash.update(new Uint8Array(array.buffer));
  return hash.digest('hex');
}

let quantised: KokoroModel;
beforeAll(async () => {
  quantised = await open('quantised');
});
afterAll(() => quantised?.close());

describe('a model', () => {
  it('answers samples and the frames of every token, which add up to them', async () => {
    for (const speed of [0.5, 1, 2]) {
      const input = await inputOf('ðɪs ɪz ɐ tˈɛst.', speed);
      const { samples, tokenFrames } = await quantised.run(input);
      expect(tokenFrames).toHaveLength(input.tokens.length + 2);
      const frames = tokenFrames.reduce((sum, count) => sum + count, 0);
      expect(frames * frameSamples).toBe(samples.length);
      expect(samples.every(Number.isFinite)).toBe(true);
      expect(samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0)).toBeGreaterThan(
        0.05,
      );
    }
  });

  it('says the same bits each time, also when runs overlap', async () => {
    const [first, other] = await Promise.all([inputOf('ɡˈʊd mˈɔɹnɪŋ.'), inputOf('jˈɛs!')]);
    const alone = await quantised.run(first);
    const [again, between, last] = await Promise.all([
      quantised.run(first),
      quantised.run(other),
      quantised.run(first),
    ]);
    expect(bitsOf(again)).toBe(bitsOf(alone));
    expect(bitsOf(last)).toBe(bitsOf(alone));
    expect(bitsOf(between)).not.toBe(bitsOf(alone));
  });

  it('lets its process go on while it computes', async () => {
    const run = quantised.run(await inputOf('ɡˈʊd mˈɔɹnɪŋ.'));
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 1);
    await run;
    clearInterval(turn);
    expect(turns).toBeGreaterThan(1);
  });

  it('refuses what it cannot say, and goes on', async () => {
    const good = await inputOf('nˈO.');
    const refuse = async (change: Partial<PieceInput>, message: string): Promise<void> => {
      await expect(async () => quantised.run({ ...good, ...change })).rejects.toThrow(message);
    };
    await refuse({ tokens: [] }, 'tokens: must be 1 to 510, not 0');
    await refuse({ tokens: Array<number>(511).fill(43) }, 'not 511');
    await refuse({ tokens: [43, 7] }, 'tokens: 7 is not in the vocabulary');
    await refuse({ style: new Float32Array(255) }, 'style: must be 256');
    await refuse({ style: new Float32Array(styleSize).fill(Number.NaN) }, 'style');
    for (const speed of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      await refuse({ speed }, 'speed: must be a number above 0');
    }
    expect((await quantised.run(good)).samples.length).toBeGreaterThan(0);
  });

  it('is named by its content', () => {
    expect(quantised.variant).toBe('quantised');
    expect(quantised.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it('sounds as the float model does', async () => {
    const float = await open('float');
    const input = await inputOf('ˈɛvɹi bˈYz ɛnʤˈYd ðə nˈYzi tˈYz.');
    const [reference, take] = [await float.run(input), await quantised.run(input)];
    await float.close();
    expect(take.tokenFrames).toEqual(reference.tokenFrames);
    const distance = melDistanceDecibels(reference.samples, take.samples);
    expect(distance).toBeGreaterThan(0);
    expect(distance).toBeLessThan(melGateDecibels);
  });
});

describe('openKokoro', () => {
  it('refuses the published file, which tells no durations', async () => {
    await expect(openKokoro({ modelFile: paths.shippedModelFile, threads: 1 })).rejects.toThrow(
      'prepareKokoro',
    );
  });

  it('refuses a senseless number of threads', async () => {
    await expect(openKokoro({ modelFile: paths.shippedModelFile, threads: 0 })).rejects.toThrow(
      'threads',
    );
  });
});
