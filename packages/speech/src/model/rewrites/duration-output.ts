import { elementType, type Graph, wire } from '../onnx/graph.ts';

/** The value inside Kokoro's graph that holds the frames of each token, pads included. */
export const durationOutput = '/encoder/Clip_output_0';

/** Makes the durations [1, tokens + 2] an output of the model. */
export function addDurationOutput(graph: Graph): Graph {
  if (graph.outputs.some(({ name }) => name === durationOutput)) return graph;
  if (!wire(graph).producer.has(durationOutput)) {
    throw new Error(`the model has no value ${durationOutput}`);
  }
  return {
    ...graph,
    outputs: [...graph.outputs, { name: durationOutput, type: elementType.float32 }],
  };
}
