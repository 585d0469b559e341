/** Signals for tests, and measurements on what became of them. */

export function makeSine(options: {
  frequency: number;
  amplitude: number;
  sampleRate: number;
  length: number;
}): Float32Array {
  const { frequency, amplitude, sampleRate, length } = options;
  const step = (2 * Math.PI * frequency) / sampleRate;
  return Float32Array.from({ length }, (_, index) => amplitude * Math.sin(step * index));
}

/** White noise of −1..1 times the amplitude, the same for the same seed. */
export function makeNoise(length: number, amplitude: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return amplitude * (state / 2 ** 31 - 1);
  });
}

export interface Tone {
  amplitude: number;
  /** Of sin(2πft + phase), t = 0 at the first sample, in radians. */
  phase: number;
  /** RMS of what the tone does not explain. */
  residual: number;
}

/** The least-squares fit of one sine of known frequency. */
export function measureTone(samples: Float32Array, frequency: number, sampleRate: number): Tone {
  const step = (2 * Math.PI * frequency) / sampleRate;
  let ss = 0;
  let cc = 0;
  let sc = 0;
  let xs = 0;
  let xc = 0;
  for (let index = 0; index < samples.length; index++) {
    const sine = Math.sin(step * index);
    const cosine = Math.cos(step * index);
    ss += sine * sine;
    cc += cosine * cosine;
    sc += sine * cosine;
    xs += samples[index] * sine;
    xc += samples[index] * cosine;
  }
  const determinant = ss * cc - sc * sc;
  const a = (xs * cc - xc * sc) / determinant;
  const b = (xc * ss - xs * sc) / determinant;
  const error = samples.map(
    (sample, index) => sample - a * Math.sin(step * index) - b * Math.cos(step * index),
  );
  return { amplitude: Math.hypot(a, b), phase: Math.atan2(b, a), residual: measureRms(error) };
}

export function measureRms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

export function toDb(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** The largest step between two neighbouring samples. */
export function measureLargestJump(samples: Float32Array): number {
  let largest = 0;
  for (let index = 1; index < samples.length; index++) {
    largest = Math.max(largest, Math.abs(samples[index] - samples[index - 1]));
  }
  return largest;
}

/** The largest difference between samples, as far as `expected` reaches. */
export function measureDifference(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce(
    (largest, sample, index) => Math.max(largest, Math.abs(sample - (actual[index] ?? Infinity))),
    0,
  );
}

export function concatSamples(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Cuts a signal into consecutive parts of the given lengths, in turn, until it ends. */
export function cutSamples(samples: Float32Array, lengths: readonly number[]): Float32Array[] {
  const parts: Float32Array[] = [];
  for (let offset = 0, turn = 0; offset < samples.length; turn++) {
    const part = samples.subarray(offset, offset + lengths[turn % lengths.length]);
    parts.push(part);
    offset += part.length;
  }
  return parts;
}
