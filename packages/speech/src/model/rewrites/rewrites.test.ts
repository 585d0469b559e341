import { describe, expect, it } from 'vitest';
import { makeNode, type Node } from '../onnx/graph.ts';
import { byteScalar, floatScalar, longs, tensorOf } from '../onnx/tensor.ts';
import { fuseAdaptiveNorms } from './adaptive-norm.ts';
import { addDurationOutput, durationOutput } from './duration-output.ts';
import { makeConvolutionsFloat } from './float-convolutions.ts';
import { quantiseConvolutions } from './quantised-convolutions.ts';
import { countOperators, largestDifference, noise, runGraph, smallGraph } from './run-graph.ts';
import { makeStftConvolution } from './stft.ts';
import { tabulateActivations } from './tabulated-activations.ts';
import { makeTransposedConvolutionsOrdinary } from './transposed-convolutions.ts';
import { hideShapes } from './unknown-shapes.ts';

const ints = (...value: number[]) => ({ kind: 'ints', value }) as const;
const int = (value: number) => ({ kind: 'int', value }) as const;

describe('addDurationOutput', () => {
  it('names the durations as an output, once', () => {
    const graph = smallGraph(
      [makeNode('Abs', ['x'], durationOutput), makeNode('Sin', [durationOutput], 'y')],
      {},
    );
    const twice = addDurationOutput(addDurationOutput(graph));
    expect(twice.outputs.map(({ name }) => name)).toEqual(['y', durationOutput]);
  });

  it('refuses a model without them', () => {
    expect(() => addDurationOutput(smallGraph([makeNode('Sin', ['x'], 'y')], {}))).toThrow(
      durationOutput,
    );
  });
});

describe('makeConvolutionsFloat', () => {
  const graph = smallGraph(
    [
      makeNode('DynamicQuantizeLinear', ['x'], ['codes', 'scale', 'zero']),
      makeNode('ConvInteger', ['codes', 'w', 'zero', 'wz'], 'sum', { pads: ints(1, 1) }),
      makeNode('Mul', ['scale', 'ws'], 'both'),
      makeNode('Div', ['b', 'both'], 'b1'),
      makeNode('Floor', ['b1'], 'b2'),
      makeNode('Cast', ['b2'], 'b3', { to: int(6) }),
      makeNode('Reshape', ['b3', 'column'], 'b4'),
      makeNode('Add', ['sum', 'b4'], 'biased'),
      makeNode('Cast', ['biased'], 'float', { to: int(1) }),
      makeNode('Mul', ['float', 'both'], 'y'),
    ],
    {
      w: tensorOf(
        Uint8Array.from(noise(2 * 4 * 3), (value) => 128 + Math.round(value * 100)),
        [2, 4, 3],
      ),
      wz: byteScalar(128),
      ws: floatScalar(0.01),
      b: tensorOf(Float32Array.of(0.5, -0.25)),
      column: longs(1, -1, 1),
    },
  );

  it('computes the same but for the rounding of the input', async () => {
    const x = noise(4 * 50, 7);
    const before = await runGraph(graph, x);
    const rewritten = makeConvolutionsFloat(graph);
    expect(rewritten.nodes.map(({ opType }) => opType)).toEqual(['Conv']);
    const after = await runGraph(rewritten, x);
    expect(after.dims).toEqual(before.dims);
    // 12 products, each of a weight up to 1 and half a step of 2/255, and the bias' rounding down.
    expect(largestDifference(before.values, after.values)).toBeLessThan(12 * (1 / 255) + 0.0001);
  });
});

/** Norm as the exporter writes it, from `input` to `output`. */
function exportedNorm(input: string, output: string): Node[] {
  return [
    makeNode('ReduceMean', [input, 'time'], 'mean'),
    makeNode('Sub', [input, 'mean'], 'centred'),
    makeNode('Mul', ['centred', 'centred'], 'squares'),
    makeNode('ReduceMean', ['squares', 'time'], 'variance'),
    makeNode('Add', ['variance', 'epsilon'], 'shifted'),
    makeNode('Sqrt', ['shifted'], 'deviation'),
    makeNode('Div', ['centred', 'deviation'], 'normal'),
    makeNode('Mul', ['gamma', 'normal'], 'scaled'),
    makeNode('Add', ['scaled', 'beta'], output),
  ];
}
const column = (...values: number[]) => tensorOf(Float32Array.from(values), [1, values.length, 1]);
const normConstants = {
  time: longs(2),
  epsilon: floatScalar(1e-5),
  gamma: column(1, -2, 0.5, 3),
  beta: column(0, 1, -1, 0.25),
};

