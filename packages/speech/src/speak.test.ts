import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testModelsDir } from './assets/test-models.ts';
import {
  kokoroPaths,
  type MakePieces,
  NothingToSay,
  prepareKokoro,
  Speaker,
  type SpeechRequest,
  type TimedWord,
} from './index.ts';

let speaker: Speaker;

beforeAll(async () => {
  const modelsDir = testModelsDir();
  const { modelFile } = await prepareKokoro({
    ...kokoroPaths(modelsDir),
    variant: 'auto',
  });
  speaker = await Speaker.open({ modelsDir, modelFile, threads: 1 });
});

afterAll(() => speaker?.close());

const defaults = { voice: 'af_heart', speed: 1, locale: 'en-US' } as const;

async function say(request: Partial<SpeechRequest> & { text: string }, signal?: AbortSignal) {
  const speech = await speaker.speak({ ...defaults, ...request }, signal);
  const chunks: Float32Array[] = [];
  const words: TimedWord[] = [];
  for await (const chunk of speech.chunks) {
    chunks.push(chunk.samples);
    words.push(...chunk.words);
  }
  return { ...speech, chunks, words, samples: Buffer.concat(chunks.map(bytesOf)) };
}

const bytesOf = (samples: Float32Array) =>
  Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
const secondsOf = (samples: Float32Array) => samples.length / 24_000;

