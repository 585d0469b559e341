import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newJob } from '../../../tests/support/new-job.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import type { RedisClient } from '../redis/index.ts';
import type { JobStore, Lease } from './job-store.ts';
import { MemoryJobStore } from './memory-job-store.ts';
import { RedisJobStore } from './redis-job-store.ts';
import { tiers } from './tiers.ts';

let server: RedisServer;
let client: RedisClient;

beforeAll(async () => {
  server = await RedisServer.start();
  client = await server.connect();
});

afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

const prefix = '{twin}';

/** Whether tenants stand equal, in which case the order among them is free. */
async function hasTies(): Promise<boolean> {
  for (const tier of tiers) {
    const lanes = await client.zRangeWithScores(`${prefix}:${tier}:waiting`, 0, -1);
    if (new Set(lanes.map(({ score }) => score)).size < lanes.length) return true;
  }
  return false;
}

/** The stores chose among tenants that stand equal, and do not go on alike. */
class Parted extends Error {}

/** Two stores of which everything is asked twice. */
async function openTwins() {
  await client.flushAll();
  const time = { nowMs: 1_800_000_000_000 };
  const options = {
    maxWaiting: 28,
    lowerTierShare: 0.2,
    leaseMs: 10_000,
    nowMs: () => time.nowMs,
  };
  const inMemory = new MemoryJobStore(options);
  const inRedis = new RedisJobStore({
    ...options,
    longestStepMs: Number.MAX_SAFE_INTEGER,
    client,
    connect: () => server.connect(),
    prefix,
  });
  const ask = async <T>(question: (store: JobStore) => T | Promise<T>): Promise<T> => {
    const mayPart = await hasTies();
    const answers = [await question(inMemory), await question(inRedis)] as const;
    if (mayPart && !isDeepStrictEqual(...answers)) throw new Parted();
    expect(answers[1]).toEqual(answers[0]);
    return answers[0];
  };
  /** What one does in two steps, the other does in one. */
  const finishAndTake = (lease: Lease, ran: { computeSeconds: number }) =>
    ask(async (store) => {
      if (store === inRedis) return await inRedis.finishAndTake(lease, ran);
      return { finished: await store.finish(lease, ran), next: await store.take() };
    });
  return { time, ask, finishAndTake, close: () => inRedis.close() };
}

type Twins = Awaited<ReturnType<typeof openTwins>>;

