import { createHash } from 'node:crypto';
import { loadCalibration } from './calibration.ts';
import { loadKernels } from './kernels.ts';
import type { Calibration } from './rewrites/quantised-convolutions.ts';
import type { ShortKernels } from './rewrites/short-kernels.ts';
import type { Residuals } from './rewrites/tabulated-activations.ts';

/** What the quantised variant takes besides the published model. */
export interface Recipe {
  kernels: ShortKernels;
  ranges: Calibration;
  residuals: Residuals;
}

export interface StoredRecipe extends Recipe {
  /** sha256 of the published model that it is for. */
  modelSha256: string;
  /** Of all that it holds, for cache keys. */
  sha256: string;
}

/** Reads the recipe that lies in this package. @throws when its parts were not made for each other */
export async function loadRecipe(): Promise<StoredRecipe> {
  const [{ header, ranges, residuals }, short] = await Promise.all([
    loadCalibration(),
    loadKernels(),
  ]);
  const { modelSha256, valuesSha256, kernelsSha256 } = header;
  if (kernelsSha256 !== short.header.valuesSha256 || modelSha256 !== short.header.modelSha256) {
    throw new Error('The calibration was measured with other kernels: run tools/calibrate.ts');
  }
  const sha256 = createHash('sha256').update(`${kernelsSha256}\n${valuesSha256}`).digest('hex');
  return { kernels: short.kernels, ranges, residuals, modelSha256, sha256 };
}
