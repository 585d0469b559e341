import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { silentLog } from '../log.ts';
import type { Assistance, AssistHandler } from './assistance.ts';
import { openEmbeddedQueue } from './embedded-queue.ts';
import { openRedisQueue } from './redis-queue.ts';
import { serveRedisQueue } from './redis-worker.ts';
import type { JobHandler, JobOutput, ServingWorker, WorkQueue } from './work-queue.ts';
import { serveQueue } from './worker-client.ts';

interface Subject {
  readonly queue: WorkQueue;
  serve(handler: JobHandler, assistHandler: AssistHandler): Promise<ServingWorker>;
  /** What a worker in a process of its own is told: where to find the queue. */
  readonly address: readonly string[];
}

const info = { model: 'test' };
const limits = { maxWaiting: 100, lowerTierShare: 0.05 };
const terms = {
  ...limits,
  queueTimeoutMs: 120_000,
  runTimeoutMs: 600_000,
  keepDeadLetter: async () => {},
};
/** No job of the tests computes by itself. */
const clock = () => 0;
/** What each is expected to take. */
const cost = 0.02;
const cleanUps: (() => Promise<unknown>)[] = [];
let server: RedisServer;
let tests = 0;

beforeAll(async () => {
  server = await RedisServer.start();
});

afterAll(() => server?.stop());

async function openEmbedded(): Promise<Subject> {
  const home = await mkdtemp(join(tmpdir(), 'vf-assist-'));
  cleanUps.push(() => rm(home, { recursive: true }));
  const socketPath = join(home, 'queue.sock');
  const queue = await openEmbeddedQueue({ socketPath, ...terms, clock });
  cleanUps.push(() => queue.close());
  return {
    queue,
    serve: async (handler, assistHandler) =>
      serveQueue({ socketPath, info, handler, assistHandler }),
    address: [socketPath],
  };
}

async function openInRedis(): Promise<Subject> {
  tests += 1;
  const prefix = `{assist-${tests}}`;
  const shared = { url: server.url, log: silentLog, prefix, ...limits, leaseMs: 60_000 };
  const queue = await openRedisQueue({ ...shared, ...terms, patienceMs: 10_000 });
  cleanUps.push(() => queue.close());
  return {
    queue,
    serve: (handler, assistHandler) =>
      serveRedisQueue({
        ...shared,
        version: 'counting',
        info,
        handler,
        assistHandler,
        beatMs: 200,
        clock,
      }),
    address: [server.url, prefix, '60000'],
  };
}

const subjects = [
  { name: 'the embedded queue', open: openEmbedded },
  { name: 'the queue in Redis', open: openInRedis },
];

