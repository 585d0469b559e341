import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceJoiner } from './join-pieces.ts';
import { measureLoudness } from './loudness.ts';
import {
  concatSamples,
  makeNoise,
  measureDifference,
  measureLargestJump,
  toDb,
} from './test-signals.ts';

const sampleRate = 24_000;
const frame = 600;
/** Where the sound lies in a piece: Kokoro's own pads and margins. */
const speechBeginsAt = 11 * frame;
const speechEndsBefore = 12 * frame;

/**
 * A piece as Kokoro makes them: digital silence, a breath of noise at −80 dBFS, then a voiced
 * sound with harmonics that rises in 25 ms and decays in 100, noise again, silence.
 */
function makePiece(options: { seconds?: number; level?: number; pitch?: number } = {}) {
  const { seconds = 2, level = 0.2, pitch = 140 } = options;
  const length = Math.round((seconds * sampleRate) / frame) * frame;
  const samples = makeNoise(length, 1e-4, pitch);
  samples.fill(0, 0, 8 * frame);
  samples.fill(0, length - 7 * frame);
  const end = length - speechEndsBefore;
  for (let index = speechBeginsAt; index < end; index++) {
    const rise = Math.min((index - speechBeginsAt) / 600, 1);
    const decay = Math.min((end - index) / 2400, 1);
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      const phase = (2 * Math.PI * harmonic * pitch * index) / sampleRate;
      samples[index] += ((level * rise * decay) / harmonic) * Math.sin(phase + harmonic ** 2);
    }
  }
  return samples;
}

function joinPieces(pieces: readonly Float32Array[], pauseAfterSeconds: number) {
  const joiner = new PieceJoiner();
  const joined = pieces.map((samples) => joiner.push(samples, { pauseAfterSeconds }));
  const output = concatSamples([...joined.map(({ samples }) => samples), joiner.flush()]);
  return { joined, output };
}

/** Where piece `index`'s speech lies in the output, in samples. */
function locateSpeech(pieceStartSeconds: number, piece: Float32Array) {
  const start = Math.round(pieceStartSeconds * sampleRate);
  return { begin: start + speechBeginsAt, end: start + piece.length - speechEndsBefore };
}

const pieces = [
  makePiece({ seconds: 1.6 }),
  makePiece({ seconds: 3, level: 0.08, pitch: 110 }),
  makePiece({ seconds: 1, level: 0.3, pitch: 210 }),
  makePiece({ seconds: 5, level: 0.15, pitch: 90 }),
];