/** Odd enough for no two sums of them to be equal. */
const seconds = fc.double({ min: 0.1, max: 20, noNaN: true, noDefaultInfinity: true });
const tenants = ['a', 'b', 'c', 'd'];
const causes = ['error', 'worker_lost', 'released', 'yielded', 'hopeless', 'refused'] as const;
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('enqueue' as const),
      tenant: fc.constantFrom(...tenants),
      tier: fc.constantFrom(...tiers),
      weight: fc.constantFrom(1, 2),
      cost: seconds,
      maxOpen: fc.constantFrom(4, 100),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 200, 5_000, 30_000) }),
  fc.record({
    do: fc.constantFrom(
      'finish' as const,
      'finishAndTake' as const,
      'fail' as const,
      'extend' as const,
    ),
    which: fc.nat(),
    cause: fc.constantFrom(...causes),
    computeSeconds: seconds,
  }),
  fc.record({ do: fc.constantFrom('cancel' as const, 'place' as const), which: fc.nat() }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Jobs of each tenant wait in each tier, and no two stand equal: each has run one of its own time. */
async function addBacklog({ ask }: Twins, known: Known): Promise<void> {
  const oddSeconds = () => Math.SQRT2 + Math.cbrt(known.ids.length);
  for (const tier of tiers.toReversed()) {
    for (const tenant of tenants) {
      for (const weight of [1, 2, 1]) {
        const job = newJob({ tier, tenant, weight, cost: oddSeconds() });
        await ask((store) => store.enqueue(job));
        known.ids.push(job.id);
      }
      const lease = await ask((store) => store.take());
      const ran = { computeSeconds: 2 * oddSeconds() };
      if (lease) await ask((store) => store.finish(lease, ran));
    }
  }
}

/** What has been admitted and taken so far. */
interface Known {
  readonly ids: string[];
  readonly leases: Lease[];
}

async function doStep(twins: Twins, now: Step, known: Known): Promise<void> {
  const { ask, time } = twins;
  if (now.do === 'enqueue') {
    const job = newJob(now);
    await ask((store) => store.enqueue(job));
    known.ids.push(job.id);
  } else if (now.do === 'take') {
    const lease = await ask((store) => store.take());
    if (lease) known.leases.push(lease);
  } else if (now.do === 'advance') {
    time.nowMs += now.ms;
    // Several may be due at the same time.
    await ask(async (store) => (await store.reap()).map((each) => JSON.stringify(each)).sort());
  } else if ('cause' in now) {
    const lease = known.leases[now.which % Math.max(1, known.leases.length)];
    if (!lease) return;
    const { computeSeconds, cause } = now;
    if (now.do === 'extend') await ask((store) => store.extend(lease, { computeSeconds }));
    else if (now.do === 'finish') await ask((store) => store.finish(lease, { computeSeconds }));
    else if (now.do === 'finishAndTake') {
      const { next } = await twins.finishAndTake(lease, { computeSeconds });
      if (next) known.leases.push(next);
    } else await ask((store) => store.fail(lease, { cause, reason: 'so', computeSeconds }));
  } else {
    const id = known.ids[now.which % Math.max(1, known.ids.length)] ?? '';
    if (now.do === 'cancel') await ask((store) => store.cancel(id));
    else await ask((store) => store.place(id));
  }
}

describe('the store in Redis and the one in memory', () => {
  test('answer alike, whatever is asked, until they choose among equals', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 100 }), async (steps) => {
        const twins = await openTwins();
        const known: Known = { ids: [], leases: [] };
        try {
          await addBacklog(twins, known);
          for (const now of steps) {
            // No two deadlines are the same.
            twins.time.nowMs += 1;
            await doStep(twins, now, known);
            compared += 1;
          }
          await twins.ask((store) => store.deadLetters());
          await twins.ask(async (store) => {
            const { secondsPerJob, ...others } = await store.stats();
            return { ...others, secondsPerJob: secondsPerJob.toFixed(9) };
          });
        } catch (error) {
          if (!(error instanceof Parted)) throw error;
        } finally {
          twins.close();
        }
      }),
      { numRuns: 80 },
    );
    expect(compared).toBeGreaterThan(1_000);
  });

  /** One tenant's first job runs while others are served; then it sends more, and is settled. */
  test.each([
    { name: 'was idle meanwhile and is charged more', backlog: 0, computeSeconds: 8 },
    { name: 'was idle meanwhile and is charged less', backlog: 0, computeSeconds: 0.1 },
    { name: 'waited meanwhile and is charged more', backlog: 2, computeSeconds: 30 },
    { name: 'waited meanwhile and is charged less', backlog: 2, computeSeconds: 0.1 },
  ])('go on alike where a tenant $name', async ({ backlog, computeSeconds }) => {
    const { ask, close } = await openTwins();
    const add = async (count: number, tenant: string, cost: number) => {
      for (let i = 0; i < count; i += 1) {
        const job = newJob({ tenant, cost: cost + i / 7 });
        await ask((store) => store.enqueue(job));
      }
    };
    const run = async (seconds: number) => {
      const lease = await ask((store) => store.take());
      if (lease) await ask((store) => store.finish(lease, { computeSeconds: seconds }));
      return lease;
    };
    await add(1 + backlog, 'a', 5.3);
    const first = await ask((store) => store.take());
    await add(8, 'b', 1.1);
    for (let i = 0; i < 6; i += 1) await run(1.7);
    if (!first) throw new Error('nothing waits');
    await add(3, 'a', 2.9);
    await ask((store) => store.finish(first, { computeSeconds }));
    await add(2, 'a', 1.3);
    while (await run(1.9));
    close();
  });
});
