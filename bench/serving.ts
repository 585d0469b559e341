import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startServer } from '../apps/server/tests/running-server.ts';
import { median } from './contender.ts';
import { benchFolder, voice } from './passage.ts';
import { atLeast, type Result } from './result.ts';

const secondsPerRound = 5;
const connections = 16;
const text = 'The boats came in early, and by noon the market was full.';

/**
 * Authenticated requests answered from the cache, against a bare route with the same bytes: in the
 * default format, and in one of a sixth of its size, where what a request costs beside them shows.
 */
export async function benchServing(rounds: number): Promise<Result[]> {
  return [...(await benchFormat('wav', rounds)), ...(await benchFormat('mp3', rounds))];
}

async function benchFormat(format: string, rounds: number): Promise<Result[]> {
  const body = JSON.stringify({ text, voice, format });
  const folder = await mkdtemp(join(tmpdir(), 'voiceflow-bench-'));
  const server = await startServer({ WORKERS: '1' });
  const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' };
  const first = await fetch(`${server.url}/v1/generate`, { method: 'POST', headers, body });
  if (!first.ok) throw new Error(`${first.status}: ${await first.text()}`);
  const audioFile = join(folder, 'audio');
  const audio = Buffer.from(await first.arrayBuffer());
  await writeFile(audioFile, audio);
  const bare = spawn(
    process.execPath,
    [
      join(benchFolder, 'contenders', 'bare-fastify.ts'),
      audioFile,
      first.headers.get('content-type') ?? '',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [line] = await once(bare.stdout, 'data');
    const bareUrl = String(line).trim();
    const measure = async (url: string): Promise<number> => {
      const run = await autocannon({
        url: `${url}/v1/generate`,
        method: 'POST',
        headers,
        body,
        connections,
        duration: secondsPerRound,
      });
      if (run.non2xx > 0 || run.errors > 0) {
        throw new Error(`${url}: ${run.non2xx} refused, ${run.errors} failed`);
      }
      return run['2xx'] / run.duration;
    };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = -1; round < rounds; round++) {
      const [rate, bareRate] = [await measure(server.url), await measure(bareUrl)];
      if (round < 0) continue;
      ours.push(rate);
      theirs.push(bareRate);
    }
    return [
      {
        benchmark: 'serving',
        name: `answers from the cache against a bare Fastify route, ${format} of ${(audio.length / 1000).toFixed(0)} kB`,
        ours: `${median(ours).toFixed(0)} requests/s`,
        peer: `${median(theirs).toFixed(0)} requests/s`,
        ...atLeast(median(ours) / median(theirs), 0.6),
      },
    ];
  } finally {
    bare.kill();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}
