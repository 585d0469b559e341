import { InferenceSession, Tensor } from 'onnxruntime-node';
import { resample } from '../audio/resample.ts';
import { sampleRate } from './kokoro.ts';

/** DNSMOS hears nothing else. */
const judgeSampleRate = 16_000;
/** 9.01 seconds, the only length that it was trained on. */
const windowSamples = 144_160;
const hopSamples = judgeSampleRate;

/** Opinions from 1 to 5 as listeners would give them (ITU-T P.835). */
export interface SpeechQuality {
  /** Of the voice itself. */
  signal: number;
  /** Of what is heard behind it: 5 is quiet. */
  background: number;
  overall: number;
}

export interface QualityJudge {
  /**
   * Judges a mono take: the mean over windows of 9.01 seconds, one second apart. A shorter take is
   * repeated until it fills one.
   */
  judge(take: Float32Array, rate?: number): Promise<SpeechQuality>;
  close(): Promise<void>;
}

/**
 * Opens DNSMOS P.835 (Reddy, Gopal, Cutler 2022), which predicts what listeners would say of a take
 * without a reference. Same take, same scores; between two sentences it varies more than between
 * two renderings of one, so compare it over the same sentences only.
 */
export async function openQualityJudge(modelFile: string): Promise<QualityJudge> {
  const session = await InferenceSession.create(modelFile, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]];
  return {
    async judge(take, rate = sampleRate) {
      const opinions: SpeechQuality[] = [];
      for (const window of cutWindows(resample(take, rate, judgeSampleRate))) {
        const outputs = await session.run({
          [input]: new Tensor('float32', window, [1, windowSamples]),
        });
        const [signal, background, overall] = Array.from(outputs[output]?.data ?? [], Number);
        opinions.push(calibrate(signal, background, overall));
      }
      return {
        signal: mean(opinions.map(({ signal }) => signal)),
        background: mean(opinions.map(({ background }) => background)),
        overall: mean(opinions.map(({ overall }) => overall)),
      };
    },
    close: () => session.release(),
  };
}

function* cutWindows(take: Float32Array): Generator<Float32Array> {
  if (take.length === 0) throw new Error('an empty take has no quality');
  if (take.length < windowSamples) {
    // The authors go on through the repetitions, which hold nothing new.
    yield Float32Array.from({ length: windowSamples }, (_, i) => take[i % take.length]);
    return;
  }
  // As the authors count them, who leave out the last one that would fit.
  const lastStart = Math.max(0, Math.floor(take.length / hopSamples) - 10) * hopSamples;
  for (let start = 0; start <= lastStart; start += hopSamples) {
    yield take.subarray(start, start + windowSamples);
  }
}

/** The polynomials that the authors fitted to their listeners, after the network. */
function calibrate(signal: number, background: number, overall: number): SpeechQuality {
  return {
    signal: -0.08397278 * signal ** 2 + 1.22083953 * signal + 0.0052439,
    background: -0.13166888 * background ** 2 + 1.60915514 * background - 0.39604546,
    overall: -0.06766283 * overall ** 2 + 1.11546468 * overall + 0.04602535,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
