/** The thread in which a model computes, so that its process goes on with everything else meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { keptFrames } from './kept-frames.ts';
import type { PieceAudio, PieceInput } from './kokoro.ts';

export interface ThreadOptions {
  readonly modelFile: string;
  /** Threads of one run: this one, and others where there are more. */
  readonly threads: number;
  /** The model's output that tells the frames of each token. */
  readonly durationOutput: string;
  /** That which tells the first frame of the samples; a model without it makes all of them. */
  readonly firstFrameOutput: string;
  /** Samples in a frame. */
  readonly frameSamples: number;
}

/** Of each run, in their order. A message before them says that the model is open. */
export type ThreadAnswer = PieceAudio | { readonly error: unknown };

/** Undefined closes the model and ends the thread. */
export type ThreadRequest = PieceInput | undefined;

const port = parentPort;
if (!port) throw new Error('a model computes in a thread of its own');
const { modelFile, threads, durationOutput, firstFrameOutput, frameSamples }: ThreadOptions =
  workerData;
const session = await InferenceSession.create(modelFile, sessionOptions());
if (!['audio', durationOutput].every((name) => session.outputNames.includes(name))) {
  await session.release();
  throw new Error(`${modelFile}: has no durations; open the file that prepareKokoro answers`);
}

function sessionOptions(): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    // Patterns are kept for each length of passage, and lengths hardly ever repeat.
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Spinning between operations burns CPU time that other workers could use, and gains nothing.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

async function infer({ tokens, style, speed }: PieceInput): Promise<PieceAudio> {
  const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
  const outputs = await session.run({
    tokens: new Tensor('int64', padded, [1, padded.length]),
    style: new Tensor('float32', style, [1, style.length]),
    speed: new Tensor('float32', Float32Array.of(speed), [1]),
  });
  const samples = floatsOf(outputs, 'audio');
  const kept = samples.length / frameSamples;
  const first = firstFrameOf(outputs);
  return { samples, tokenFrames: keptFrames(floatsOf(outputs, durationOutput), { first, kept }) };
}

function firstFrameOf(outputs: InferenceSession.OnnxValueMapType): number {
  const data = outputs[firstFrameOutput]?.data;
  return data instanceof BigInt64Array ? Number(data[0]) : 0;
}

function floatsOf(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`the model's output ${name} is not float32`);
  return data;
}

let last: Promise<unknown> = Promise.resolve();
port.on('message', (request: ThreadRequest) => {
  last = last.then(async () => {
    if (request) {
      const answer: ThreadAnswer = await infer(request).catch((error: unknown) => ({ error }));
      port.postMessage(answer);
    } else {
      await session.release();
      port.close();
    }
  });
});
port.postMessage('open');