describe('fuseAdaptiveNorms', () => {
  it('makes one operation of a norm', async () => {
    const graph = smallGraph(exportedNorm('x', 'y'), normConstants);
    const fused = fuseAdaptiveNorms(graph);
    expect(countOperators(fused, 'InstanceNormalization')).toBe(1);
    expect(countOperators(fused, 'ReduceMean')).toBe(0);
    const x = noise(4 * 300).map((value, i) => value * 3 + i / 300);
    const [before, after] = await Promise.all([runGraph(graph, x), runGraph(fused, x)]);
    expect(largestDifference(before.values, after.values)).toBeLessThan(1e-4);
  });

  it('takes the Snake behind it along', async () => {
    const graph = smallGraph(
      [
        ...exportedNorm('x', 'normed'),
        makeNode('Mul', ['alpha', 'normed'], 'angle'),
        makeNode('Sin', ['angle'], 'sine'),
        makeNode('Pow', ['sine', 'two'], 'power'),
        makeNode('Mul', ['reciprocal', 'power'], 'wave'),
        makeNode('Add', ['normed', 'wave'], 'y'),
      ],
      {
        ...normConstants,
        alpha: column(0.5, 1, 2, 4),
        reciprocal: column(2, 1, 0.5, 0.25),
        two: floatScalar(2),
      },
    );
    const fused = fuseAdaptiveNorms(graph);
    expect(countOperators(fused, 'Pow')).toBe(0);
    expect(fused.nodes.at(-1)?.inputs).toContain('reciprocal');
    const x = noise(4 * 300);
    const [before, after] = await Promise.all([runGraph(graph, x), runGraph(fused, x)]);
    expect(largestDifference(before.values, after.values)).toBeLessThan(1e-4);
  });
});

describe('makeStftConvolution', () => {
  const graph = {
    ...smallGraph(
      [
        makeNode('Squeeze', ['x', 'first'], 'signal'),
        makeNode('STFT', ['signal', 'hop', 'window', 'size'], 'stft'),
        makeNode('Transpose', ['stft'], 'turned', { perm: ints(0, 2, 1, 3) }),
        makeNode('Gather', ['turned', 'zeroth'], 'real', { axis: int(3) }),
        makeNode('Gather', ['turned', 'oneth'], 'imaginary', { axis: int(3) }),
        makeNode('Concat', ['real', 'imaginary'], 'y', { axis: int(1) }),
      ],
      {
        first: longs(1),
        hop: tensorOf(BigInt64Array.of(5n), []),
        size: tensorOf(BigInt64Array.of(20n), []),
        window: tensorOf(noise(20, 3).map((value) => value + 1)),
        zeroth: tensorOf(BigInt64Array.of(0n), []),
        oneth: tensorOf(BigInt64Array.of(1n), []),
      },
      1,
    ),
  };

  it('answers the same spectrum', async () => {
    const convolved = makeStftConvolution(graph);
    expect(countOperators(convolved, 'STFT')).toBe(0);
    const x = noise(400, 5);
    const before = await runGraph(graph, x, 1);
    const after = await runGraph(convolved, x, 1);
    expect(after.dims).toEqual(before.dims);
    expect(largestDifference(before.values, after.values)).toBeLessThan(1e-4);
  });

  it('gives a negative offset the phase +π, and never divides nothing by nothing', async () => {
    const { values, dims } = await runGraph(
      makeStftConvolution(graph),
      new Float32Array(40).fill(-0.3),
      1,
    );
    const frames = dims[2] ?? 0;
    expect(values[0]).toBeLessThan(-1);
    expect(values[11 * frames]).toBeGreaterThan(0);
    const silence = await runGraph(makeStftConvolution(graph), new Float32Array(40), 1);
    expect(silence.values.slice(0, 11 * frames).every((value) => value !== 0)).toBe(true);
  });
});

