import { silentLog } from '../apps/server/src/platform/log.ts';
import type { Lease, NewJob } from '../apps/server/src/platform/queue/job-store.ts';
import { RedisJobStore } from '../apps/server/src/platform/queue/redis-job-store.ts';
import {
  openPatientConnection,
  type RedisClient,
} from '../apps/server/src/platform/redis/index.ts';
import { newJob } from '../apps/server/tests/support/new-job.ts';
import { RedisServer } from '../apps/server/tests/support/redis-server.ts';
import { median } from './contender.ts';
import { BareQueue } from './contenders/bare-queue.ts';
import { floodIndex, type LinePolicy, lateJoinersShare } from './line.ts';
import { atLeast, atMost, type Result } from './result.ts';

const benchmark = 'queue';
const turnsPerRound = 500;
const jobsPerRound = 4_000;
const jobsAtOnce = 200;
const tenantCount = 7;
/** One job of so many dies. */
const deathEvery = 100;
const forever = { signal: new AbortController().signal, timeoutMs: 60_000 };
const ran = { computeSeconds: 1 };

/** A Redis of its own. */
class Bench {
  readonly server: RedisServer;
  readonly client: RedisClient;
  readonly #open: { close(): void }[] = [];

  private constructor(server: RedisServer, client: RedisClient) {
    this.server = server;
    this.client = client;
  }

  static async start(): Promise<Bench> {
    const server = await RedisServer.start();
    const bench = new Bench(server, await connectTo(server.url));
    bench.#open.push({ close: () => bench.client.destroy() });
    return bench;
  }

  async connect(): Promise<RedisClient> {
    const client = await connectTo(this.server.url);
    this.#open.push({ close: () => client.destroy() });
    return client;
  }

  /** Of one process on the queue. */
  async openStore(prefix: string): Promise<RedisJobStore> {
    const store = new RedisJobStore({
      client: await this.connect(),
      connect: () => connectTo(this.server.url),
      prefix,
      maxWaiting: 100_000,
      lowerTierShare: 0.05,
      leaseMs: 60_000,
    });
    this.#open.push(store);
    return store;
  }