describe('PieceJoiner', () => {
  it('keeps exactly the pause that was asked for between speech and speech', () => {
    for (const pause of [0.14, 0.32, 0.6]) {
      const { joined } = joinPieces(pieces, pause);
      for (let index = 1; index < pieces.length; index++) {
        const before = locateSpeech(joined[index - 1].pieceStartSeconds, pieces[index - 1]);
        const after = locateSpeech(joined[index].pieceStartSeconds, pieces[index]);
        // Speech is found to within a block of 5 ms and the slopes of its own rise and decay.
        expect(Math.abs((after.begin - before.end) / sampleRate - pause)).toBeLessThan(0.02);
      }
    }
  });

  it('leaves 60 ms where no pause was asked for, so that words do not run into each other', () => {
    const { joined } = joinPieces(pieces, 0);
    const before = locateSpeech(joined[0].pieceStartSeconds, pieces[0]);
    const after = locateSpeech(joined[1].pieceStartSeconds, pieces[1]);
    expect(Math.abs((after.begin - before.end) / sampleRate - 0.06)).toBeLessThan(0.02);
  });

  it.each([0, 0.05, 0.1, 0.14, 0.32])('clicks nowhere at a join with a pause of %f s', (pause) => {
    const { joined, output } = joinPieces(pieces, pause);
    const inSpeech = measureLargestJump(output);
    for (let index = 1; index < pieces.length; index++) {
      const before = locateSpeech(joined[index - 1].pieceStartSeconds, pieces[index - 1]);
      const after = locateSpeech(joined[index].pieceStartSeconds, pieces[index]);
      const around = output.subarray(before.end - 24, after.begin + 24);
      // Speech itself jumps by 0.2 to 0.8 from sample to sample (Kokoro's sibilants, measured);
      // what surrounds a join stays 40 dB under that, at the level of the model's own noise.
      expect(measureLargestJump(around)).toBeLessThan(0.002);
      expect(measureLargestJump(around)).toBeLessThan(inSpeech / 20);
    }
  });

  it('fades an offset in and out, so that it makes no step where the pause begins and ends', () => {
    const humming = pieces.map(() => makePiece().map((sample) => sample + 0.002));
    const { joined, output } = joinPieces(humming, 0.3);
    const before = locateSpeech(joined[0].pieceStartSeconds, humming[0]);
    const after = locateSpeech(joined[1].pieceStartSeconds, humming[1]);
    const between = output.subarray(before.end + 24, after.begin - 24);
    expect(between.some((sample) => sample === 0)).toBe(true);
    expect(measureLargestJump(between)).toBeLessThan(3e-4);
  });

  it('cuts a click that lies in the model’s silence', () => {
    const piece = makePiece();
    piece[100] = 0.001;
    const { output } = joinPieces([piece], 0.3);
    expect(measureLargestJump(output.subarray(0, 0.04 * sampleRate - 24))).toBeLessThan(0.002);
  });

  it('steadies loudness within 1 LU, even from pieces 9 LU apart', () => {
    const { joined, output } = joinPieces(pieces, 0.3);
    const raw = pieces.map((piece) => measureLoudness(piece, sampleRate));
    const loudness = joined.map(({ pieceStartSeconds }, index) => {
      const { begin, end } = locateSpeech(pieceStartSeconds, pieces[index]);
      return measureLoudness(output.subarray(begin, end), sampleRate);
    });
    expect(Math.max(...raw) - Math.min(...raw)).toBeGreaterThan(9);
    expect(Math.max(...loudness) - Math.min(...loudness)).toBeLessThan(1);
    for (const value of loudness) expect(Math.abs(value + 20)).toBeLessThan(0.5);
  });

  it('does not touch loudness that is right already', () => {
    const piece = makePiece();
    const once = joinPieces([piece], 0);
    const { begin, end } = locateSpeech(once.joined[0].pieceStartSeconds, piece);
    const gain = once.output[begin + 9 * frame] / piece[speechBeginsAt + 9 * frame];
    const loudness = measureLoudness(once.output.subarray(begin, end), sampleRate);
    const right = piece.map((sample) => sample * gain * 10 ** ((-20 - loudness) / 20));
    const { joined, output } = joinPieces([right], 0);
    const start = Math.round(joined[0].pieceStartSeconds * sampleRate);
    const middle = right.subarray(20 * frame, 50 * frame);
    expect(measureDifference(output.subarray(start + 20 * frame), middle)).toBe(0);
  });

  it('keeps peaks at −1 dBFS without clipping them flat', () => {
    const piece = makePiece({ seconds: 3 });
    for (let pulse = 20 * frame; pulse < 80 * frame; pulse += 3000) {
      for (let index = 0; index < 24; index++) {
        piece[pulse + index] += 1.5 * Math.sin((2 * Math.PI * index) / 24);
      }
    }
    const { output } = joinPieces([piece], 0);
    const peak = output.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
    expect(toDb(peak)).toBeLessThanOrEqual(-1 + 1e-6);
    expect(toDb(peak)).toBeGreaterThan(-1.5);
    let flat = 0;
    for (let index = 1; index < output.length; index++) {
      if (Math.abs(output[index]) > 0.8 && output[index] === output[index - 1]) flat++;
    }
    expect(flat).toBe(0);
  });

  it('keeps the pause and does not click where pieces have no silence of their own', () => {
    const bare = pieces.map((piece) =>
      piece.slice(speechBeginsAt, piece.length - speechEndsBefore),
    );
    const { joined, output } = joinPieces(bare, 0.3);
    for (let index = 1; index < bare.length; index++) {
      const end = Math.round(joined[index - 1].speechEndSeconds * sampleRate);
      const begin = Math.round(joined[index].pieceStartSeconds * sampleRate);
      expect(Math.abs((begin - end) / sampleRate - 0.3)).toBeLessThan(0.006);
      expect(measureLargestJump(output.subarray(end - 24, begin + 24))).toBeLessThan(0.005);
    }
  });

  it('says where each piece lies: its samples are found there', () => {
    const { joined, output } = joinPieces(pieces, 0.2);
    for (const [index, piece] of pieces.entries()) {
      const { begin, end } = locateSpeech(joined[index].pieceStartSeconds, piece);
      const from = begin + 5 * frame;
      const source = piece.subarray(speechBeginsAt + 5 * frame, piece.length - speechEndsBefore);
      const gain = output[from] / source[0];
      for (let offset = 0; from + offset < end - 5 * frame; offset += 97) {
        expect(output[from + offset]).toBeCloseTo(gain * source[offset], 4);
      }
    }
  });

  it('says where the sound of each piece ends', () => {
    const { joined } = joinPieces(pieces, 0.2);
    for (const [index, piece] of pieces.entries()) {
      const { end } = locateSpeech(joined[index].pieceStartSeconds, piece);
      const speechEnd = joined[index].speechEndSeconds * sampleRate;
      expect(speechEnd).toBeLessThanOrEqual(end + 120);
      expect(speechEnd).toBeGreaterThan(end - 480);
    }
  });

  it('keeps a piece without any sound whole', () => {
    const silence = new Float32Array(24_000);
    const { joined } = joinPieces([silence], 0);
    expect(joined[0].pieceStartSeconds).toBe(0.04);
    expect(joined[0].speechEndSeconds).toBe(1.04);
  });

  it('finds a sound that is shorter than its measure, wherever it lies', () => {
    for (let position = 2000; position < 2130; position++) {
      const blip = new Float32Array(12_345);
      blip.fill(0.01, position, position + 2);
      const { joined, output } = joinPieces([blip], 0.2);
      const found = Math.round(joined[0].pieceStartSeconds * sampleRate) + position;
      expect(Math.abs(output[found])).toBeGreaterThan(0.009);
    }
  });

  it('gives back all its samples: parts, pauses and rest add up', () => {
    const { joined, output } = joinPieces(pieces, 0.2);
    const last = locateSpeech(joined[3].pieceStartSeconds, pieces[3]);
    // 80 ms of decay, then the pause's remainder up to where a next piece's margin would begin.
    expect(Math.abs(output.length - (last.end + (0.2 - 0.04) * sampleRate))).toBeLessThan(480);
  });

  it('is the same for the same pieces, and leaves its input alone', () => {
    const copies = pieces.map((piece) => piece.slice());
    const first = joinPieces(pieces, 0.05).output;
    for (const [index, copy] of copies.entries()) {
      expect(measureDifference(pieces[index], copy)).toBe(0);
    }
    expect(measureDifference(joinPieces(pieces, 0.05).output, first)).toBe(0);
  });

  it('takes any piece: empty, silent, a few samples, noise', () => {
    const anyPiece = fc.record({
      samples: fc.oneof(
        fc.constant(new Float32Array()),
        fc.nat(5000).map((length) => new Float32Array(length)),
        fc.nat(5000).map((length) => makeNoise(length, 3)),
      ),
      pauseAfterSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(anyPiece, { maxLength: 5 }), (any) => {
        const joiner = new PieceJoiner();
        const parts = any.map((piece) => joiner.push(piece.samples, piece).samples);
        const output = concatSamples([...parts, joiner.flush()]);
        expect(output.every((sample) => Math.abs(sample) <= 1.8)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
