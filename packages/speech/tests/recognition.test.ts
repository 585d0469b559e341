import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEncoder,
  engineSampleRate,
  kokoroPaths,
  prepareKokoro,
  Speaker,
} from '@voiceflow/speech';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testModelsDir } from '../src/assets/test-models.ts';
import { type RecognitionScore, scoreSpeech } from './recognise.ts';

/** Of the words said, how many may come back wrong. It was 2.2 % when this was written; people give 4 to 6 %. */
const worstWordErrorRate = 0.06;

const voices = ['af_heart', 'am_michael', 'bf_emma', 'bm_george', 'af_bella', 'am_fenrir'];

const sentences = [
  'The quick brown fox jumps over the lazy dog.',
  'Please call me back before seven in the evening.',
  'The library closes at 5:30 pm on Fridays.',
  'A cup of coffee costs $3.50 at the corner shop.',
  'She was born on March 4, 1987, in a small village near the sea.',
  'The train from London arrives at platform 9 in twelve minutes.',
  'Nearly 62% of the voters stayed at home this year.',
  'I read the whole book last night, and I will read it again tomorrow.',
  'Close the door, please, the kitchen is very close to the bedroom.',
  'The company earned £1.2 billion in the first quarter.',
  'Doctors recommend eating three pieces of fruit every day.',
  'Our garden is 25 feet wide and 40 feet long.',
  'He poured the water slowly into the tall glass.',
  'The old bridge was repaired in 1994 after the flood.',
  'Can you tell me where the nearest station is?',
  'The temperature will fall to -5°C during the night.',
  'My sister plays the violin in the city orchestra.',
  'It takes about 2.5 hours to drive to the mountains.',
  'Dr. Smith will see you at a quarter past ten.',
  'The museum has more than 12,000 paintings on display.',
  'Nobody expected the small team to win the final.',
  'The parcel weighs 3 kg and measures half a meter.',
  'We watched the moon rise over the quiet harbor.',
  'The second edition has 350 pages and a new chapter about music.',
  'The wind was strong, so they had to wind up the rope.',
  'Breakfast is served from 7 to 10 in the main hall.',
  'The children built a castle out of sand and shells.',
  'Turn left at the bank, then walk straight for two blocks.',
  'Only 1 in 4 people remembers the name of the street.',
  'The director will present the results at the meeting.',
  'Fresh bread smells best early in the morning.',
  'The flight to New York was delayed by 45 minutes.',
  'Her first record sold 500,000 copies in a single month.',
  'The farmer has 18 cows, 6 horses and a very loud rooster.',
  'Science is the art of asking the right question.',
  'The new phone costs $799 without a contract.',
  'They planted ½ of the field with wheat and the rest with corn.',
  'Remember to take your umbrella, it looks like rain.',
  'In 2024, the river froze for the first time in 30 years.',
  'Thank you for listening, and have a wonderful day.',
];

/** A pause before a plosive, or a vowel in front of it, is what a slow model adds. */
const slowTexts = [
  'Stop.',
  'Help!',
  'Monday.',
  'Water.',
  'Thank you.',
  'Good morning.',
  'Sit down.',
  'Open the door.',
  'My name is Peter.',
  'Press the red button.',
  'He never came back home.',
  'Bread and butter, please.',
];

const fastTexts = [
  'The train from London arrives at platform nine in twelve minutes.',
  'Nobody expected the small team to win the final.',
  'The children built a castle out of sand and shells.',
  'Please call me back before seven in the evening.',
  'Fresh bread smells best early in the morning.',
  'Remember to take your umbrella, it looks like rain.',
  'The old bridge was repaired after the flood.',
  'The farmer has six horses and a very loud rooster.',
];

let speaker: Speaker;
let variant: string;
let folder: string;

beforeAll(async () => {
  const modelsDir = testModelsDir();
  const prepared = await prepareKokoro({ ...kokoroPaths(modelsDir), variant: 'auto' });
  variant = prepared.variant;
  folder = await mkdtemp(join(tmpdir(), 'voiceflow-recognition-'));
  speaker = await Speaker.open({ modelsDir, modelFile: prepared.modelFile, threads: 2 });
}, 120_000);

afterAll(async () => {
  await speaker?.close();
  await rm(folder, { recursive: true });
});

test('speech is recognised back', { timeout: 900_000 }, async () => {
  const { words, errors } = await recogniseAll(sentences, 1);
  const rate = errors / words;
  console.log(
    `word error rate ${(rate * 100).toFixed(1)} % (${errors} of ${words} words, ${sentences.length} sentences, ${variant} model)`,
  );
  expect(sentences).toHaveLength(40);
  expect(words).toBeGreaterThan(350);
  expect(rate).toBeLessThan(worstWordErrorRate);
});

test('slow speech has no sound that is not written', { timeout: 300_000 }, async () => {
  const { clips } = await recogniseAll(slowTexts, 0.5);
  expect(clips.filter(({ errors }) => errors > 0).length).toBeLessThanOrEqual(2);
});

test('fast speech swallows no word', { timeout: 300_000 }, async () => {
  const { words, errors } = await recogniseAll(fastTexts, 2);
  expect(errors / words).toBeLessThan(0.1);
});

async function recogniseAll(texts: readonly string[], speed: number): Promise<RecognitionScore> {
  const cases: { file: string; reference: string }[] = [];
  for (const [index, text] of texts.entries()) {
    const voice = voices[index % voices.length];
    const locale = voice.startsWith('b') ? 'en-GB' : 'en-US';
    const speech = await speaker.speak({ text, voice, speed, locale });
    const encoder = await createEncoder({
      format: 'wav',
      sampleRate: engineSampleRate,
      tags: { requestId: `sentence-${index}`, model: 'kokoro', voice },
    });
    const bytes: Uint8Array[] = [];
    for await (const { samples } of speech.chunks) bytes.push(await encoder.encode(samples));
    const { tail, patches } = await encoder.finish();
    const file = Buffer.concat([...bytes, tail]);
    for (const patch of patches) file.set(patch.bytes, patch.offset);
    const path = join(folder, `${speed}-${index}-${voice}.wav`);
    await writeFile(path, file);
    cases.push({ file: path, reference: speech.normalisedText });
  }
  const score = await scoreSpeech(cases);
  for (const clip of score.clips.filter(({ errors }) => errors > 0)) {
    console.log(`${clip.errors} wrong: "${clip.reference}" heard as "${clip.text}"`);
  }
  return score;
}
