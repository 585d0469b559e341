import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { count, enqueue, takeCounted, useRedisQueue } from '../../../tests/support/redis-queue.ts';
import { TcpProxy } from '../../../tests/support/tcp-proxy.ts';
import { openSharedStore } from './shared-store.ts';
import { JobLost } from './work-queue.ts';

const bench = useRedisQueue();
const { cleanUps, openQueue, serve, shared } = bench;

const kills = 200;
const jobsAtOnce = 8;
const chunksPerJob = 12;
let codeCache: string;

beforeEach(async () => {
  codeCache = await mkdtemp(join(tmpdir(), 'vf-code-'));
  cleanUps.push(() => rm(codeCache, { recursive: true, force: true }));
});

function forkWorker(): ChildProcess {
  const script = fileURLToPath(new URL('./counting-worker.ts', import.meta.url));
  const child = fork(script, [bench.server.url, '{test}', '1000'], {
    env: { ...process.env, NODE_COMPILE_CACHE: codeCache },
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  return child;
}

/** A process, which is killed. */
async function startProcess(): Promise<() => void> {
  const child = forkWorker();
  return () => child.kill('SIGKILL');
}

/** Part of this process; it loses its connections in the middle of whatever it does, for good. */
async function startCut(): Promise<() => void> {
  const proxy = await TcpProxy.start(bench.server.url);
  const worker = await serve(count, { url: proxy.url, version: 'counting' });
  return () => {
    proxy.close();
    void worker.close(0);
  };
}

// A guard against hanging; on a quiet machine it takes half a minute.
test('no chunk is lost, doubled or out of order, 200 times', { timeout: 600_000 }, async () => {
  // What it compiled is kept by a process that ends in good order.
  const first = forkWorker();
  const queue = await openQueue();
  await eventually(() => expect(queue.workers()).toHaveLength(1));
  first.disconnect();
  await once(first, 'exit');

  const { store, close } = await openSharedStore(shared());
  cleanUps.push(close);
  const workers: (() => void)[] = [];
  for (let n = 0; n < 6; n += 1) workers.push(await (n < 2 ? startProcess : startCut)());

  let killed = 0;
  let taken = 0;
  let killing = false;
  let nextKillAt = 20;
  async function killOne(): Promise<void> {
    if (killing || taken < nextKillAt || killed >= kills) return;
    killing = true;
    nextKillAt = taken + Math.ceil(Math.random() * 20);
    const at = Math.floor(Math.random() * workers.length);
    workers[at]?.();
    killed += 1;
    workers[at] = await (killed % 8 === 0 ? startProcess : startCut)();
    killing = false;
  }
  // The leases of the dead are taken back at once, in place of once a second.
  const reaping = setInterval(() => Promise.resolve(store.reap()).catch(() => {}), 50);
  cleanUps.push(() => clearInterval(reaping));

  let completed = 0;
  let lost = 0;
  async function takeJobs(): Promise<void> {
    while (killed < kills) {
      try {
        const chunks = await takeCounted(enqueue(queue, chunksPerJob), () => {
          taken += 1;
          void killOne();
        });
        expect(chunks).toBe(chunksPerJob);
        completed += 1;
      } catch (error) {
        // Three workers died of it.
        if (!(error instanceof JobLost)) throw error;
        lost += 1;
      }
    }
  }
  await Promise.all(Array.from({ length: jobsAtOnce }, takeJobs));
  expect(killed).toBe(kills);
  expect(completed, `${lost} lost`).toBeGreaterThan(lost);
});
