import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from 'vitest';
import { silentLog } from '../../src/platform/log.ts';
import type { DeadLetter } from '../../src/platform/queue/job-store.ts';
import { openRedisQueue } from '../../src/platform/queue/redis-queue.ts';
import { serveRedisQueue } from '../../src/platform/queue/redis-worker.ts';
import type { SharedQueueOptions } from '../../src/platform/queue/shared-store.ts';
import type {
  JobHandler,
  JobOutput,
  ServingWorker,
  WorkQueue,
} from '../../src/platform/queue/work-queue.ts';
import { RedisServer } from './redis-server.ts';

/** A Redis for each test, and queues and workers on it that end with the test. */
export function useRedisQueue() {
  let current: RedisServer | undefined;
  const cleanUps: (() => unknown)[] = [];

  beforeEach(async () => {
    current = await RedisServer.start();
  });

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    await current?.stop();
  });

  function server(): RedisServer {
    if (!current) throw new Error('there is a Redis only within a test');
    return current;
  }

  const shared = (url = server().url): SharedQueueOptions => ({
    url,
    log: silentLog,
    prefix: '{test}',
    maxWaiting: 1_000,
    lowerTierShare: 0.05,
    leaseMs: 1_000,
  });

  async function openQueue(
    options: {
      url?: string;
      patienceMs?: number;
      keepDeadLetter?: (letter: DeadLetter) => Promise<void>;
    } = {},
  ): Promise<WorkQueue> {
    const { url, patienceMs = 60_000, keepDeadLetter = async () => {} } = options;
    const queue = await openRedisQueue({
      ...shared(url),
      queueTimeoutMs: 120_000,
      runTimeoutMs: 600_000,
      patienceMs,
      keepDeadLetter,
    });
    cleanUps.push(() => queue.close());
    return queue;
  }

  async function serve(
    handler: JobHandler,
    options: { url?: string; version?: string; beatMs?: number; leaseMs?: number } = {},
  ): Promise<ServingWorker> {
    const { url, version = 'v1', beatMs = 200, leaseMs = 1_000 } = options;
    const worker = await serveRedisQueue({
      ...shared(url),
      version,
      info: version,
      handler,
      beatMs,
      leaseMs,
    });
    cleanUps.push(() => worker.close(0));
    return worker;
  }

  return {
    /** What is called at the end of the test, the last first. */
    cleanUps,
    shared,
    openQueue,
    serve,
    get server() {
      return server();
    },
  };
}

export const never = new AbortController().signal;

export function enqueue(queue: WorkQueue, payload: unknown, signal = never) {
  const terms = { tenant: 'team-1', tier: 'paid', weight: 1, cost: 1, maxOpen: 1_000 } as const;
  return queue.enqueue(payload, { ...terms, signal });
}

export const count: JobHandler = async function* (chunks, signal) {
  for (let n = 0; n < Number(chunks); n += 1) {
    await sleep(2, undefined, { signal });
    yield { type: 'event', event: 'chunk', data: n };
    yield { type: 'bytes', bytes: Buffer.from(`chunk ${n};`) };
  }
};

/** Takes all of a job's output, and holds each against what it must be. */
export async function takeCounted(
  outputs: AsyncIterable<JobOutput>,
  onOutput: (taken: number) => void = () => {},
): Promise<number> {
  let events = 0;
  let bytes = '';
  for await (const output of outputs) {
    if (output.type === 'event') {
      expect(output.data).toBe(events);
      events += 1;
    } else {
      bytes += output.bytes.toString();
    }
    onOutput(events);
  }
  expect(bytes).toBe(Array.from({ length: events }, (_, n) => `chunk ${n};`).join(''));
  return events;
}
