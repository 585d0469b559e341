import { expect, it } from 'vitest';
import { makeNode } from '../onnx/graph.ts';
import { tensorOf } from '../onnx/tensor.ts';
import { largestDifference, noise, runGraph, smallGraph } from './run-graph.ts';
import { shortenKernels } from './short-kernels.ts';

const ints = (...value: number[]) => ({ kind: 'ints', value }) as const;

/** A convolution of 7 taps, 3 samples apart. */
function longKernel(weights: Float32Array, bias: Float32Array) {
  return smallGraph(
    [
      makeNode('Conv', ['x', 'weights', 'bias'], 'first', {
        kernel_shape: ints(7),
        dilations: ints(3),
        pads: ints(9, 9),
      }),
      makeNode('Abs', ['first'], 'y'),
    ],
    { weights: tensorOf(weights, [4, 4, 7]), bias: tensorOf(bias) },
  );
}

const weights = noise(4 * 4 * 4, 3);
const bias = noise(4, 4);
const short = { weights: tensorOf(weights, [4, 4, 4]), bias: tensorOf(bias), spacing: 2 };
const other = longKernel(noise(4 * 4 * 7), noise(4, 6));

it('computes what a long kernel with zeros between the taps computes', async () => {
  const sparse = Float32Array.from({ length: 4 * 4 * 7 }, (_, i) =>
    (i % 7) % 2 === 0 ? (weights[Math.floor(i / 7) * 4 + (i % 7) / 2] ?? 0) : 0,
  );
  const shortened = shortenKernels(other, new Map([['first', short]]));
  const x = noise(4 * 100, 5);
  const [long, made] = [await runGraph(longKernel(sparse, bias), x), await runGraph(shortened, x)];
  expect(made.dims).toEqual(long.dims);
  expect(largestDifference(made.values, long.values)).toBeLessThan(1e-4);
});

it('refuses a model that has no such convolution, and taps without a middle', () => {
  expect(() => shortenKernels(other, new Map([['y', short]]))).toThrow('is no convolution');
  const uneven = { ...short, spacing: 1 };
  expect(() => shortenKernels(other, new Map([['first', uneven]]))).toThrow('have no middle');
});
