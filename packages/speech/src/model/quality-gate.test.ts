import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { deriveGraph, readShipped, saveModel } from './derive.ts';
import { openKokoro } from './kokoro.ts';
import { measureVariant } from './measure-variant.ts';
import { kokoroPaths, prepareKokoro } from './prepare.ts';
import { measureQuality, soundsRight } from './quality-gate.ts';
import { loadRecipe } from './recipe.ts';
import type { Calibration } from './rewrites/quantised-convolutions.ts';
import { openQualityJudge } from './speech-quality.ts';
import type { Variant } from './variants.ts';

const paths = kokoroPaths(testModelsDir());

async function takesOf(modelFile: string): Promise<Float32Array[]> {
  const model = await openKokoro({ modelFile, threads: 1 });
  const { takes } = await measureVariant(model, paths.voicesDir);
  await model.close();
  return takes;
}

async function takesOfVariant(variant: Variant): Promise<Float32Array[]> {
  return takesOf((await prepareKokoro({ ...paths, variant })).modelFile);
}

/** What the quantised model says when its convolutions clip at a third of what they should hold. */
async function takesOfClipping(): Promise<Float32Array[]> {
  const recipe = await loadRecipe();
  const third = (values: Float32Array) => values.map((value) => value / 3);
  const narrow: Calibration = new Map(
    [...recipe.ranges].map(([convolution, range]) => [
      convolution,
      {
        inputLow: third(range.inputLow),
        inputHigh: third(range.inputHigh),
        outputLow: third(range.outputLow),
        outputHigh: third(range.outputHigh),
      },
    ]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'voiceflow-clipping-'));
  try {
    const file = join(folder, 'quantised-clipping.onnx');
    await saveModel(
      deriveGraph(await readShipped(paths.shippedModelFile), 'quantised', {
        ...recipe,
        ranges: narrow,
      }),
      file,
    );
    return await takesOf(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('lets the quantised variant serve and refuses a damaged one, by distance and by opinion', async () => {
  const judge = await openQualityJudge(paths.judgeFile);
  const floatTakes = await takesOfVariant('float');
  const float = await measureQuality(judge, floatTakes, floatTakes);
  const quantised = await measureQuality(judge, await takesOfVariant('quantised'), floatTakes);
  const damaged = await measureQuality(judge, await takesOfClipping(), floatTakes);
  await judge.close();

  expect(float.melDistanceDecibels).toBe(0);
  expect(soundsRight('float', float, float)).toBe(true);
  expect(soundsRight('quantised', quantised, float)).toBe(true);
  const byDistance = { ...damaged, opinion: float.opinion };
  expect(soundsRight('quantised', byDistance, float)).toBe(false);
  const byOpinion = { ...damaged, melDistanceDecibels: 0 };
  expect(soundsRight('quantised', byOpinion, float)).toBe(false);
  expect(soundsRight('shipped', damaged, float)).toBe(false);
});
