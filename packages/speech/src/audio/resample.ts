/** Kaiser's design leaves this much of images and aliases, in dB below the signal. */
const stopbandDb = 96;
/** The filter falls between these shares of the lower of the two Nyquist frequencies. */
const passbandEdge = 0.9;
const stopbandEdge = 1;
/** Bounds the filter table; every pair of usual audio rates needs at most 441. */
const maxPhases = 1000;

/**
 * Changes the sample rate of a mono stream. A rational polyphase filter: a sinc low-pass under a
 * Kaiser window (Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5.3: β and length from
 * the attenuation and the transition width), one set of taps for each of the `toRate / gcd`
 * positions that an output sample can have between two input samples. Zero phase: an output
 * sample at time t lies at time t of the input. `n` input samples give `ceil(n · to / from)`
 * output samples, however they are cut into calls.
 */
export class Resampler {
  readonly #phaseCount: number;
  readonly #step: number;
  readonly #halfLength: number;
  readonly #taps: Float64Array;
  /** Input not yet fully used; its first sample is input sample `#bufferStart`. */
  #buffer: Float32Array;
  #bufferStart: number;
  #inputCount = 0;
  #outputCount = 0;

  constructor(fromRate: number, toRate: number) {
    checkRate('fromRate', fromRate);
    checkRate('toRate', toRate);
    const divisor = findGreatestCommonDivisor(fromRate, toRate);
    this.#phaseCount = toRate / divisor;
    this.#step = fromRate / divisor;
    if (this.#phaseCount > maxPhases) {
      throw new RangeError(`${fromRate} Hz to ${toRate} Hz needs more than ${maxPhases} phases`);
    }
    const { taps, halfLength } = designPhases(fromRate, toRate, this.#phaseCount);
    this.#taps = taps;
    this.#halfLength = halfLength;
    this.#buffer = new Float32Array(halfLength);
    this.#bufferStart = -halfLength;
  }

  /** Takes samples at `fromRate` and answers those at `toRate` that are final by now. */
  push(samples: Float32Array): Float32Array {
    this.#inputCount += samples.length;
    const firstNeeded = this.#inputPosition(this.#outputCount) - this.#halfLength + 1;
    const dropped = Math.min(Math.max(firstNeeded - this.#bufferStart, 0), this.#buffer.length);
    const kept = this.#buffer.subarray(dropped);
    const buffer = new Float32Array(kept.length + samples.length);
    buffer.set(kept);
    buffer.set(samples, kept.length);
    this.#buffer = buffer;
    this.#bufferStart += dropped;
    const known = this.#bufferStart + buffer.length - this.#halfLength;
    return this.#produce(Math.max(Math.ceil((known * this.#phaseCount) / this.#step), 0));
  }

  /** Answers the last samples; silence follows the input. */
  flush(): Float32Array {
    const total = Math.ceil((this.#inputCount * this.#phaseCount) / this.#step);
    const inputCount = this.#inputCount;
    const head = this.push(new Float32Array(this.#halfLength));
    this.#inputCount = inputCount;
    const rest = total - (this.#outputCount - head.length);
    return head.slice(0, Math.max(rest, 0));
  }

  #inputPosition(outputIndex: number): number {
    return Math.floor((outputIndex * this.#step) / this.#phaseCount);
  }

  #produce(until: number): Float32Array {
    const output = new Float32Array(Math.max(until - this.#outputCount, 0));
    const tapCount = 2 * this.#halfLength;
    const buffer = this.#buffer;
    const taps = this.#taps;
    for (let index = 0; index < output.length; index++) {
      const outputIndex = this.#outputCount + index;
      const position = this.#inputPosition(outputIndex);
      const phase = outputIndex * this.#step - position * this.#phaseCount;
      const tapStart = phase * tapCount;
      const inputStart = position - this.#halfLength + 1 - this.#bufferStart;
      let sum = 0;
      for (let tap = 0; tap < tapCount; tap++) {
        sum += taps[tapStart + tap] * buffer[inputStart + tap];
      }
      output[index] = sum;
    }
    this.#outputCount += output.length;
    return output;
  }
}

/** Resamples a whole mono signal: `ceil(n · to / from)` samples. */
export function resample(samples: Float32Array, fromRate: number, toRate: number): Float32Array {
  if (fromRate === toRate) return samples.slice();
  const resampler = new Resampler(fromRate, toRate);
  const head = resampler.push(samples);
  const tail = resampler.flush();
  const output = new Float32Array(head.length + tail.length);
  output.set(head);
  output.set(tail, head.length);
  return output;
}

/**
 * Taps of all phases, phase by phase, `2 · halfLength` each. Tap j of phase p weighs the input
 * sample that lies `j − halfLength + 1 − p / phaseCount` samples from the output's instant.
 */
function designPhases(fromRate: number, toRate: number, phaseCount: number) {
  const lowerNyquist = Math.min(fromRate, toRate) / 2;
  const transition = ((stopbandEdge - passbandEdge) * lowerNyquist) / fromRate;
  const cutoff = (((passbandEdge + stopbandEdge) / 2) * lowerNyquist) / fromRate;
  const halfLength = Math.ceil((stopbandDb - 7.95) / (14.36 * transition) / 2) + 1;
  const beta = 0.1102 * (stopbandDb - 8.7);
  const tapCount = 2 * halfLength;
  const taps = new Float64Array(phaseCount * tapCount);
  for (let phase = 0; phase < phaseCount; phase++) {
    const phaseTaps = taps.subarray(phase * tapCount, (phase + 1) * tapCount);
    let sum = 0;
    for (let tap = 0; tap < tapCount; tap++) {
      const distance = tap - halfLength + 1 - phase / phaseCount;
      const window = computeBesselI0(beta * Math.sqrt(1 - (distance / halfLength) ** 2));
      phaseTaps[tap] = computeSinc(2 * cutoff * distance) * window;
      sum += phaseTaps[tap];
    }
    for (let tap = 0; tap < tapCount; tap++) phaseTaps[tap] /= sum;
  }
  return { taps, halfLength };
}

function computeSinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The modified Bessel function of the first kind and order zero, by its power series. */
function computeBesselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function findGreatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : findGreatestCommonDivisor(b, a % b);
}

function checkRate(name: string, rate: number): void {
  if (!Number.isInteger(rate) || rate < 1000 || rate > 384_000) {
    throw new RangeError(`${name} must be a whole number of Hz from 1000 to 384000, not ${rate}`);
  }
}
