import type { Graph, ValueInfo } from '../onnx/graph.ts';

/**
 * Keeps the shapes of values from the runtime; what it computes stays the same. Before its first run
 * it compares the shape of each value with those of all earlier ones, for a buffer to take over.
 * That takes longer than all else of opening the model, and finds next to nothing: the lengths of
 * speech are known to nobody before.
 *
 * A constant that is also an input counts as one that a caller may replace. What is reshaped by such
 * a one has no shape that could be inferred, nor has what is computed from it.
 */
export function hideShapes(graph: Graph): Graph {
  const shapes = new Map<string, ValueInfo>();
  for (const { opType, inputs } of graph.nodes) {
    const [, name = ''] = inputs;
    const constant = opType === 'Reshape' ? graph.constants.get(name) : undefined;
    if (constant) shapes.set(name, { name, type: constant.type });
  }
  return {
    ...graph,
    inputs: [...graph.inputs.map(withoutShape), ...shapes.values()],
    outputs: graph.outputs.map(withoutShape),
  };
}

function withoutShape({ name, type }: ValueInfo): ValueInfo {
  return { name, type };
}
