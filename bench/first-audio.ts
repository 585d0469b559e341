import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startServer } from '../apps/server/tests/running-server.ts';
import { Contender, median } from './contender.ts';
import { benchFolder, chooseModel, passage, voice } from './passage.ts';
import { atMost, type Result } from './result.ts';

const threads = 2;
/** A stream that was left lets the worker end its piece; only then is the next one timed. */
export const settleMs = 1_500;

/** Texts that begin alike and yet are each new to the cache. */
export function textOf(round: number): string {
  const things = ['boats', 'ships', 'trucks', 'planes', 'birds', 'trains', 'bikes', 'vans'];
  return `The ${things[round % things.length]} came in early that day, number ${round}. ${passage}`;
}

export async function timeFirstByte({ url, key }: RunningServer, text: string): Promise<number> {
  const leave = new AbortController();
  const startedAt = performance.now();
  const answer = await fetch(`${url}/v1/generate/stream`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text, voice, format: 'pcm' }),
    signal: leave.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}: ${await answer.text()}`);
  await answer.body.getReader().read();
  const seconds = (performance.now() - startedAt) / 1000;
  leave.abort();
  return seconds;
}

/** Time to the first byte of a stream, against the engine's own time for the first piece. */
export async function benchFirstAudio(rounds: number): Promise<Result[]> {
  const { modelFile } = await chooseModel();
  const server = await startServer({ WORKERS: '1', WORKER_THREADS: `${threads}` });
  const engine = await Contender.start([
    process.execPath,
    join(benchFolder, 'contenders', 'first-piece.ts'),
    modelFile,
    `${threads}`,
  ]);
  try {
    const streamed: number[] = [];
    const alone: number[] = [];
    let longestPiece = 0;
    for (let round = -1; round < rounds * 4; round++) {
      const text = textOf(round + 1);
      const firstByte = await timeFirstByte(server, text);
      await sleep(settleMs);
      const piece = await engine.pass(text);
      longestPiece = Math.max(longestPiece, piece.audioSeconds);
      if (round < 0) continue;
      streamed.push(firstByte);
      alone.push(piece.wallSeconds);
    }
    const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
    return [
      {
        benchmark: 'first-audio',
        name: "first byte of a stream against the engine's own first piece",
        ours: milliseconds(median(streamed)),
        peer: milliseconds(median(alone)),
        ...atMost(median(streamed) / median(alone), 1.15),
      },
      {
        benchmark: 'first-audio',
        name: 'audio in the longest first piece, seconds',
        ours: `${longestPiece.toFixed(2)} s`,
        peer: '',
        ...atMost(longestPiece, 2),
      },
    ];
  } finally {
    await engine.close();
    await server.stop();
  }
}
