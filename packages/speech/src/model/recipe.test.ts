import { expect, it } from 'vitest';
import { loadRecipe } from './recipe.ts';

it('holds kernels and ranges that were made for each other', async () => {
  const { kernels, ranges, residuals } = await loadRecipe();
  expect(ranges.size).toBe(48);
  // What the two source blocks and the six others begin their steps with; three begin with the same.
  expect(residuals.size).toBe(6 + 2 * 7);
  expect(kernels.size).toBe(12);
  for (const [output, { weights, bias }] of kernels) {
    const range = ranges.get(output);
    expect(weights.dims).toEqual([range?.outputLow.length, range?.inputLow.length, 4]);
    expect(bias.dims).toEqual([range?.outputLow.length]);
  }
});