describe.each(subjects)('$name', ({ open }) => {
  let subject: Subject;

  beforeEach(async () => {
    subject = await open();
  });

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function untilServed(by: number): Promise<void> {
    await eventually(() => expect(subject.queue.workers()).toHaveLength(by));
  }

  async function startWorkers(
    count: number,
    work: { handler: JobHandler; assistHandler: AssistHandler },
  ): Promise<ServingWorker[]> {
    const before = subject.queue.workers().length;
    const workers: ServingWorker[] = [];
    for (let n = 0; n < count; n += 1) {
      const worker = await subject.serve(work.handler, work.assistHandler);
      cleanUps.push(() => worker.close(0));
      workers.push(worker);
    }
    await untilServed(before + count);
    return workers;
  }

  async function run(payload: unknown, tenant = 'team-1'): Promise<JobOutput[]> {
    const job = { tenant, tier: 'paid', weight: 1, cost, maxOpen: 100 } as const;
    const outputs: JobOutput[] = [];
    const { signal } = new AbortController();
    for await (const output of subject.queue.enqueue(payload, { ...job, signal })) {
      outputs.push(output);
    }
    return outputs;
  }

  async function untilWaiting(jobs: number): Promise<void> {
    const waiting = async () => (await subject.queue.stats()).tiers.paid.waiting;
    await eventually(async () => expect(await waiting()).toBe(jobs));
  }

  const told = (data: unknown): JobOutput => ({ type: 'event', event: 'told', data });

  function given(assistance: Assistance | undefined): Assistance {
    if (!assistance) throw new Error('the queue gave no assistance');
    return assistance;
  }

  test('an idle worker makes what another one offers, while that one goes on', async () => {
    const begun = Promise.withResolvers<unknown>();
    const wentOn = Promise.withResolvers<void>();
    const made = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 251));
    await startWorkers(2, {
      async *handler(_payload, _signal, assistance) {
        const offer = await given(assistance).offer({ piece: 2 });
        yield told(await begun.promise);
        wentOn.resolve();
        const work = await offer.made;
        yield told(await offer.withdraw());
        if (work) yield { type: 'bytes', bytes: work.bytes };
      },
      async assistHandler(task) {
        begun.resolve(task);
        await wentOn.promise;
        return made;
      },
    });
    const [task, isFree, ...bytes] = await run('lead');
    expect([task, isFree]).toEqual([told({ piece: 2 }), told(false)]);
    const all = bytes.map((output) => (output.type === 'bytes' ? output.bytes : Buffer.alloc(0)));
    expect(Buffer.concat(all).equals(made)).toBe(true);
  });

  test('what nobody has begun is taken back for good', async () => {
    const assisted: unknown[] = [];
    const work: { handler: JobHandler; assistHandler: AssistHandler } = {
      async *handler(payload, _signal, assistance) {
        const dropped = await given(assistance).offer(`dropped by ${payload}`);
        const other = await given(assistance).offer(`offered by ${payload}`);
        if (payload === 'second') await other.made;
        dropped.drop();
        yield told(await other.withdraw());
      },
      async assistHandler(task) {
        assisted.push(task);
        return Buffer.alloc(0);
      },
    };
    await startWorkers(1, work);
    expect(await run('first')).toEqual([told(true)]);
    await startWorkers(1, work);
    expect(await run('second')).toEqual([told(false)]);
    // Those that came first would have been taken first.
    expect(assisted).toEqual(['dropped by second', 'offered by second']);
  });

  test('a job goes before an offer', async () => {
    const order: unknown[] = [];
    const offered = Promise.withResolvers<void>();
    const busy = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await startWorkers(2, {
      async *handler(payload, _signal, assistance) {
        if (payload === 'lead') {
          await busy.promise;
          const offer = await given(assistance).offer('piece');
          offered.resolve();
          await offer.made;
        } else if (payload === 'busy') {
          busy.resolve();
          await release.promise;
        } else {
          order.push(payload);
        }
        yield told(payload);
      },
      async assistHandler(task) {
        order.push(task);
        return Buffer.alloc(0);
      },
    });
    const jobs = [run('lead'), run('busy')];
    await offered.promise;
    jobs.push(run('next'));
    await untilWaiting(1);
    release.resolve();
    await Promise.all(jobs);
    expect(order).toEqual(['next', 'piece']);
  });

  test('what another worker computed is on the books of the tenant whose job it was', async () => {
    const order: unknown[] = [];
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const third = Promise.withResolvers<void>();
    await startWorkers(2, {
      async *handler(payload, _signal, assistance) {
        order.push(payload);
        if (order.length === 3) third.resolve();
        if (payload === 'helped') await (await given(assistance).offer('piece')).made;
        if (payload === 'little 1') await third.promise;
        yield told(payload);
      },
      async assistHandler() {
        begun.resolve();
        await release.promise;
        await sleep(2 * cost * 1000);
        return Buffer.alloc(0);
      },
    });
    const jobs = [run('helped', 'much')];
    await begun.promise;
    for (const [waiting, job] of ['little 1', 'much 1', 'little 2'].entries()) {
      jobs.push(run(job, job.slice(0, -2)));
      await untilWaiting(waiting + 1);
    }
    release.resolve();
    await Promise.all(jobs);
    // By its own time alone it would have gone before the second of the other tenant.
    expect(order.at(-1)).toBe('much 1');
  });

  test('whoever cannot make it says so', async () => {
    await startWorkers(2, {
      async *handler(_payload, _signal, assistance) {
        const offer = await given(assistance).offer('piece');
        yield told((await offer.made) ?? 'made here');
      },
      assistHandler: () => Promise.reject(new Error('another model')),
    });
    expect(await run('lead')).toEqual([told('made here')]);
  });

  test('an assistant that is killed costs the job nothing', async () => {
    const ready = Promise.withResolvers<void>();
    const killed = Promise.withResolvers<void>();
    await startWorkers(1, {
      async *handler(_payload, _signal, assistance) {
        yield told('begun');
        await ready.promise;
        const offer = await given(assistance).offer('hangs');
        await killed.promise;
        yield told(await offer.withdraw());
      },
      assistHandler: async () => Buffer.alloc(0),
    });
    const job = run('lead');
    const script = fileURLToPath(new URL('./counting-worker.ts', import.meta.url));
    const child = fork(script, [...subject.address]);
    cleanUps.push(async () => child.kill('SIGKILL'));
    child.on('message', () => child.kill('SIGKILL'));
    child.on('exit', () => killed.resolve());
    await untilServed(2);
    ready.resolve();
    expect(await job).toEqual([told('begun'), told(false)]);
  });

  test('a lead that stops in the middle is followed by another attempt', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const handlerOf = (name: string, isLead: boolean): JobHandler =>
      async function* (_payload, _signal, assistance) {
        const offer = await given(assistance).offer(name);
        yield told('begun');
        if (isLead) await offer.made;
        yield told((await offer.withdraw()) ? 'made here' : 'made there');
      };
    const [lead] = await startWorkers(1, {
      handler: handlerOf('first', true),
      assistHandler: async () => Buffer.alloc(0),
    });
    const job = run('lead');
    await startWorkers(1, {
      handler: handlerOf('second', false),
      async assistHandler() {
        begun.resolve();
        await release.promise;
        return Buffer.from('for nobody');
      },
    });
    await begun.promise;
    await lead?.close(0);
    release.resolve();
    expect(await job).toEqual([told('begun'), told('made here')]);
  });
});
