import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testModelsDir } from '../assets/test-models.ts';
import { decodeWav } from '../audio/decode-wav.ts';
import { resample } from '../audio/resample.ts';
import { makeNoise } from '../audio/test-signals.ts';
import { kokoroPaths } from './prepare.ts';
import { openQualityJudge, type QualityJudge } from './speech-quality.ts';

/** 2.6 s of af_heart at 16 kHz, and what Python's speechmos 0.0.1.1 says of it. */
const wav = decodeWav(await readFile(join(import.meta.dirname, 'judged-speech.wav')));
const once = { signal: 3.63693, background: 4.18384, overall: 3.43383 };
const fiveTimes = { signal: 3.63405, background: 4.17793, overall: 3.42478 };

let judge: QualityJudge;
beforeAll(async () => {
  judge = await openQualityJudge(kokoroPaths(testModelsDir()).judgeFile);
});
afterAll(() => judge?.close());

describe('openQualityJudge', () => {
  it('says what the reference says, of a short take and of one of several windows', async () => {
    const { samples, sampleRate } = wav;
    expect(await judge.judge(samples, sampleRate)).toEqual(nearly(once, 3));
    const repeated = Float32Array.from(
      { length: 5 * samples.length },
      (_, i) => samples[i % samples.length],
    );
    expect(await judge.judge(repeated, sampleRate)).toEqual(nearly(fiveTimes, 3));
  });

  it('takes the engine’s own rate, and says the same each time', async () => {
    const take = resample(wav.samples, wav.sampleRate, 24_000);
    const said = await judge.judge(take);
    expect(said).toEqual(nearly(once, 1));
    expect(await judge.judge(take)).toEqual(said);
  });

  it('hears noise', async () => {
    const noise = makeNoise(wav.samples.length, 0.1);
    const noisy = wav.samples.map((value, i) => value + noise[i]);
    const said = await judge.judge(noisy, wav.sampleRate);
    expect(said.background).toBeLessThan(once.background - 1);
    expect(said.overall).toBeLessThan(once.overall - 0.5);
  });

  it('refuses a take without samples', async () => {
    await expect(judge.judge(new Float32Array())).rejects.toThrow('empty');
  });
});

function nearly(quality: typeof once, digits: number) {
  return {
    signal: expect.closeTo(quality.signal, digits),
    background: expect.closeTo(quality.background, digits),
    overall: expect.closeTo(quality.overall, digits),
  };
}
