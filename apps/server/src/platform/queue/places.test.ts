import { expect, test } from 'vitest';
import type { QueueStats } from './job-store.ts';
import { jobToYield, maxOpenPerWorker, type OpenJob } from './places.ts';
import { byTier, type Tier } from './tiers.ts';

const nowMs = 1_000_000;

const open = (tier: Tier, job: Partial<OpenJob> = {}): OpenJob => ({
  tier,
  isHeldUp: true,
  computedMs: 0,
  beganAtMs: nowMs - 60_000,
  ...job,
});
const full = (...jobs: OpenJob[]): OpenJob[] => [
  ...jobs,
  ...Array.from({ length: maxOpenPerWorker - jobs.length }, () =>
    open('enterprise', { isHeldUp: false }),
  ),
];
const waiting = (...waiting: Tier[]): { stats: QueueStats; nowMs: number } => ({
  nowMs,
  stats: {
    tiers: byTier((tier) => ({ waiting: waiting.includes(tier) ? 1 : 0, oldestWaitMs: 0 })),
    running: maxOpenPerWorker,
    secondsPerJob: 1,
    deadLetters: 0,
  },
});

test('of the lowest tier the one that is soonest made again gives up its place', () => {
  const [paid, long, short] = [2_000, 9_000, 5_000].map((computedMs, n) =>
    open(n === 0 ? 'paid' : 'free', { computedMs }),
  );
  if (!paid || !long || !short) throw new Error('three jobs');
  expect(
    jobToYield(full(paid, long, short, open('free', { computedMs: 7_000 })), waiting('enterprise')),
  ).toBe(short);
  expect(jobToYield(full(paid), waiting('enterprise', 'free'))).toBe(paid);
});

test('for one of its own tier too, but for none below it', () => {
  const paid = open('paid');
  expect(jobToYield(full(paid), waiting('paid'))).toBe(paid);
  expect(jobToYield(full(paid), waiting('free'))).toBeUndefined();
});

test('none while there is room, nobody waits, its reader reads, or it has just begun', () => {
  const free = open('free');
  expect(jobToYield(full(free).slice(1), waiting('paid'))).toBeUndefined();
  expect(jobToYield(full(free), waiting())).toBeUndefined();
  expect(jobToYield(full(open('free', { isHeldUp: false })), waiting('paid'))).toBeUndefined();
  const begun = open('free', { beganAtMs: nowMs - 14_999 });
  expect(jobToYield(full(begun), waiting('paid'))).toBeUndefined();
});
