import { once } from 'node:events';
import { basename } from 'node:path';
import { Worker } from 'node:worker_threads';
import { hashModelFile } from './derived-file.ts';
import type { ThreadAnswer, ThreadOptions, ThreadRequest } from './model-thread.ts';
import { durationOutput } from './rewrites/duration-output.ts';
import { firstFrameOutput } from './rewrites/silence.ts';
import { isVariant, type Variant } from './variants.ts';
import { isToken } from './vocabulary.ts';
import { maxTokens, styleSize } from './voice-pack.ts';

/** Sample rate of the model's audio. */
export const sampleRate = 24_000;
/** Samples in one frame of the model's durations. */
export const frameSamples = 600;

/** What the model said for one passage. */
export interface PieceAudio {
  /** 24 kHz mono, with little of the silence before and behind. */
  samples: Float32Array;
  /** Frames of 600 samples for each token with its two pads, as far as they are in `samples`; their sum × 600 is its length. */
  tokenFrames: Float32Array;
}

/** One passage as the model takes it. */
export interface PieceInput {
  /** 1 to 510 token ids, without the pads. */
  tokens: readonly number[];
  /** 256 values of the voice, for this number of tokens. */
  style: Float32Array;
  /** 1 is the voice's own pace, 2 twice as fast. */
  speed: number;
}

/** An opened model. Runs may overlap; they are computed one after the other, in a thread of their own. */
export interface KokoroModel {
  run(input: PieceInput): Promise<PieceAudio>;
  readonly variant: Variant;
  /** sha256 of the model file, which names that of its weights: same id and same input, same samples. */
  readonly id: string;
  close(): Promise<void>;
}

/**
 * Opens a model file that `prepareKokoro` made. Its first run takes half as long again as others.
 * @param options.threads threads of one run; more of them shorten a run and cost CPU time
 * @throws when the file is not a Kokoro model with a durations output
 */
export async function openKokoro(options: {
  modelFile: string;
  threads: number;
}): Promise<KokoroModel> {
  const { modelFile, threads } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new Error(`threads: must be a whole number of at least 1, not ${threads}`);
  }
  const settings: ThreadOptions = {
    modelFile,
    threads,
    durationOutput,
    firstFrameOutput,
    frameSamples,
  };
  const thread = new Worker(new URL('./model-thread.ts', import.meta.url), {
    workerData: settings,
  });
  try {
    const [id] = await Promise.all([hashModelFile(modelFile), once(thread, 'message')]);
    return new ThreadedModel(thread, variantOf(modelFile), id);
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

function variantOf(modelFile: string): Variant {
  const name = basename(modelFile).split('-')[0] ?? '';
  return isVariant(name) ? name : 'shipped';
}

class ThreadedModel implements KokoroModel {
  readonly variant: Variant;
  readonly id: string;
  readonly #thread: Worker;
  readonly #waiting: PromiseWithResolvers<PieceAudio>[] = [];

  constructor(thread: Worker, variant: Variant, id: string) {
    this.#thread = thread;
    this.variant = variant;
    this.id = id;
    thread.on('message', (answer: ThreadAnswer) => this.#receive(answer));
    thread.unref();
  }

  run(input: PieceInput): Promise<PieceAudio> {
    checkInput(input);
    const { tokens, style, speed } = input;
    const run = Promise.withResolvers<PieceAudio>();
    this.#waiting.push(run);
    this.#thread.ref();
    // A copy: of a part of an array all would be sent.
    this.#send({ tokens, style: style.slice(), speed });
    return run.promise;
  }

  async close(): Promise<void> {
    const ended = once(this.#thread, 'exit');
    this.#thread.ref();
    this.#send(undefined);
    await ended;
  }

  #send(request: ThreadRequest): void {
    this.#thread.postMessage(request);
  }

  #receive(answer: ThreadAnswer): void {
    const run = this.#waiting.shift();
    if (this.#waiting.length === 0) this.#thread.unref();
    if ('error' in answer) run?.reject(answer.error);
    else run?.resolve(answer);
  }
}

function checkInput({ tokens, style, speed }: PieceInput): void {
  if (tokens.length < 1 || tokens.length > maxTokens) {
    throw new Error(`tokens: must be 1 to ${maxTokens}, not ${tokens.length}`);
  }
  const stranger = tokens.find((token) => !isToken(token));
  if (stranger !== undefined) throw new Error(`tokens: ${stranger} is not in the vocabulary`);
  if (style.length !== styleSize || !style.every(Number.isFinite)) {
    throw new Error(`style: must be ${styleSize} finite values`);
  }
  if (!Number.isFinite(speed) || speed <= 0) {
    throw new Error(`speed: must be a number above 0, not ${speed}`);
  }
}
