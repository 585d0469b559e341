import { open, readFile } from 'node:fs/promises';
import type { Graph } from './onnx/graph.ts';
import { readModel } from './onnx/read-model.ts';
import { type WeightsFile, writeModel, writeWeights } from './onnx/write-model.ts';
import type { Recipe } from './recipe.ts';
import { fuseAdaptiveNorms } from './rewrites/adaptive-norm.ts';
import { addDurationOutput } from './rewrites/duration-output.ts';
import { makeConvolutionsFloat } from './rewrites/float-convolutions.ts';
import { quantiseConvolutions } from './rewrites/quantised-convolutions.ts';
import { shortenKernels } from './rewrites/short-kernels.ts';
import { skipSilence } from './rewrites/silence.ts';
import { makeStftConvolution } from './rewrites/stft.ts';
import { tabulateActivations } from './rewrites/tabulated-activations.ts';
import { makeTransposedConvolutionsOrdinary } from './rewrites/transposed-convolutions.ts';
import { hideShapes } from './rewrites/unknown-shapes.ts';
import type { Variant } from './variants.ts';

/** Reads the model as it was published. */
export async function readShipped(file: string): Promise<Graph> {
  return readModel(await readFile(file));
}

/** The graph of one variant, from the published one. */
export function deriveGraph(shipped: Graph, variant: Variant, recipe: Recipe): Graph {
  return hideShapes(rewrite(shipped, variant, recipe));
}

function rewrite(shipped: Graph, variant: Variant, recipe: Recipe): Graph {
  if (variant === 'shipped') return addDurationOutput(shipped);
  const float = makeFloat(shipped);
  if (variant === 'float') return skipSilence(float);
  const short = shortenKernels(float, recipe.kernels);
  const quantised = quantiseConvolutions(short, recipe.ranges);
  return skipSilence(tabulateActivations(quantised, recipe.residuals));
}

/** The published graph with every convolution in float32, silence and all. */
export function makeFloat(shipped: Graph): Graph {
  return [
    addDurationOutput,
    makeConvolutionsFloat,
    fuseAdaptiveNorms,
    makeStftConvolution,
    makeTransposedConvolutionsOrdinary,
  ].reduce((graph, step) => step(graph), shipped);
}

/** Writes a model file and waits until it is on the disk. */
export function saveModel(graph: Graph, file: string, weights?: WeightsFile): Promise<void> {
  return save(writeModel(graph, weights), file);
}

/** Writes the file of a model's large constants and waits until it is on the disk. */
export function saveWeights(graph: Graph, file: string): Promise<void> {
  return save(writeWeights(graph), file);
}

async function save(chunks: readonly Uint8Array[], file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const chunk of batch(chunks)) await handle.write(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Joins the many small chunks, so that they do not cost a system call each. */
function* batch(chunks: readonly Uint8Array[]): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  for (const chunk of chunks) {
    if (chunk.byteLength < 4096) {
      small.push(chunk);
      continue;
    }
    yield Buffer.concat(small);
    small = [];
    yield chunk;
  }
  yield Buffer.concat(small);
}
