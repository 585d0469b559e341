import { readdirSync, readFileSync } from 'node:fs';
import { startServer } from '../apps/server/tests/running-server.ts';
import { passage, voice } from './passage.ts';
import { atMost, type Result } from './result.ts';

const requests = 500;
/** Mostly short, some long, always in the same order. */
const lengths = [12, 40, 25, 80, 18, 60, 33, 140, 20, 400];
const formats = ['wav', 'mp3', 'opus', 'pcm'];

function textOf(index: number): string {
  return `${index} ${passage.repeat(2).slice((index * 7) % 100)}`.slice(
    0,
    lengths[index % lengths.length],
  );
}

/** Resident memory in MB of the processes below `parent` that run `script`. */
function residentMegabytes(parent: number, script: string): number {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = read(`/proc/${pid}/status`);
    if (!new RegExp(`^PPid:\\s+${parent}$`, 'm').test(status)) continue;
    if (!read(`/proc/${pid}/cmdline`).includes(script)) continue;
    return (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024) / 1e6;
  }
  throw new Error(`no process of ${parent} runs ${script}`);
}

/** Memory of the API and of a worker over 500 requests of mixed length and format. */
export async function benchMemory(): Promise<Result[]> {
  const server = await startServer({ WORKERS: '1', WORKER_THREADS: '2' });
  const measure = () => ({
    api: residentMegabytes(server.pid, 'api.ts'),
    worker: residentMegabytes(server.pid, 'worker.ts'),
  });
  try {
    const generate = async (index: number) => {
      const answer = await fetch(`${server.url}/v1/generate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          text: textOf(index),
          voice,
          format: formats[index % formats.length],
        }),
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    let half = measure();
    for (let index = 0; index < requests; index += 2) {
      await Promise.all([generate(index), generate(index + 1)]);
      if (index + 2 === requests / 2) half = measure();
    }
    const end = measure();
    const row = (name: string, value: number, goal: number, unit: string) => ({
      benchmark: 'memory',
      name,
      ours: `${value.toFixed(unit === '' ? 2 : 0)}${unit}`,
      peer: '',
      ...atMost(value, goal),
      ratio: '',
    });
    return [
      row(`API process after ${requests} requests`, end.api, 200, ' MB'),
      row(`worker after ${requests} requests`, end.worker, 900, ' MB'),
      row('API, request 500 against request 250', end.api / half.api, 1.1, ''),
      row('worker, request 500 against request 250', end.worker / half.worker, 1.1, ''),
    ];
  } finally {
    await server.stop();
  }
}
