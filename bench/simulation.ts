import { RankedSet } from '../apps/server/src/platform/queue/ranked-set.ts';
import { byTier, type Tier } from '../apps/server/src/platform/queue/tiers.ts';

export const workerCount = 100;
const tenantCount = 10_000;
const jobCount = 100_000;
/** Compute seconds asked for, against what the workers have while jobs arrive. */
const load = 1.5;
/** How far an estimate is off: the deviation of its logarithm. */
const estimateError = 0.3;

export interface SimulatedJob {
  readonly id: string;
  readonly tenant: string;
  readonly tier: Tier;
  readonly weight: number;
  /** Expected compute seconds, and what it takes in truth. */
  readonly cost: number;
  readonly realCost: number;
  readonly arrivesAt: number;
}

/** In which order jobs are taken. */
export interface Policy {
  add(job: SimulatedJob): void;
  /** The id of the job to run next. */
  take(): string | undefined;
  end(job: SimulatedJob): void;
}

/** When a job started; undefined where it still waited when the last one had arrived. */
interface Run {
  readonly job: SimulatedJob;
  readonly startsAt: number;
  /** Compute seconds until the last job arrived. */
  readonly served: number;
}

/** Numbers from 0 to below 1, the same ones at each start (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Tenants of whom few send most (Pareto), in bursts; texts of whom most are short (log-normal). In
 * the order of arrival.
 */
export function heavyTailedJobs(): SimulatedJob[] {
  const random = seededRandom(1);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const tenants = Array.from({ length: tenantCount }, (_, index) => {
    const chance = random();
    const tier: Tier = chance < 0.02 ? 'enterprise' : chance < 0.2 ? 'paid' : 'free';
    return { tenant: `tenant-${index}`, tier, appetite: (1 - random()) ** (-1 / 1.1) };
  });
  const appetite = tenants.reduce((sum, each) => sum + each.appetite, 0);
  const drafts = tenants.flatMap(({ tenant, tier, appetite: own }) => {
    const count = Math.max(1, Math.round((jobCount * own) / appetite));
    let burstAt = random();
    return Array.from({ length: count }, () => {
      if (random() < 0.1) burstAt = random();
      const realCost = Math.min(60, Math.exp(normal()));
      const cost = realCost * Math.exp(estimateError * normal());
      return { tenant, tier, weight: 1, cost, realCost, arrivesAt: burstAt };
    });
  });
  const asked = drafts.reduce((sum, { realCost }) => sum + realCost, 0);
  const lastsSeconds = asked / workerCount / load;
  return drafts
    .sort((a, b) => a.arrivesAt - b.arrivesAt)
    .map((draft, index) => ({
      ...draft,
      id: `${index}`,
      arrivesAt: draft.arrivesAt * lastsSeconds,
    }));
}

/** Runs the jobs, event by event, until all of them are done. */
export function simulate(jobs: readonly SimulatedJob[], policy: Policy): Run[] {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const lastArrival = jobs.at(-1)?.arrivesAt ?? 0;
  const ends = new RankedSet<SimulatedJob>();
  const runs: Run[] = [];
  let arrived = 0;
  while (runs.length < jobs.length || ends.size > 0) {
    const nextArrival = jobs[arrived]?.arrivesAt ?? Number.POSITIVE_INFINITY;
    const now = Math.min(nextArrival, ends.lowestRank);
    for (let job = jobs[arrived]; job && job.arrivesAt <= now; job = jobs[arrived]) {
      policy.add(job);
      arrived += 1;
    }
    while (ends.lowestRank <= now) {
      const job = ends.shift();
      if (job) policy.end(job);
    }
    while (ends.size < workerCount) {
      const job = byId.get(policy.take() ?? '');
      if (!job) break;
      ends.set(job, now + job.realCost);
      const served = Math.min(job.realCost, Math.max(0, lastArrival - now));
      runs.push({ job, startsAt: now, served });
    }
  }
  return runs;
}

/**
 * Jain's index over what each tenant got until the last job arrived, as a part of what was fair: all
 * it asked for, or else as much as any other of its tier that wanted more.
 */
export function jainsIndex(runs: readonly Run[]): number {
  const parts = Object.values(byTier((tier) => tier)).flatMap((tier) => {
    const demand = new Map<string, number>();
    const served = new Map<string, number>();
    for (const run of runs) {
      const { tenant, realCost, tier: of } = run.job;
      if (of !== tier) continue;
      demand.set(tenant, (demand.get(tenant) ?? 0) + realCost);
      served.set(tenant, (served.get(tenant) ?? 0) + run.served);
    }
    const level = fairLevel([...demand.values()], sum([...served.values()]));
    return [...demand].map(([tenant, asked]) => (served.get(tenant) ?? 0) / Math.min(asked, level));
  });
  return sum(parts) ** 2 / (parts.length * sum(parts.map((part) => part ** 2)));
}

/** What each gets at most, so that all together get `total` (max-min fairness). */
function fairLevel(demands: readonly number[], total: number): number {
  let left = total;
  const ascending = demands.toSorted((a, b) => a - b);
  for (const [index, demand] of ascending.entries()) {
    const level = left / (ascending.length - index);
    if (demand >= level) return level;
    left -= demand;
  }
  return Number.POSITIVE_INFINITY;
}

/** The mean wait that 99 of 100 tenants of a tier have at most. */
export function waitsOf(runs: readonly Run[], tier: Tier): number {
  const waits = new Map<string, number[]>();
  for (const { job, startsAt } of runs) {
    if (job.tier !== tier) continue;
    waits.set(job.tenant, [...(waits.get(job.tenant) ?? []), startsAt - job.arrivesAt]);
  }
  const means = [...waits.values()].map((all) => sum(all) / all.length).sort((a, b) => a - b);
  return means[Math.floor(means.length * 0.99)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