  async close(): Promise<void> {
    for (const each of this.#open) each.close();
    await this.server.stop();
  }
}

/** As the processes of the product connect. */
function connectTo(url: string): Promise<RedisClient> {
  return openPatientConnection({ url, log: silentLog });
}

async function jobsPerSecond(add: () => Promise<unknown>, work: Promise<void>): Promise<number> {
  const start = performance.now();
  for (let added = 0; added < jobsPerRound; added += jobsAtOnce) {
    await Promise.all(Array.from({ length: jobsAtOnce }, add));
  }
  await work;
  return (jobsPerRound / (performance.now() - start)) * 1000;
}

const jobOf = (number: number): NewJob =>
  newJob({ tenant: `${number % tenantCount}`, payload: 'x', maxOpen: 100_000 });

interface Turn {
  readonly pingMs: number;
  /** From the call that adds a job until the worker that waits for one has it. */
  readonly startMs: number;
}

/** A PING and a job by turns, each behind the same call: how fast the machine is changes by then. */
async function takeTurn(
  client: RedisClient,
  api: RedisJobStore,
  worker: RedisJobStore,
): Promise<Turn> {
  const taken = worker.takeNext(forever);
  // By then the worker blocks.
  await api.stats();
  const pingedAt = performance.now();
  await client.ping();
  const pingMs = performance.now() - pingedAt;
  await api.stats();
  const addedAt = performance.now();
  const added = api.enqueue(jobOf(0));
  const lease = await taken;
  const startMs = performance.now() - addedAt;
  await added;
  if (lease) await worker.finish(lease, ran);
  return { pingMs, startMs };
}

async function takeTurns(...sides: Parameters<typeof takeTurn>): Promise<Turn> {
  const turns: Turn[] = [];
  for (let i = 0; i < turnsPerRound; i += 1) turns.push(await takeTurn(...sides));
  return {
    pingMs: median(turns.map(({ pingMs }) => pingMs)),
    startMs: median(turns.map(({ startMs }) => startMs)),
  };
}

/** As a worker of the product does: a job that ends well takes the next one along. */
async function workOurs(worker: RedisJobStore): Promise<void> {
  let next: Lease | undefined;
  for (let done = 1; done <= jobsPerRound; done += 1) {
    const lease = next ?? (await worker.takeNext(forever));
    if (!lease) throw new Error('no job came');
    next = undefined;
    if (done % deathEvery > 0) {
      if (done < jobsPerRound) ({ next } = await worker.finishAndTake(lease, ran));
      else await worker.finish(lease, ran);
    } else {
      await worker.fail(lease, { ...ran, cause: 'hopeless', reason: 'it died' });
      await worker.bury([lease.jobId]);
    }
  }
}

/** The order that the store gives, asked one job after the other. */
function policyOf(store: RedisJobStore): LinePolicy {
  const terms = { payload: null, maxOpen: 100_000, queueTimeoutMs: 1e9, runTimeoutMs: 1e9 };
  let lease: Awaited<ReturnType<RedisJobStore['take']>>;
  return {
    async add({ id, tenant, tier, weight, cost }) {
      await store.enqueue({ ...terms, id, tenant, tier, weight, cost });
    },
    async take() {
      lease = await store.take();
      return lease?.jobId;
    },
    async end({ realCost }) {
      if (lease) await store.finish(lease, { computeSeconds: realCost });
    },
  };
}

/** The queue on Redis, against one way to Redis and back, and against a queue that does much less. */
export async function benchQueue(rounds: number): Promise<Result[]> {
  const bench = await Bench.start();
  try {
    const { client } = bench;
    const [api, worker] = [await bench.openStore('{ours}'), await bench.openStore('{ours}')];
    const waiting = await bench.connect();
    const bare = new BareQueue({ client, worker: await bench.connect(), waiting });
    const pings: number[] = [];
    const starts: number[] = [];
    const ours: number[] = [];
    const theirs: number[] = [];
    let number = 0;
    const addBare = () => {
      number += 1;
      const tenant = `${number % tenantCount}`;
      return bare.add({ id: `${number}`, tier: 'paid', tenant, payload: '"x"' });
    };
    for (let round = -1; round < rounds; round += 1) {
      const turn = await takeTurns(client, api, worker);
      const bareRate = await jobsPerSecond(addBare, bare.work(jobsPerRound));
      await client.del('{bare}:wake');
      const rate = await jobsPerSecond(() => api.enqueue(jobOf(number++)), workOurs(worker));
      if (round < 0) continue;
      pings.push(turn.pingMs);
      starts.push(turn.startMs);
      ours.push(rate);
      theirs.push(bareRate);
    }
    const [ping, start] = [median(pings), median(starts)];
    const [ourRate, theirRate] = [median(ours), median(theirs)];
    const share = await lateJoinersShare(policyOf(await bench.openStore('{late}')));
    const flood = await floodIndex(policyOf(await bench.openStore('{flood}')));
    return [
      {
        benchmark,
        name: 'from adding a job to a shared queue until the worker has it, against a PING',
        ours: `${(start * 1000).toFixed(0)} µs`,
        peer: `${(ping * 1000).toFixed(0)} µs`,
        ...atMost(start / ping, 2),
      },
      {
        benchmark,
        name: 'jobs through a shared queue, against one in Lua without time-outs, costs and attempts',
        ours: `${ourRate.toFixed(0)} jobs/s`,
        peer: `${theirRate.toFixed(0)} jobs/s`,
        ...atLeast(ourRate / theirRate, 0.9),
      },
      {
        benchmark,
        name: "a late joiner's share of the next 400 jobs of a flood, on Redis",
        ours: `${(share * 100).toFixed(1)} %`,
        peer: '',
        ratio: '',
        goal: '45–55 %',
        met: share >= 0.45 && share <= 0.55,
      },
      {
        benchmark,
        name: 'place of the last of nine small tenants behind a flood to the ideal one, on Redis',
        ours: flood.toFixed(2),
        peer: '',
        ...atMost(flood, 1.1),
      },
    ];
  } finally {
    await bench.close();
  }
}
