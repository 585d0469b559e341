import { basename } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { hashModelFile } from './derived-file.ts';
import { durationOutput } from './rewrites/duration-output.ts';
import { isVariant, type Variant } from './variants.ts';
import { isToken } from './vocabulary.ts';
import { maxTokens, styleSize } from './voice-pack.ts';

/** Sample rate of the model's audio. */
export const sampleRate = 24_000;
/** Samples in one frame of the model's durations. */
export const frameSamples = 600;

/** What the model said for one passage. */
export interface PieceAudio {
  /** 24 kHz mono. */
  samples: Float32Array;
  /** Frames of 600 samples for each token with its two pads; their sum × 600 is `samples.length`. */
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

/** An opened model. Runs may overlap; they are computed one after the other. */
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
  const [id, session] = await Promise.all([
    hashModelFile(modelFile),
    InferenceSession.create(modelFile, sessionOptions(threads)),
  ]);
  const outputs = session.outputNames;
  if (!outputs.includes('audio') || !outputs.includes(durationOutput)) {
    await session.release();
    throw new Error(`${modelFile}: has no durations; open the file that prepareKokoro answers`);
  }
  return new SessionModel(session, variantOf(modelFile), id);
}

function sessionOptions(threads: number): InferenceSession.SessionOptions {
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

function variantOf(modelFile: string): Variant {
  const name = basename(modelFile).split('-')[0] ?? '';
  return isVariant(name) ? name : 'shipped';
}

class SessionModel implements KokoroModel {
  readonly variant: Variant;
  readonly id: string;
  readonly #session: InferenceSession;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: InferenceSession, variant: Variant, id: string) {
    this.#session = session;
    this.variant = variant;
    this.id = id;
  }

  run(input: PieceInput): Promise<PieceAudio> {
    checkInput(input);
    const result = this.#last.then(() => this.#infer(input));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #infer({ tokens, style, speed }: PieceInput): Promise<PieceAudio> {
    const padded = BigInt64Array.from([0, ...tokens, 0], BigInt);
    const outputs = await this.#session.run({
      tokens: new Tensor('int64', padded, [1, padded.length]),
      style: new Tensor('float32', style, [1, styleSize]),
      speed: new Tensor('float32', Float32Array.of(speed), [1]),
    });
    const samples = floatsOf(outputs, 'audio');
    const tokenFrames = floatsOf(outputs, durationOutput);
    return { samples, tokenFrames };
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#session.release();
  }
}

function floatsOf(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`the model's output ${name} is not float32`);
  return data;
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