describe('makeTransposedConvolutionsOrdinary', () => {
  it('answers the same samples', async () => {
    const graph = smallGraph(
      [
        makeNode('ConvTranspose', ['x', 'w', 'b'], 'y', {
          strides: ints(6),
          kernel_shape: ints(12),
          pads: ints(3, 3),
        }),
      ],
      { w: tensorOf(noise(4 * 3 * 12, 9), [4, 3, 12]), b: tensorOf(Float32Array.of(1, -1, 0.5)) },
    );
    const ordinary = makeTransposedConvolutionsOrdinary(graph);
    expect(countOperators(ordinary, 'ConvTranspose')).toBe(0);
    const x = noise(4 * 37, 2);
    const [before, after] = await Promise.all([runGraph(graph, x), runGraph(ordinary, x)]);
    expect(after.dims).toEqual(before.dims);
    expect(largestDifference(before.values, after.values)).toBeLessThan(1e-5);
  });

  it('leaves other kernels alone', () => {
    const node = makeNode('ConvTranspose', ['x', 'w'], 'y', { strides: ints(5), pads: ints(0, 0) });
    const graph = smallGraph([node], { w: tensorOf(noise(4 * 20), [4, 1, 20]) });
    expect(makeTransposedConvolutionsOrdinary(graph).nodes).toEqual([node]);
  });
});

describe('quantiseConvolutions', () => {
  const channels = 8;
  const factors = Float32Array.from({ length: channels }, (_, c) => 4 ** (c - 4));
  const graph = smallGraph(
    [
      makeNode('Mul', ['x', 'factors'], 'input'),
      makeNode('Conv', ['input', 'w', 'b'], 'y', { pads: ints(2, 2), kernel_shape: ints(5) }),
    ],
    {
      factors: tensorOf(factors, [1, channels, 1]),
      // Loud channels have small weights, as in a trained network. Every other weight is 0: processors
      // without VNNI add products in pairs of 16 bits, which noise at full scale would overflow. That
      // the model's own sums do not is for the set-up's gate to measure, on the processor at hand.
      w: tensorOf(
        noise(channels * channels * 5, 4).map((value, i) => {
          const channel = Math.floor(i / 5) % channels;
          return (channel + (i % 5)) % 2 === 0 ? value / (factors[channel] ?? 1) : 0;
        }),
        [channels, channels, 5],
      ),
      b: tensorOf(noise(channels, 6)),
    },
    channels,
  );
  const rangesOf = (values: Float32Array): { low: Float32Array; high: Float32Array } => {
    const time = values.length / channels;
    const rows = Array.from({ length: channels }, (_, c) =>
      values.subarray(c * time, (c + 1) * time),
    );
    return {
      low: Float32Array.from(rows, (row) => Math.min(...row)),
      high: Float32Array.from(rows, (row) => Math.max(...row)),
    };
  };

  it('stays within a few steps although the channels differ ten-thousandfold', async () => {
    const x = noise(channels * 400, 8);
    const before = await runGraph(graph, x, channels);
    const time = x.length / channels;
    const input = rangesOf(x.map((value, i) => value * (factors[Math.floor(i / time)] ?? 1)));
    const output = rangesOf(before.values);
    const quantised = quantiseConvolutions(
      graph,
      new Map([
        [
          'y',
          {
            inputLow: input.low,
            inputHigh: input.high,
            outputLow: output.low,
            outputHigh: output.high,
          },
        ],
      ]),
    );
    expect(quantised.nodes.map(({ opType }) => opType)).toEqual([
      'QuantizeLinear',
      'QLinearConv',
      'DequantizeLinear',
    ]);
    const after = await runGraph(quantised, x, channels);
    const range = Math.max(...output.high) - Math.min(...output.low);
    expect(largestDifference(before.values, after.values)).toBeLessThan((4 * range) / 255);
  });

  it('refuses a calibration of another model', () => {
    const empty = new Float32Array();
    const ranges = { inputLow: empty, inputHigh: empty, outputLow: empty, outputHigh: empty };
    expect(() => quantiseConvolutions(graph, new Map([['other', ranges]]))).toThrow(
      'other is no convolution',
    );
  });
});

