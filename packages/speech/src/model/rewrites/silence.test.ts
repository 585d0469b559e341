import { describe, expect, it } from 'vitest';
import { type Graph, makeNode, type Node } from '../onnx/graph.ts';
import { longs, tensorOf } from '../onnx/tensor.ts';
import { largestDifference, noise, runGraph, smallGraph } from './run-graph.ts';
import { skipSilence } from './silence.ts';

const channels = 4;
const int = (value: number) => ({ kind: 'int', value }) as const;

/** The values that a decoder reads, of `x`: its last channel is the energy of each frame. */
const planned: Node[] = [
  makeNode('Identity', ['x'], '/encoder/MatMul_1_output_0'),
  makeNode('Gather', ['x', 'last'], 'energy.of.frames', { axis: int(1) }),
  makeNode('Transpose', ['energy.of.frames'], 'column', {
    perm: { kind: 'ints', value: [0, 2, 1] },
  }),
  makeNode('Concat', ['column', 'column'], 'halves', { axis: int(2) }),
  makeNode('Reshape', ['halves', 'row'], '/encoder/Reshape_1_output_0'),
  makeNode('Neg', ['/encoder/Reshape_1_output_0'], '/encoder/Reshape_output_0'),
];
const constants = {
  last: longs(channels - 1),
  row: longs(1, -1),
  time: longs(2),
  gamma: tensorOf(Float32Array.of(1, -2, 0.5, 3)),
  beta: tensorOf(Float32Array.of(0, 1, -1, 0.25)),
};
const sums = [
  makeNode('Identity', ['/encoder/Reshape_output_0'], 'pitch'),
  makeNode('ReduceMax', ['pitch'], 'lowest', { keepdims: int(0) }),
  makeNode('Identity', ['/encoder/Reshape_1_output_0'], 'energy'),
  makeNode('ReduceMax', ['energy'], 'highest', { keepdims: int(0) }),
  makeNode('Sub', ['lowest', 'lowest'], 'nothing'),
  makeNode('Sub', ['highest', 'highest'], 'nothing.either'),
  makeNode('Add', ['nothing', 'nothing.either'], 'zero'),
];

/** Norms of the features, as the float variant has them. */
const norms = smallGraph(
  [
    ...planned,
    ...sums,
    makeNode('InstanceNormalization', ['/encoder/MatMul_1_output_0', 'gamma', 'beta'], 'normed', {
      epsilon: { kind: 'float', value: 1e-5 },
    }),
    makeNode('Add', ['normed', 'zero'], 'y'),
  ],
  constants,
);

/** Means over time of the features and of their squares, as tables are made with. */
const means = smallGraph(
  [
    ...planned,
    ...sums,
    makeNode('ReduceMean', ['/encoder/MatMul_1_output_0', 'time'], 'mean'),
    makeNode('Sub', ['/encoder/MatMul_1_output_0', 'mean'], 'centred'),
    makeNode('Mul', ['/encoder/MatMul_1_output_0', '/encoder/MatMul_1_output_0'], 'squares'),
    makeNode('ReduceMean', ['squares', 'time'], 'power'),
    makeNode('Mul', ['centred', 'power'], 'scaled'),
    makeNode('Add', ['scaled', 'zero'], 'y'),
  ],
  constants,
);

/** [1, channels, time] of silence, all of whose frames are alike, and speech between. */
function framesOf({ before, spoken, behind }: Record<'before' | 'spoken' | 'behind', number>) {
  const time = before + spoken + behind;
  const speech = noise(channels * spoken, 3);
  return Float32Array.from({ length: channels * time }, (_, at) => {
    const [channel, frame] = [Math.floor(at / time), at % time];
    const isSpoken = frame >= before && frame < before + spoken;
    if (channel === channels - 1) return isSpoken ? 5 : -9;
    return isSpoken ? (speech[channel * spoken + frame - before] ?? 0) * 4 : channel;
  });
}

/** A part of each channel. */
function part(values: Float32Array, from: number, to: number): Float32Array {
  const time = values.length / channels;
  const length = to - from;
  return Float32Array.from({ length: channels * length }, (_, at) => {
    const channel = Math.floor(at / length);
    return values[channel * time + from + (at % length)] ?? Number.NaN;
  });
}

describe.each([
  ['norms', norms],
  ['means', means],
])('skipSilence, with %s over time', (_, graph: Graph) => {
  it('leaves out silence before and behind, and changes nothing between', async () => {
    const x = framesOf({ before: 20, spoken: 50, behind: 30 });
    const [all, heard] = await Promise.all([runGraph(graph, x), runGraph(skipSilence(graph), x)]);
    // Four frames before the first loud one, six behind the last.
    expect(heard.dims).toEqual([1, channels, 4 + 50 + 6]);
    expect(largestDifference(part(all.values, 16, 76), heard.values)).toBeLessThan(1e-4);
  });

  it.each([
    ['no silence', { before: 0, spoken: 40, behind: 0 }],
    ['little silence', { before: 3, spoken: 40, behind: 5 }],
    ['nothing but silence', { before: 25, spoken: 0, behind: 0 }],
  ])('leaves out nothing where there is %s', async (_, frames) => {
    const x = framesOf(frames);
    const [all, heard] = await Promise.all([runGraph(graph, x), runGraph(skipSilence(graph), x)]);
    expect(heard.dims).toEqual(all.dims);
    expect(largestDifference(all.values, heard.values)).toBeLessThan(1e-4);
  });
});

it('refuses a model that plans no energy', () => {
  const graph = smallGraph([makeNode('Identity', ['x'], 'y')], {});
  expect(() => skipSilence(graph)).toThrow('/encoder/MatMul_1_output_0');
});
