import type { QueueStats } from './job-store.ts';
import { type Tier, tiers } from './tiers.ts';

/** A worker computes one job at a time, and keeps this many open that rest or whose readers are slow. */
export const maxOpenPerWorker = 16;
/** Each attempt has its place for so long, whoever waits: it has to make again what it gives up. */
const ownMs = 15_000;

/** A job that a worker has open. */
export interface OpenJob {
  readonly tier: Tier;
  /** Its reader takes nothing. */
  readonly isHeldUp: boolean;
  /** What would have to be made again. */
  readonly computedMs: number;
  readonly beganAtMs: number;
}

/**
 * Which of a worker's jobs, all of whose places are taken, gives up its own to one that waits: of
 * those whose reader is slow the one of the lowest tier that is soonest made again, and none of a
 * higher tier than waits.
 * Without this few slow readers would keep everybody from a worker that has nothing to do.
 */
export function jobToYield<J extends OpenJob>(
  jobs: readonly J[],
  { stats, nowMs }: { stats: QueueStats; nowMs: number },
): J | undefined {
  if (jobs.length < maxOpenPerWorker) return undefined;
  const highest = tiers.findIndex((tier) => stats.tiers[tier].waiting > 0);
  if (highest === -1) return undefined;
  const yielding = jobs.filter((job) => job.isHeldUp && nowMs - job.beganAtMs >= ownMs);
  return tiers
    .slice(highest)
    .reverse()
    .map((tier) => cheapest(yielding.filter((job) => job.tier === tier)))
    .find((job) => job !== undefined);
}

function cheapest<J extends OpenJob>([first, ...others]: readonly J[]): J | undefined {
  if (!first) return undefined;
  return others.reduce((best, job) => (job.computedMs < best.computedMs ? job : best), first);
}
