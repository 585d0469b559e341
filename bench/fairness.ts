import { FairSchedule } from '../apps/server/src/platform/queue/fair-schedule.ts';
import { RankedSet } from '../apps/server/src/platform/queue/ranked-set.ts';
import { tiers } from '../apps/server/src/platform/queue/tiers.ts';
import { floodIndex, Line, lateJoinersShare } from './line.ts';
import { atLeast, atMost, type Result } from './result.ts';
import {
  heavyTailedJobs,
  jainsIndex,
  type Policy,
  type SimulatedJob,
  simulate,
  waitsOf,
  workerCount,
} from './simulation.ts';

const lowerTierShare = 0.05;

/** What serves in the product. */
function ourPolicy(): Policy {
  const schedule = new FairSchedule({ lowerTierShare });
  return {
    add: (job) => schedule.add(job),
    take: () => schedule.take(),
    end: ({ id, tier, realCost }) => schedule.settle(id, tier, realCost),
  };
}

function firstInFirstOut(): Policy {
  const queue = new RankedSet<string>();
  return { add: ({ id }) => queue.set(id, 0), take: () => queue.shift(), end() {} };
}

/** Priority by tier and, within it, by the tenant's outstanding jobs: fixed when a job is added. */
function bullRule(): Policy {
  const queue = new RankedSet<string>();
  const outstanding = new Map<string, number>();
  const count = (tenant: string, change: number): number => {
    const now = (outstanding.get(tenant) ?? 0) + change;
    outstanding.set(tenant, now);
    return now;
  };
  return {
    add: ({ id, tier, tenant }) => queue.set(id, tiers.indexOf(tier) * 1e6 + count(tenant, 1)),
    take: () => queue.shift(),
    end: ({ tenant }) => count(tenant, -1),
  };
}

async function lowestTiersShare(policy: Policy): Promise<number> {
  const line = new Line(policy);
  await line.add(2_000, 'above', 'enterprise');
  await line.add(2_000, 'below', 'free');
  const tenants = await line.run(2_000);
  return tenants.filter((tenant) => tenant === 'below').length / 2_000;
}

function microsPerJob(jobs: readonly SimulatedJob[], policy: Policy): number {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const before = process.cpuUsage();
  for (const job of jobs) policy.add(job);
  for (let id = policy.take(); id !== undefined; id = policy.take()) {
    const job = byId.get(id);
    if (job) policy.end(job);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / jobs.length;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const seconds = (value: number) => `${value.toFixed(1)} s`;

/** The real policy in a simulated cluster, against first in, first out and a rule that BullMQ users know. */
export async function benchFairness(): Promise<Result[]> {
  const jobs = heavyTailedJobs();
  const tenants = new Set(jobs.map(({ tenant }) => tenant)).size;
  const setting = `${tenants} tenants on ${workerCount} workers`;
  const [ours, fifo, bull] = [ourPolicy(), firstInFirstOut(), bullRule()].map((policy) =>
    simulate(jobs, policy),
  );
  if (!ours || !fifo || !bull) throw new Error('three policies were simulated');
  const jain = { ours: jainsIndex(ours), fifo: jainsIndex(fifo), bull: jainsIndex(bull) };
  const benchmark = 'fairness';
  const share = await lateJoinersShare(ourPolicy());
  const bullShare = await lateJoinersShare(bullRule());
  const flood = await floodIndex(ourPolicy());
  const lowest = await lowestTiersShare(ourPolicy());
  const peers = [
    { name: 'first in, first out', jain: jain.fifo, runs: fifo },
    { name: "BullMQ's priorities", jain: jain.bull, runs: bull },
  ];
  const micros = microsPerJob(jobs, ourPolicy());
  const fifoMicros = microsPerJob(jobs, firstInFirstOut());
  return [
    ...peers.map((peer) => ({
      benchmark,
      name: `Jain's index over the service of ${setting}, against ${peer.name}`,
      ours: jain.ours.toFixed(3),
      peer: peer.jain.toFixed(3),
      ...atLeast(jain.ours / peer.jain, 0.98),
    })),
    ...tiers.flatMap((tier) =>
      peers.map((peer) => {
        const [our, their] = [waitsOf(ours, tier), waitsOf(peer.runs, tier)];
        return {
          benchmark,
          name: `wait of the 99th of 100 tenants on ${tier}, ${setting}, against ${peer.name}`,
          ours: seconds(our),
          peer: seconds(their),
          ratio: (our / their).toFixed(2),
          goal: '',
          met: true,
        };
      }),
    ),
    {
      benchmark,
      name: "a late joiner's share of the next 400 jobs of a flood, against BullMQ's priorities",
      ours: percent(share),
      peer: percent(bullShare),
      ratio: (share / bullShare).toFixed(2),
      goal: '45–55 %',
      met: share >= 0.45 && share <= 0.55,
    },
    {
      benchmark,
      name: 'place of the last of nine small tenants behind a flood to the ideal one, against first in, first out',
      ours: flood.toFixed(2),
      peer: (await floodIndex(firstInFirstOut())).toFixed(2),
      ...atMost(flood, 1.1),
    },
    {
      benchmark,
      name: "share of the lowest tier while the highest would take it all, against BullMQ's priorities",
      ours: percent(lowest),
      peer: percent(await lowestTiersShare(bullRule())),
      ratio: '',
      goal: `≤ ${percent(lowerTierShare)}`,
      met: lowest <= lowerTierShare && lowest > 0.045,
    },
    {
      benchmark,
      name: `CPU of the order of one job among ${tenants} tenants, against first in, first out`,
      ours: `${micros.toFixed(1)} µs`,
      peer: `${fifoMicros.toFixed(1)} µs`,
      ratio: (micros / fifoMicros).toFixed(2),
      goal: '≤ 50 µs',
      met: micros <= 50,
    },
  ];
}
