import { kokoroPaths, prepareKokoro, Speaker } from '@voiceflow/speech';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testModelsDir } from '../../../../../packages/speech/src/assets/test-models.ts';
import type { JobOutput, JobRest } from '../../platform/queue/index.ts';
import { createSynthesisHandler } from './jobs.ts';

let speaker: Speaker;

beforeAll(async () => {
  const modelsDir = testModelsDir();
  const { modelFile } = await prepareKokoro({ ...kokoroPaths(modelsDir), variant: 'auto' });
  speaker = await Speaker.open({ modelsDir, modelFile, threads: 1 });
});

afterAll(() => speaker?.close());

const spec = {
  text: 'The boats came in early that day, and by noon the market was full of people. Nobody minded the rain, which had begun to fall, and the gulls waited for their share.',
  voice: 'af_heart',
  speed: 1,
  locale: 'en-US',
  format: 'pcm',
  sampleRate: 24_000,
};

/** On a clock that stands still, so that nothing is heard meanwhile. */
async function make(payload: object): Promise<{ rests: JobRest[]; audio: Buffer }> {
  const handler = createSynthesisHandler(speaker, { clock: () => 0 });
  const outputs: (JobOutput | JobRest)[] = [];
  for await (const output of handler(payload, new AbortController().signal)) outputs.push(output);
  return {
    rests: outputs.filter((output) => output.type === 'rest'),
    audio: Buffer.concat(
      outputs.flatMap((output) => (output.type === 'bytes' ? [output.bytes] : [])),
    ),
  };
}

it('lets a stream rest once its listener has enough, and makes the same bytes', {
  timeout: 90_000,
}, async () => {
  const live = await make({ spec, requestId: 'r', live: true });
  const whole = await make({ spec, requestId: 'r' });
  expect(live.rests.length).toBeGreaterThan(0);
  const last = live.rests.at(-1);
  expect(last?.forMs).toBeGreaterThan(0);
  expect(last?.forMs).toBeCloseTo((live.audio.length / 48_000 - 6) * 1000, -2);
  expect(whole.rests).toEqual([]);
  expect(live.audio.equals(whole.audio)).toBe(true);
});
