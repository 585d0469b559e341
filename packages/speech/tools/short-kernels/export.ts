/**
 * Writes what `train.py` learns from into a folder: the float model, with the values of the blocks that get
 * short kernels as outputs (model.onnx), where in it they lie, and the pieces to say (work.json).
 *
 *   node packages/speech/tools/short-kernels/export.ts <folder> [models directory]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from '../../src/files/hash-file.ts';
import { makeFloat, readShipped, saveModel } from '../../src/model/derive.ts';
import { elementType, type Node, wire } from '../../src/model/onnx/graph.ts';
import { makePieces, type Sentence } from './pieces.ts';

const [
  folder = 'short-kernels',
  modelsDir = join(import.meta.dirname, '../../../../.voiceflow/models'),
] = process.argv.slice(2);
const modelFile = join(modelsDir, 'kokoro-v1.0-int8.onnx');
const graph = makeFloat(await readShipped(modelFile));
const { producer, consumers } = wire(graph);

const blocks = ['noise_res.0', 'noise_res.1'].map(describeBlock);
const outputs = blocks.flatMap(({ input, sum, steps }) => [
  input,
  sum,
  ...steps.flatMap(({ output, convolutions }) => [
    output,
    ...convolutions.flatMap((convolution) => [
      convolution.input,
      convolution.normScale,
      convolution.normShift,
    ]),
  ]),
]);
const sentences: Sentence[] = JSON.parse(
  await readFile(join(import.meta.dirname, '../calibration-sentences.json'), 'utf8'),
);
await mkdir(folder, { recursive: true });
await saveModel(
  {
    ...graph,
    outputs: [...new Set(outputs)].map((name) => ({ name, type: elementType.float32 })),
  },
  join(folder, 'model.onnx'),
);
const work = {
  modelSha256: await hashFile(modelFile),
  blocks,
  pieces: await makePieces(modelsDir, sentences),
};
await writeFile(join(folder, 'work.json'), JSON.stringify(work));
console.log(`${work.pieces.length} pieces`);

/** A block: three steps x + conv(snake(norm(conv(snake(norm(x)))))), then added to the upsampled features. */
function describeBlock(block: string) {
  const steps = [0, 1, 2].map((step) => {
    const convolutions = [1, 2].map((part) =>
      describeConvolution(`/decoder/decoder/generator/${block}/convs${part}.${step}/Conv`),
    );
    return { output: readerOf(convolutions[1]?.output ?? '').outputs[0] ?? '', convolutions };
  });
  return {
    name: block,
    input: steps[0]?.convolutions[0]?.normInput ?? '',
    sum: readerOf(steps[2]?.output ?? '').outputs[0] ?? '',
    steps,
  };
}

function describeConvolution(name: string) {
  const node = graph.nodes.find((candidate) => candidate.name === name);
  const [input = '', weights = '', bias = ''] = node?.inputs ?? [];
  const dilations = node?.attributes.get('dilations');
  const scaled = producerOf(input, 'Mul');
  const snake = producerOf(scaled.inputs[0] ?? '', 'Add');
  const norm = producerOf(snake.inputs[0] ?? '', 'InstanceNormalization');
  const [normInput = '', normScale = '', normShift = ''] = norm.inputs;
  return {
    output: node?.outputs[0] ?? '',
    input,
    weights,
    bias,
    dilation: dilations?.kind === 'ints' ? (dilations.value[0] ?? 1) : 1,
    /** The constant that the snake is multiplied by. */
    factor: scaled.inputs[1] ?? '',
    normInput,
    normScale,
    normShift,
  };
}

function producerOf(value: string, opType: string): Node {
  const node = producer.get(value);
  if (node?.opType !== opType) throw new Error(`${value}: expected ${opType}, not ${node?.opType}`);
  return node;
}

function readerOf(value: string): Node {
  const reader = consumers(value).find(({ opType }) => opType === 'Add');
  if (!reader) throw new Error(`${value}: nothing adds it`);
  return reader;
}
