/**
 * Measures the ranges of the generator's convolutions and writes data/calibration.{json,bin}.
 *
 *   node packages/speech/tools/calibrate.ts [models directory]
 *
 * The sentences and their phonemes lie beside this file, so that the result is the same wherever it
 * runs. Of each channel the midpoint between the extreme of all sentences and the mean of the
 * extremes of each is kept: the rarest peaks are clipped, all else gets finer steps.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { z } from 'zod';
import { type CalibrationHeader, calibrationName } from '../src/model/calibration.ts';
import { dataFiles } from '../src/model/data-file.ts';
import { makeFloat, readShipped, saveModel } from '../src/model/derive.ts';
import { loadKernels } from '../src/model/kernels.ts';
import { elementType, type Graph, makeNode, type Node, wire } from '../src/model/onnx/graph.ts';
import { longs } from '../src/model/onnx/tensor.ts';
import { shortenKernels } from '../src/model/rewrites/short-kernels.ts';
import { tokenise } from '../src/model/vocabulary.ts';
import { loadVoicePack, styleSize } from '../src/model/voice-pack.ts';

const toolVersion = 'calibrate 2';
const sentencesSchema = z.array(
  z.object({ voice: z.string(), text: z.string(), phonemes: z.string() }),
);

const modelsDir = process.argv[2] ?? join(import.meta.dirname, '../../../.voiceflow/models');
const modelFile = join(modelsDir, 'kokoro-v1.0-int8.onnx');
const sentenceBytes = await readFile(join(import.meta.dirname, 'calibration-sentences.json'));
const sentences = sentencesSchema.parse(JSON.parse(sentenceBytes.toString('utf8')));

const short = await loadKernels();
const float = shortenKernels(makeFloat(await readShipped(modelFile)), short.kernels);
/**
 * The residual blocks of the generator: nine tenths of all products. Measured and left out: the
 * upsampling (no faster in 8 bits), the decoder (5 % faster, but further from float by a quarter),
 * the last convolution (its output goes through exp: 8 dB away).
 */
const calibrated = /\/generator\/(resblocks|noise_res)\.\d\/convs/;
const convolutions = float.nodes.filter(
  (node) => node.opType === 'Conv' && calibrated.test(node.name),
);
const { producer } = wire(float);
const outputs = new Set(convolutions.map(outputOf));
const residuals = [...new Set(convolutions.map(normedBefore))].filter(
  (value) => !outputs.has(value),
);
const observed = [...new Set([...convolutions.map(inputOf), ...outputs, ...residuals])];
const ranges = await observe(float, observed);

const values: Float32Array[] = [];
const described = convolutions.map((node) => {
  const input = rangeOf(inputOf(node));
  const output = rangeOf(outputOf(node));
  values.push(input.low, input.high, output.low, output.high);
  return {
    output: outputOf(node),
    inputChannels: input.low.length,
    outputChannels: output.low.length,
  };
});
const describedResiduals = residuals.map((value) => {
  const { low, high } = rangeOf(value);
  values.push(low, high);
  return { value, channels: low.length };
});
const bytes = Buffer.concat(values.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength)));
const header: CalibrationHeader = {
  description:
    "Ranges of each channel of Kokoro-82M's generator convolutions; values in calibration.bin",
  tool: toolVersion,
  modelSha256: sha256(await readFile(modelFile)),
  kernelsSha256: short.header.valuesSha256,
  sentencesSha256: sha256(sentenceBytes),
  valuesSha256: sha256(bytes),
  convolutions: described,
  residuals: describedResiduals,
};
const files = dataFiles(calibrationName);
await writeFile(files.values, bytes);
await writeFile(files.header, `${JSON.stringify(header, null, 1)}\n`);
console.log(
  `${described.length} convolutions, ${bytes.length} bytes, ${sentences.length} sentences`,
);

interface Extremes {
  lows: Float32Array[];
  highs: Float32Array[];
}

/** The smallest and largest value of each channel [C] of the given values, per sentence. */
async function observe(graph: Graph, names: readonly string[]): Promise<Map<string, Extremes>> {
  const reductions = names.flatMap((name) =>
    ['Min', 'Max'].map((kind) =>
      makeNode(`Reduce${kind}`, [name, 'calibrate.time'], `${name}.${kind}`, {
        keepdims: { kind: 'int', value: 0 },
      }),
    ),
  );
  const probed: Graph = {
    ...graph,
    nodes: [...graph.nodes, ...reductions],
    constants: new Map([...graph.constants, ['calibrate.time', longs(2)]]),
    outputs: reductions.map(({ name }) => ({ name, type: elementType.float32 })),
  };
  const directory = await mkdtemp(join(tmpdir(), 'voiceflow-calibrate-'));
  try {
    const file = join(directory, 'probed.onnx');
    await saveModel(probed, file);
    const session = await InferenceSession.create(file, { logSeverityLevel: 3 });
    const results = new Map<string, Extremes>(names.map((name) => [name, { lows: [], highs: [] }]));
    for (const { voice, phonemes } of sentences) {
      const tokens = tokenise(phonemes);
      const pack = await loadVoicePack(join(modelsDir, 'voices', `${voice}.bin`));
      const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
      const outputs = await session.run({
        tokens: new Tensor('int64', padded, [1, padded.length]),
        style: new Tensor('float32', pack.style(tokens.length), [1, styleSize]),
        speed: new Tensor('float32', Float32Array.of(1), [1]),
      });
      for (const [name, { lows, highs }] of results) {
        lows.push(floats(outputs[`${name}.Min`]?.data));
        highs.push(floats(outputs[`${name}.Max`]?.data));
      }
    }
    await session.release();
    return results;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function rangeOf(name: string): { low: Float32Array; high: Float32Array } {
  const { lows = [], highs = [] } = ranges.get(name) ?? {};
  return {
    low: soften(lows, Math.min),
    high: soften(highs, Math.max),
  };
}

function soften(
  extremes: readonly Float32Array[],
  pick: (...values: number[]) => number,
): Float32Array {
  return Float32Array.from({ length: extremes[0]?.length ?? 0 }, (_, channel) => {
    const values = extremes.map((extreme) => extreme[channel] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return (pick(...values) + mean) / 2;
  });
}

/** What is normalised, activated and scaled into a convolution's input. */
function normedBefore(convolution: Node): string {
  const scaled = producer.get(inputOf(convolution));
  const activated = producer.get(inputOf(scaled));
  const norm = producer.get(inputOf(activated));
  if (norm?.opType !== 'InstanceNormalization') {
    throw new Error(`${convolution.name}: no norm stands before it`);
  }
  return inputOf(norm);
}

function inputOf(node: Node | undefined): string {
  return node?.inputs[0] ?? '';
}

function outputOf(node: Node): string {
  return node.outputs[0] ?? '';
}

function floats(data: unknown): Float32Array {
  if (!(data instanceof Float32Array)) throw new Error('expected float32');
  return data;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