describe('tabulateActivations', () => {
  const vector = (...values: number[]) => tensorOf(Float32Array.from(values));
  const codesOf = (input: string, scales: string, output: string): Node =>
    makeNode('QuantizeLinear', [input, scales, 'zeros'], output, { axis: int(1) });
  const graph = smallGraph(
    [
      codesOf('x', 'fine', 'codes'),
      makeNode('DequantizeLinear', ['codes', 'fine', 'zeros'], 'value', { axis: int(1) }),
      makeNode('InstanceNormalization', ['value', 'gamma', 'beta'], 'u', {
        epsilon: { kind: 'float', value: 1e-5 },
      }),
      makeNode('Sin', ['u'], 'sine'),
      makeNode('Mul', ['sine', 'sine'], 'square'),
      makeNode('Add', ['u', 'square'], 'snake'),
      codesOf('snake', 'coarse', 'result'),
      makeNode('DequantizeLinear', ['result', 'coarse', 'zeros'], 'y', { axis: int(1) }),
    ],
    {
      zeros: tensorOf(Uint8Array.of(128, 100, 30, 128)),
      fine: vector(0.008, 0.01, 0.02, 0.008),
      coarse: vector(0.04, 0.05, 0.06, 0.04),
      gamma: vector(1, 2, -0.5, 1),
      beta: vector(0, 1, 0.3, 0.7),
    },
  );

  it('looks up what was computed, also for a channel that never changes', async () => {
    const tabulated = tabulateActivations(graph, new Map());
    expect(countOperators(tabulated, 'InstanceNormalization')).toBe(0);
    expect(countOperators(tabulated, 'GatherElements')).toBe(1);
    const time = 500;
    const x = noise(4 * time, 11).map((value, i) => (i < 3 * time ? value : 0.9));
    const [before, after] = await Promise.all([runGraph(graph, x), runGraph(tabulated, x)]);
    expect(after.values.every(Number.isFinite)).toBe(true);
    // Rounding of mean and variance may move a value across the border between two codes.
    expect(largestDifference(before.values, after.values)).toBeLessThan(0.0601);
    const moved = before.values.filter((value, i) => value !== after.values[i]);
    expect(moved.length).toBeLessThan(before.values.length / 100);
  });

  it('leaves a norm alone whose input others read', () => {
    const shared = { ...graph, nodes: [...graph.nodes, makeNode('Abs', ['value'], 'z')] };
    const outputs = [...graph.outputs, { name: 'z', type: 1 }];
    expect(
      countOperators(tabulateActivations({ ...shared, outputs }, new Map()), 'GatherElements'),
    ).toBe(0);
  });

  it('rounds what a step begins with once for all who normalise it', async () => {
    const branch = (name: string, gamma: string): Node[] => [
      makeNode('InstanceNormalization', ['x', gamma, 'beta'], `${name}.u`, {
        epsilon: { kind: 'float', value: 1e-5 },
      }),
      makeNode('Sin', [`${name}.u`], `${name}.sine`),
      makeNode('Mul', [`${name}.sine`, `${name}.sine`], `${name}.square`),
      makeNode('Add', [`${name}.u`, `${name}.square`], `${name}.snake`),
      codesOf(`${name}.snake`, 'coarse', `${name}.codes`),
      makeNode('DequantizeLinear', [`${name}.codes`, 'coarse', 'zeros'], `${name}.y`, {
        axis: int(1),
      }),
    ];
    const residual = {
      ...graph,
      nodes: [
        ...branch('a', 'gamma'),
        ...branch('b', 'beta'),
        makeNode('Sub', ['a.y', 'b.y'], 'y'),
      ],
    };
    const low = new Float32Array(4).fill(-1);
    const high = new Float32Array(4).fill(1);
    const tabulated = tabulateActivations(residual, new Map([['x', { low, high }]]));
    expect(countOperators(tabulated, 'GatherElements')).toBe(2);
    // One for x, one for each table.
    expect(countOperators(tabulated, 'QuantizeLinear')).toBe(3);
    const x = noise(4 * 500, 11);
    const [before, after] = await Promise.all([runGraph(residual, x), runGraph(tabulated, x)]);
    // Half a step of 2/255, steepened by γ ≤ 2 over a deviation of 0.58 and by the Snake's slope ≤ 2, in both
    // branches, and a step of the result in each.
    const rounding = ((2 / 255 / 2) * 2 * 2) / 0.55;
    expect(largestDifference(before.values, after.values)).toBeLessThan(2 * rounding + 2 * 0.06);
    const error = before.values.map((value, i) => (value - (after.values[i] ?? 0)) ** 2);
    expect(Math.sqrt(error.reduce((a, b) => a + b) / error.length)).toBeLessThan(0.03);
  });
});

describe('hideShapes', () => {
  it('lets the runtime infer no shape, and compute the same', async () => {
    const graph = smallGraph(
      [makeNode('Reshape', ['x', 'shape'], 'rows'), makeNode('Transpose', ['rows'], 'y')],
      { shape: longs(4, -1) },
    );
    const x = noise(40, 12);
    const [open, hidden] = [await runGraph(graph, x), await runGraph(hideShapes(graph), x)];
    expect(open.inferred).toHaveLength(2);
    expect(hidden).toEqual({ ...open, inferred: [] });
  });
});
