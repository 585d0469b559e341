import { type Charge, type FairJob, FairTier } from './fair-tier.ts';
import { type ByTier, byTier, type Tier, tiers } from './tiers.ts';

export interface ScheduledJob extends FairJob {
  readonly tier: Tier;
}

/** A job that was taken: what it took on credit, until it is settled. */
interface Running {
  readonly charge: Charge;
  /** Lower tiers that waited when it was taken. */
  readonly passedOver: readonly Tier[];
  /** It went ahead of a higher tier, out of its own tier's share. */
  readonly outOfShare: boolean;
}

/**
 * The order in which jobs are taken: higher tiers first, and within a tier fairly over tenants.
 * While a lower tier waits, `lowerTierShare` of the compute time taken is put aside for it; once
 * that pays for its next job, the job goes ahead of the higher tiers. What is not waiting earns
 * nothing. No I/O and no clock; each call takes O(log n).
 */
export class FairSchedule {
  readonly #tiers: ByTier<FairTier> = byTier(() => new FairTier());
  /** Compute seconds put aside for each tier. */
  readonly #aside: Record<Tier, number> = { ...byTier(() => 0) };
  readonly #running = new Map<string, Running>();
  readonly #lowerTierShare: number;

  /** @param options.lowerTierShare of compute time, from 0 to below 0.5 */
  constructor(options: { lowerTierShare: number }) {
    this.#lowerTierShare = options.lowerTierShare;
  }

  get size(): number {
    return tiers.reduce((size, tier) => size + this.#tiers[tier].size, 0);
  }

  depth(tier: Tier): number {
    return this.#tiers[tier].size;
  }

  /** Tenants that wait in a tier. */
  tenants(tier: Tier): number {
    return this.#tiers[tier].tenants;
  }

  add(job: ScheduledJob): void {
    this.#tiers[job.tier].add(job);
  }

  /** A job that was taken and settled before has to run again: first of its tier. */
  addAgain(job: ScheduledJob): void {
    this.#tiers[job.tier].addAgain(job);
  }

  /** Takes a waiting job out of its line; it costs its tenant nothing. */
  remove(job: ScheduledJob): void {
    this.#tiers[job.tier].remove(job);
    this.#forgetIdle();
  }

  /** The id of the job to run next. */
  take(): string | undefined {
    const waiting = tiers.filter((tier) => this.#tiers[tier].size > 0);
    const [highest, ...lower] = waiting;
    if (!highest) return undefined;
    const paid = lower.find((tier) => this.#aside[tier] >= (this.#tiers[tier].head?.cost ?? 0));
    const tier = paid ?? highest;
    const charge = this.#tiers[tier].take();
    if (!charge) return undefined;
    const { id, cost } = charge.job;
    const running = { charge, passedOver: lower, outOfShare: paid !== undefined };
    this.#running.set(id, running);
    this.#putAside(tier, running, cost);
    this.#forgetIdle();
    return id;
  }

  /** The job runs no more; `cost` is what it took. It may then be added again. */
  settle(id: string, tier: Tier, cost: number): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#running.delete(id);
    this.#putAside(tier, running, cost - running.charge.job.cost);
    this.#tiers[tier].settle(running.charge, cost);
    this.#forgetIdle();
  }

  /** The job that makes room for one of `tier`: the newest of the lowest tier below it. */
  leastWorthy(tier: Tier): string | undefined {
    const below = tiers.slice(tiers.indexOf(tier) + 1).reverse();
    return below.map((lower) => this.#tiers[lower].newest?.id).find((id) => id !== undefined);
  }

  /** Ids of the waiting jobs in the order in which they would run if nobody came or left. */
  *upcoming(): Generator<string> {
    for (const tier of tiers) {
      for (const { id } of this.#tiers[tier].upcoming()) yield id;
    }
  }

  #putAside(tier: Tier, { passedOver, outOfShare }: Running, cost: number): void {
    for (const lower of passedOver) this.#aside[lower] += cost * this.#lowerTierShare;
    if (outOfShare) this.#aside[tier] -= cost;
  }

  #forgetIdle(): void {
    for (const tier of tiers) if (this.#tiers[tier].size === 0) this.#aside[tier] = 0;
  }
}
