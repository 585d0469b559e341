import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kokoroPaths, prepareKokoro, Speaker } from '@voiceflow/speech';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testModelsDir } from '../../../../../packages/speech/src/assets/test-models.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  type JobOutput,
  type JobRest,
  openEmbeddedQueue,
  serveQueue,
} from '../../platform/queue/index.ts';
import { createSynthesisHandler } from './jobs.ts';
import { createPieceAssistant } from './piece-work.ts';

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
  return { rests: outputs.filter((output) => output.type === 'rest'), audio: audioOf(outputs) };
}

function audioOf(outputs: readonly (JobOutput | JobRest)[]): Buffer {
  return Buffer.concat(
    outputs.flatMap((output) => (output.type === 'bytes' ? [output.bytes] : [])),
  );
}

it('lets a stream rest once its listener has enough, and makes the same bytes', async () => {
  const live = await make({ spec, requestId: 'r', live: true });
  const whole = await make({ spec, requestId: 'r' });
  const last = live.rests.at(-1);
  expect(last?.forMs).toBeGreaterThan(0);
  expect(last?.forMs).toBeCloseTo((live.audio.length / 48_000 - 6) * 1000, -2);
  expect(whole.rests.map(({ forMs }) => forMs)).toEqual(live.rests.map(() => 0));
  expect(live.audio.equals(whole.audio)).toBe(true);
});

it('makes the same bytes with the help of another worker as without', async () => {
  // A paragraph is a piece.
  const text = 'The boats came in.\n\nBy noon it rained.\n\n'.repeat(4);
  const opus = { format: 'opus', sampleRate: 48_000 };
  const payload = { spec: { ...spec, ...opus, text, speed: 2 }, requestId: 'r' };
  const home = await mkdtemp(join(tmpdir(), 'vf-pieces-'));
  const socketPath = join(home, 'queue.sock');
  const queue = await openEmbeddedQueue({
    socketPath,
    maxWaiting: 1,
    lowerTierShare: 0.05,
    queueTimeoutMs: 600_000,
    runTimeoutMs: 600_000,
    keepDeadLetter: async () => {},
  });
  let assistedPieces = 0;
  const workers = [1, 2].map(() =>
    serveQueue({
      socketPath,
      info: null,
      handler: createSynthesisHandler(speaker),
      assistHandler: createPieceAssistant(speaker, {
        onMade: () => {
          assistedPieces += 1;
        },
      }),
    }),
  );
  try {
    await eventually(() => expect(queue.workers()).toHaveLength(2));
    const outputs: JobOutput[] = [];
    const terms = { tenant: 'team', tier: 'paid', weight: 1, cost: 1, maxOpen: 1 } as const;
    const { signal } = new AbortController();
    for await (const output of queue.enqueue(payload, { ...terms, signal })) outputs.push(output);
    expect(assistedPieces).toBeGreaterThan(0);
    expect(audioOf(outputs).equals((await make(payload)).audio)).toBe(true);
  } finally {
    await Promise.all(workers.map((worker) => worker.close(0)));
    await queue.close();
    await rm(home, { recursive: true });
  }
});
