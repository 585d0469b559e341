/** ITU-R BS.1770-4, annex 1: gating blocks of 400 ms that overlap by 75 %, and the two gates. */
const blockSeconds = 0.4;
const stepsPerBlock = 4;
const absoluteGateLufs = -70;
const relativeGateLu = -10;
const offsetLufs = -0.691;

/**
 * Integrated loudness of a mono signal in LUFS (ITU-R BS.1770-4, EBU R 128), −Infinity for
 * silence. A signal shorter than one gating block is measured as a whole, without gates, since
 * pieces of speech can be that short.
 * @param sampleRate in Hz, from 8000
 */
export function measureLoudness(samples: Float32Array, sampleRate: number): number {
  if (!Number.isInteger(sampleRate) || sampleRate < 8000) {
    throw new RangeError(`sampleRate must be a whole number of Hz from 8000, not ${sampleRate}`);
  }
  const weighted = applyKWeighting(samples, sampleRate);
  const stepLength = Math.round((blockSeconds / stepsPerBlock) * sampleRate);
  const blockLength = stepLength * stepsPerBlock;
  if (weighted.length < blockLength) return toLufs(meanSquare(weighted, 0, weighted.length));
  const blocks: number[] = [];
  for (let start = 0; start + blockLength <= weighted.length; start += stepLength) {
    blocks.push(meanSquare(weighted, start, start + blockLength));
  }
  const audible = blocks.filter((power) => toLufs(power) > absoluteGateLufs);
  const relativeGate = toLufs(mean(audible)) + relativeGateLu;
  return toLufs(mean(audible.filter((power) => toLufs(power) > relativeGate)));
}

/**
 * The K weighting: a high shelf for the head and the RLB high-pass. BS.1770 lists coefficients for
 * 48 kHz only; these follow from the analogue prototypes behind them by the bilinear transform
 * (B. De Man, Evaluation of Implementations of the EBU R128 Loudness Measurement, AES 145, 2018),
 * for any rate.
 */
function applyKWeighting(samples: Float32Array, sampleRate: number): Float64Array {
  const shelf = designShelf(sampleRate);
  const highPass = designHighPass(sampleRate);
  return filter(filter(Float64Array.from(samples), shelf), highPass);
}

interface Biquad {
  readonly b: readonly [number, number, number];
  readonly a: readonly [number, number];
}

function designShelf(sampleRate: number): Biquad {
  const q = 0.7071752369554196;
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRate);
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return {
    b: [
      (high + (band * k) / q + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (band * k) / q + k * k) / a0,
    ],
    a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
  };
}

function designHighPass(sampleRate: number): Biquad {
  const q = 0.5003270373238773;
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRate);
  const a0 = 1 + k / q + k * k;
  return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
}

function filter(input: Float64Array, { b, a }: Biquad): Float64Array {
  const output = new Float64Array(input.length);
  let state1 = 0;
  let state2 = 0;
  for (let index = 0; index < input.length; index++) {
    const x = input[index];
    const y = b[0] * x + state1;
    state1 = b[1] * x - a[0] * y + state2;
    state2 = b[2] * x - a[1] * y;
    output[index] = y;
  }
  return output;
}

function meanSquare(samples: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += samples[index] ** 2;
  return sum / (end - start);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function toLufs(power: number): number {
  return power > 0 ? offsetLufs + 10 * Math.log10(power) : Number.NEGATIVE_INFINITY;
}
