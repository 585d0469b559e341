import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startServer } from '../apps/server/tests/running-server.ts';
import { median } from './contender.ts';
import { settleMs, textOf, timeFirstByte } from './first-audio.ts';
import { voice } from './passage.ts';
import { atLeast, atMost, type Result } from './result.ts';

const benchmark = 'long-text';

async function timeFile({ url, key }: RunningServer, text: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(`${url}/v1/generate`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text, voice, format: 'wav' }),
  });
  const { byteLength } = await answer.arrayBuffer();
  if (!answer.ok || byteLength === 0) throw new Error(`${answer.status}`);
  return (performance.now() - startedAt) / 1000;
}

async function timeBegin(server: RunningServer, text: string): Promise<number> {
  const seconds = await timeFirstByte(server, text);
  await sleep(settleMs);
  return seconds;
}

/** One long text on an idle server: two workers that make its pieces together, against one alone. */
export async function benchLongText(rounds: number): Promise<Result[]> {
  const together = await startServer({ WORKERS: '2', WORKER_THREADS: '1' });
  const alone = await startServer({ WORKERS: '1', WORKER_THREADS: '1' });
  try {
    const files: { together: number; alone: number }[] = [];
    const firstBytes: { together: number; alone: number }[] = [];
    for (let round = -1; round < rounds; round++) {
      const file = textOf(2 * round + 2);
      const filed = {
        together: await timeFile(together, file),
        alone: await timeFile(alone, file),
      };
      const stream = textOf(2 * round + 3);
      const begun = {
        together: await timeBegin(together, stream),
        alone: await timeBegin(alone, stream),
      };
      if (round < 0) continue;
      files.push(filed);
      firstBytes.push(begun);
    }
    const of = (times: typeof files) => ({
      together: median(times.map((time) => time.together)),
      alone: median(times.map((time) => time.alone)),
    });
    const file = of(files);
    const firstByte = of(firstBytes);
    return [
      {
        benchmark,
        name: 'a text of half a minute, made by two idle workers of one thread, against one alone',
        ours: `${file.together.toFixed(2)} s`,
        peer: `${file.alone.toFixed(2)} s`,
        ...atLeast(file.alone / file.together, 1.5),
      },
      {
        benchmark,
        name: 'first byte of such a stream, against one worker alone',
        ours: `${(firstByte.together * 1000).toFixed(0)} ms`,
        peer: `${(firstByte.alone * 1000).toFixed(0)} ms`,
        ...atMost(firstByte.together / firstByte.alone, 1.1),
      },
    ];
  } finally {
    await together.stop();
    await alone.stop();
  }
}
