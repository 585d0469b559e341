import { sampleRate } from './kokoro.ts';

const fftSize = 1024;
const hopSize = 256;
const bandCount = 80;
/** Below the loudest band by this much nothing is heard beside the rest. */
const floorDecibels = -70;

/**
 * How differently two takes of the same speech sound: the root mean square difference of their mel
 * spectrograms (80 bands, 1024-sample Hann windows every 256 samples) in decibels, over all that is
 * within 70 dB of the louder one's peak. 0 for the same samples; phases do not count. Takes of
 * different length are compared as far as the shorter one goes.
 */
export function melDistanceDecibels(left: Float32Array, right: Float32Array): number {
  const length = Math.min(left.length, right.length);
  const spectra = [left, right].map((samples) => melDecibels(samples.subarray(0, length)));
  const [a = new Float64Array(), b = new Float64Array()] = spectra;
  const peak = [...a, ...b].reduce((most, value) => Math.max(most, value), -Infinity);
  if (a.length === 0 || peak === -Infinity) return 0;
  const floor = peak + floorDecibels;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.max(a[i] ?? floor, floor) - Math.max(b[i] ?? floor, floor);
    sum += difference * difference;
  }
  return Math.sqrt(sum / a.length);
}

/** Power in each mel band of each window, in decibels (−∞ for silence), frame-major. */
function melDecibels(samples: Float32Array): Float64Array {
  const frames = Math.max(0, Math.floor((samples.length - fftSize) / hopSize) + 1);
  const bands = melBands();
  const window = Float64Array.from(
    { length: fftSize },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / fftSize),
  );
  const result = new Float64Array(frames * bandCount);
  const real = new Float64Array(fftSize);
  const imaginary = new Float64Array(fftSize);
  for (let frame = 0; frame < frames; frame++) {
    for (let i = 0; i < fftSize; i++) {
      real[i] = (samples[frame * hopSize + i] ?? 0) * (window[i] ?? 0);
    }
    imaginary.fill(0);
    transform(real, imaginary);
    for (const [band, { first, weights }] of bands.entries()) {
      const power = weights.reduce((sum, weight, i) => {
        const re = real[first + i] ?? 0;
        const im = imaginary[first + i] ?? 0;
        return sum + weight * (re * re + im * im);
      }, 0);
      result[frame * bandCount + band] = 10 * Math.log10(power);
    }
  }
  return result;
}

/** Triangles evenly spaced on the mel scale (O'Shaughnessy 1987) up to half the sample rate. */
function melBands(): { first: number; weights: number[] }[] {
  const top = 2595 * Math.log10(1 + sampleRate / 2 / 700);
  const binOf = (mel: number): number => ((10 ** (mel / 2595) - 1) * 700 * fftSize) / sampleRate;
  return Array.from({ length: bandCount }, (_, band) => {
    const [low = 0, centre = 0, high = 0] = [0, 1, 2].map((edge) =>
      binOf((top * (band + edge)) / (bandCount + 1)),
    );
    const first = Math.floor(low);
    const weights: number[] = [];
    for (let bin = first; bin <= Math.min(Math.ceil(high), fftSize / 2); bin++) {
      const rise = (bin - low) / (centre - low);
      const fall = (high - bin) / (high - centre);
      weights.push(Math.max(0, Math.min(rise, fall)));
    }
    return { first, weights };
  });
}

/** Fourier transform in place (radix 2; Cooley and Tukey 1965). */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  for (let i = 1, j = 0; i < size; i++) {
    let bit = size >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j] ?? 0, real[i] ?? 0];
      [imaginary[i], imaginary[j]] = [imaginary[j] ?? 0, imaginary[i] ?? 0];
    }
  }
  for (let span = 2; span <= size; span *= 2) {
    for (let k = 0; k < span / 2; k++) {
      const cosine = Math.cos((-2 * Math.PI * k) / span);
      const sine = Math.sin((-2 * Math.PI * k) / span);
      for (let i = k; i < size; i += span) {
        const j = i + span / 2;
        const re = (real[j] ?? 0) * cosine - (imaginary[j] ?? 0) * sine;
        const im = (real[j] ?? 0) * sine + (imaginary[j] ?? 0) * cosine;
        real[j] = (real[i] ?? 0) - re;
        imaginary[j] = (imaginary[i] ?? 0) - im;
        real[i] = (real[i] ?? 0) + re;
        imaginary[i] = (imaginary[i] ?? 0) + im;
      }
    }
  }
}
