import type { Tier } from '../apps/server/src/platform/queue/tiers.ts';
import type { SimulatedJob } from './simulation.ts';

/** In which order jobs are taken, in this process or elsewhere. */
export interface LinePolicy {
  add(job: SimulatedJob): void | Promise<void>;
  /** The id of the job to run next. */
  take(): string | undefined | Promise<string | undefined>;
  end(job: SimulatedJob): void | Promise<void>;
}

/** One worker, jobs of one second: adds jobs by name of tenant, and says whose are taken. */
export class Line {
  readonly #policy: LinePolicy;
  readonly #jobs = new Map<string, SimulatedJob>();

  constructor(policy: LinePolicy) {
    this.#policy = policy;
  }

  async add(count: number, tenant: string, tier: Tier = 'paid'): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const id = `${this.#jobs.size}`;
      const job = { id, tenant, tier, weight: 1, cost: 1, realCost: 1, arrivesAt: 0 };
      this.#jobs.set(id, job);
      await this.#policy.add(job);
    }
  }

  async run(count: number): Promise<string[]> {
    const tenants: string[] = [];
    while (tenants.length < count) {
      const job = this.#jobs.get((await this.#policy.take()) ?? '');
      if (!job) throw new Error('nothing waits');
      await this.#policy.end(job);
      tenants.push(job.tenant);
    }
    return tenants;
  }
}

export async function lateJoinersShare(policy: LinePolicy): Promise<number> {
  const line = new Line(policy);
  await line.add(1_000, 'flood');
  await line.run(500);
  await line.add(500, 'late');
  const tenants = await line.run(400);
  return tenants.filter((tenant) => tenant === 'late').length / 400;
}

/** The place of the last job of nine small tenants behind a flood, against the best that is fair. */
export async function floodIndex(policy: LinePolicy): Promise<number> {
  const line = new Line(policy);
  await line.add(1_000, 'flood');
  for (let tenant = 0; tenant < 9; tenant += 1) await line.add(10, `small ${tenant}`);
  const tenants = await line.run(1_090);
  return (tenants.findLastIndex((tenant) => tenant.startsWith('small')) + 1) / 100;
}
