import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Tensor as Constant, elementType, type Graph, type Node } from '../onnx/graph.ts';
import { writeModel } from '../onnx/write-model.ts';

/** A graph from `x` [1, channels, time] to `y`, for tests of rewrites. */
export function smallGraph(
  nodes: readonly Node[],
  constants: Record<string, Constant>,
  channels = 4,
): Graph {
  return {
    irVersion: 9,
    opsets: new Map([['', 20]]),
    name: 'small',
    nodes,
    constants: new Map(Object.entries(constants)),
    inputs: [{ name: 'x', type: elementType.float32, dims: [1, channels, 'time'] }],
    outputs: [{ name: 'y', type: elementType.float32 }],
  };
}

/** What the runtime computes for `x` [1, channels, time], and what it knew of its shape before. */
export async function runGraph(
  graph: Graph,
  x: Float32Array,
  channels = 4,
): Promise<{
  values: Float32Array;
  dims: readonly number[];
  inferred: readonly (number | string)[];
}> {
  const session = await InferenceSession.create(Buffer.concat(writeModel(graph)), {
    logSeverityLevel: 3,
  });
  try {
    const outputs = await session.run({
      x: new Tensor('float32', x, [1, channels, x.length / channels]),
    });
    const { y } = outputs;
    if (!(y?.data instanceof Float32Array)) throw new Error('y is not float32');
    const [known] = session.outputMetadata;
    return { values: y.data, dims: y.dims, inferred: known?.isTensor ? known.shape : [] };
  } finally {
    await session.release();
  }
}

/** Repeatable values between −1 and 1. */
export function noise(length: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

export function largestDifference(left: Float32Array, right: Float32Array): number {
  return left.reduce((most, value, i) => Math.max(most, Math.abs(value - (right[i] ?? 0))), 0);
}

export function countOperators(graph: Graph, opType: string): number {
  return graph.nodes.filter((node) => node.opType === opType).length;
}