describe('Speaker', { timeout: 60_000 }, () => {
  it('times every word of the source inside the audio, in order', async () => {
    const text = 'It costs $3.50. Dr. Smith paid at 5pm, and nobody minded at all.';
    const { words, samples, normalisedText } = await say({ text });
    const durationSeconds = samples.byteLength / 4 / 24_000;
    expect(words.map((word) => word.text)).toEqual(
      'It costs $3.50 Dr. Smith paid at 5pm and nobody minded at all'.split(' '),
    );
    expect(words[2].spoken).toBe('three dollars and fifty cents');
    expect(normalisedText).toContain('three dollars and fifty cents');
    let lastEnd = 0;
    for (const { text: written, startChar, endChar, startSeconds, endSeconds } of words) {
      expect(text.slice(startChar, endChar)).toBe(written);
      expect(startSeconds).toBeGreaterThanOrEqual(lastEnd - 1e-9);
      expect(endSeconds).toBeGreaterThan(startSeconds);
      lastEnd = endSeconds;
    }
    expect(lastEnd).toBeLessThanOrEqual(durationSeconds);
    expect(lastEnd).toBeGreaterThan(durationSeconds - 0.6);
  });

  it.each([0.5, 1, 2])(
    'puts words where the sound is, not where silence is, at speed %d',
    async (speed) => {
      const { words, chunks } = await say({
        text: 'Stop the car now. Look at that bird over there!',
        speed,
      });
      const samples = new Float32Array(chunks.flatMap((chunk) => [...chunk]));
      const levelBetween = (from: number, to: number) => {
        const part = samples.subarray(Math.round(from * 24_000), Math.round(to * 24_000));
        return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
      };
      const pause = levelBetween(
        words[3].endSeconds + 0.08 / speed,
        words[4].startSeconds - 0.08 / speed,
      );
      for (const word of words) {
        expect(levelBetween(word.startSeconds, word.endSeconds)).toBeGreaterThan(10 * pause);
      }
    },
  );

  it('says the same request with the same samples', async () => {
    const request = { text: 'The same words again, and again.', voice: 'bm_george' };
    const first = await say(request);
    const second = await say(request);
    expect(first.samples.equals(second.samples)).toBe(true);
  });

  it('says the same whoever makes its pieces, in whatever order', async () => {
    const request = { ...defaults, text: 'One, two. '.repeat(12), speed: 1.3 };
    const lengths: number[] = [];
    const backwards: MakePieces = async function* (tasks) {
      const all = [...{ [Symbol.iterator]: () => tasks }];
      lengths.push(...all.map(({ phonemes }) => phonemes.length));
      const made = [];
      for (const task of all.toReversed()) made.unshift(await speaker.makePiece(task));
      yield* made;
    };
    const speech = await speaker.speak(request, undefined, backwards);
    const chunks: Float32Array[] = [];
    for await (const { samples } of speech.chunks) chunks.push(samples);
    expect(lengths.length).toBeGreaterThan(2);
    const { samples } = await say(request);
    expect(samples.equals(Buffer.concat(chunks.map(bytesOf)))).toBe(true);
  });

  it.each([
    ['af_heart', 1],
    ['am_onyx', 0.5],
    ['bf_emma', 2],
  ])('opens with at most two seconds of audio: %s at speed %d', async (voice, speed) => {
    const text =
      'The committee responsible for the harbour renovation announced yesterday that the eastern breakwater will remain closed.';
    const speech = await speaker.speak({ ...defaults, text, voice, speed });
    const first = await speech.chunks.next();
    await speech.chunks.return();
    expect(first.value ? secondsOf(first.value.samples) : 0).toBeGreaterThan(0.3);
    expect(first.value ? secondsOf(first.value.samples) : 9).toBeLessThanOrEqual(2);
  });

  it('makes slow speech longer and fast speech shorter', async () => {
    const text = 'The boats came back before the storm.';
    const [slow, normal, fast] = await Promise.all(
      [0.5, 1, 2].map(async (speed) => (await say({ text, speed })).samples.byteLength),
    );
    expect(slow / normal).toBeGreaterThan(1.6);
    expect(fast / normal).toBeLessThan(0.65);
  });

  it('says slowly what it says at its own pace: each word lasts longer by as much', async () => {
    const text = 'Stop. The boats came back, before the storm.';
    const [slow, normal] = await Promise.all([say({ text, speed: 0.5 }), say({ text })]);
    expect(slow.words.map(({ phonemes }) => phonemes)).toEqual(
      normal.words.map(({ phonemes }) => phonemes),
    );
    const lengthsOf = (words: readonly TimedWord[]) =>
      words.map(({ startSeconds, endSeconds }) => endSeconds - startSeconds);
    const normalLengths = lengthsOf(normal.words);
    for (const [index, length] of lengthsOf(slow.words).entries()) {
      expect(Math.abs(length - 2 * normalLengths[index])).toBeLessThan(0.1);
    }
  });

  it('joins pieces without a click', async () => {
    const text =
      'When the rain stopped, we walked along the shore until the lamps were lit; nobody spoke. The boats lay still, and far away, behind the hills, a bell was ringing.';
    const { chunks } = await say({ text });
    expect(chunks.length).toBeGreaterThan(2);
    const samples = new Float32Array(chunks.flatMap((chunk) => [...chunk]));
    const jumps = samples.subarray(1).map((value, index) => Math.abs(value - samples[index]));
    const largest = (values: Float32Array) => values.reduce((a, b) => Math.max(a, b), 0);
    const largestInside = largest(jumps);
    let join = 0;
    for (const chunk of chunks.slice(0, -1)) {
      join += chunk.length;
      const around = jumps.subarray(join - 240, join + 240);
      expect(largest(around)).toBeLessThan(largestInside / 4);
    }
    expect(largest(samples.map(Math.abs))).toBeLessThan(1);
  });

  it('skips words of other scripts and says which', async () => {
    const { unspokenWords, words } = await say({ text: 'Hello 世界 and goodbye.' });
    expect(words.map(({ text }) => text)).toContain('goodbye');
    expect(unspokenWords.length + words.length).toBe(4);
  });

  it('refuses a text in which nothing can be said', async () => {
    await expect(say({ text: '… ?! 🙂' })).rejects.toThrow(NothingToSay);
  });

  it('stops within a piece when it is aborted', async () => {
    const abort = new AbortController();
    const text = 'One sentence follows another, and on it goes without an end. '.repeat(20);
    const speech = await speaker.speak({ ...defaults, text }, abort.signal);
    await speech.chunks.next();
    abort.abort(new Error('the client left'));
    await expect(speech.chunks.next()).rejects.toThrow('the client left');
  });

  it('survives a word that no piece can hold', async () => {
    const { words } = await say({ text: `${'la'.repeat(80)} end.` });
    expect(words.at(-1)?.text).toBe('end');
    expect(words[0].endSeconds).toBeGreaterThan(words[0].startSeconds);
  });
});
