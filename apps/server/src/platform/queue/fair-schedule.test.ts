import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FairSchedule, type ScheduledJob } from './fair-schedule.ts';
import { type Tier, tiers } from './tiers.ts';

/** A schedule whose jobs take as long as was expected, or as told. */
class Bench {
  readonly schedule: FairSchedule;
  readonly jobs = new Map<string, ScheduledJob>();

  constructor(lowerTierShare = 0.05) {
    this.schedule = new FairSchedule({ lowerTierShare });
  }

  add(tenant: string, options: { tier?: Tier; weight?: number; cost?: number } = {}): ScheduledJob {
    const { tier = 'paid', weight = 1, cost = 1 } = options;
    const job = { id: `${tenant}-${this.jobs.size}`, tenant, tier, weight, cost };
    this.jobs.set(job.id, job);
    this.schedule.add(job);
    return job;
  }

  addMany(count: number, ...[tenant, options]: Parameters<Bench['add']>): void {
    for (let i = 0; i < count; i += 1) this.add(tenant, options);
  }

  start(): ScheduledJob {
    const job = this.jobs.get(this.schedule.take() ?? '');
    if (!job) throw new Error('nothing waits');
    return job;
  }

  /** Runs the next job to its end. */
  run(cost?: number): ScheduledJob {
    const job = this.start();
    this.schedule.settle(job.id, job.tier, cost ?? job.cost);
    return job;
  }

  runMany(count: number): ScheduledJob[] {
    return Array.from({ length: count }, () => this.run());
  }
}

function shareOf(jobs: readonly ScheduledJob[], matches: (job: ScheduledJob) => boolean): number {
  const sum = (some: readonly ScheduledJob[]) => some.reduce((all, { cost }) => all + cost, 0);
  return sum(jobs.filter(matches)) / sum(jobs);
}

describe('within a tier', () => {
  test('tenants take turns, however much one of them has sent', () => {
    const bench = new Bench();
    bench.addMany(3, 'flood');
    bench.addMany(2, 'small');
    expect(bench.runMany(5).map(({ tenant }) => tenant)).toEqual([
      'flood',
      'small',
      'flood',
      'small',
      'flood',
    ]);
  });

  test('whoever joins a flood late gets half of it at once, and no more', () => {
    const bench = new Bench();
    bench.addMany(1_000, 'flood');
    bench.runMany(500);
    bench.addMany(500, 'late');
    const share = shareOf(bench.runMany(400), ({ tenant }) => tenant === 'late');
    expect(share).toBeGreaterThanOrEqual(0.45);
    expect(share).toBeLessThanOrEqual(0.55);
  });

  test('whoever was idle has saved up nothing', () => {
    const bench = new Bench();
    bench.addMany(1, 'idle');
    bench.addMany(1_000, 'busy');
    bench.runMany(500);
    bench.addMany(500, 'idle');
    const share = shareOf(bench.runMany(400), ({ tenant }) => tenant === 'idle');
    expect(share).toBeLessThanOrEqual(0.51);
  });

  test('a flood holds up small tenants by less than a tenth of what is unavoidable', () => {
    const bench = new Bench();
    bench.addMany(1_000, 'flood');
    for (let tenant = 0; tenant < 9; tenant += 1) bench.addMany(10, `small-${tenant}`);
    const order = bench.runMany(1_090).map(({ tenant }) => tenant);
    const last = order.findLastIndex((tenant) => tenant.startsWith('small'));
    expect((last + 1) / 100).toBeLessThanOrEqual(1.1);
  });

  test('compute time is shared, not jobs', () => {
    const bench = new Bench();
    bench.addMany(100, 'long', { cost: 9 });
    bench.addMany(1_000, 'short', { cost: 1 });
    const jobs = bench.runMany(500);
    expect(shareOf(jobs, ({ tenant }) => tenant === 'long')).toBeCloseTo(0.5, 1);
  });

  test('by weight, where one is set', () => {
    const bench = new Bench();
    bench.addMany(300, 'heavy', { weight: 3 });
    bench.addMany(300, 'light');
    const share = shareOf(bench.runMany(200), ({ tenant }) => tenant === 'heavy');
    expect(share).toBeCloseTo(0.75, 2);
  });

  test('what a job really took counts, also while others of its tenant wait', () => {
    const bench = new Bench();
    bench.addMany(500, 'understated');
    bench.addMany(500, 'honest');
    const took = { understated: 0, honest: 0 };
    for (let i = 0; i < 300; i += 1) {
      const { id, tier, tenant } = bench.start();
      const cost = tenant === 'understated' ? 4 : 1;
      bench.schedule.settle(id, tier, cost);
      took[tenant === 'understated' ? 'understated' : 'honest'] += cost;
    }
    expect(took.understated / took.honest).toBeCloseTo(1, 1);
  });

  test('a cancelled job costs its tenant nothing', () => {
    const bench = new Bench();
    const cancelled = Array.from({ length: 50 }, () => bench.add('fickle', { cost: 100 }));
    bench.addMany(50, 'steady');
    for (const job of cancelled) bench.schedule.remove(job);
    bench.addMany(50, 'fickle');
    const share = shareOf(bench.runMany(40), ({ tenant }) => tenant === 'fickle');
    expect(share).toBeCloseTo(0.5, 1);
  });

  test('a job that was overestimated before its tenant was idle earns it nothing later', () => {
    const bench = new Bench();
    bench.add('idle', { cost: 50 });
    bench.addMany(1_000, 'busy');
    const { id, tier } = bench.start();
    bench.runMany(500);
    bench.addMany(500, 'idle');
    bench.schedule.settle(id, tier, 1);
    const share = shareOf(bench.runMany(400), ({ tenant }) => tenant === 'idle');
    expect(share).toBeLessThanOrEqual(0.51);
  });

  test('a job that has to run again is the first of its tier', () => {
    const bench = new Bench();
    bench.addMany(3, 'a');
    const job = bench.run();
    bench.schedule.addAgain(job);
    bench.add('b', { tier: 'enterprise' });
    expect(bench.run().tier).toBe('enterprise');
    expect(bench.run()).toBe(job);
  });
});

describe('between tiers', () => {
  test.each(tiers.slice(1))('%s gets its share of the compute time and not more', (tier) => {
    const bench = new Bench();
    bench.addMany(4_000, 'above', { tier: 'enterprise', cost: 2 });
    bench.addMany(4_000, 'below', { tier, cost: 0.5 });
    const share = shareOf(bench.runMany(3_000), (job) => job.tier === tier);
    expect(share).toBeGreaterThan(0.048);
    expect(share).toBeLessThanOrEqual(0.05);
  });

  test('each lower tier gets its own', () => {
    const bench = new Bench(0.1);
    for (const tier of tiers) bench.addMany(3_000, tier, { tier });
    const jobs = bench.runMany(2_000);
    expect(shareOf(jobs, ({ tier }) => tier === 'paid')).toBeCloseTo(0.1, 2);
    expect(shareOf(jobs, ({ tier }) => tier === 'free')).toBeCloseTo(0.1, 2);
  });

  test('whatever a tier could have had while nothing waited in it is gone', () => {
    const bench = new Bench();
    bench.addMany(3_000, 'above', { tier: 'enterprise' });
    bench.runMany(1_000);
    bench.addMany(100, 'below', { tier: 'free' });
    const next = bench.runMany(100);
    expect(shareOf(next, ({ tier }) => tier === 'free')).toBeLessThanOrEqual(0.05);
  });

  test('nor is anything kept of what was put aside for jobs that left', () => {
    const bench = new Bench();
    const long = bench.add('below', { tier: 'free', cost: 1_000 });
    bench.addMany(2_000, 'above', { tier: 'enterprise' });
    bench.runMany(1_000);
    bench.schedule.remove(long);
    bench.addMany(100, 'below', { tier: 'free' });
    const next = bench.runMany(100);
    expect(shareOf(next, ({ tier }) => tier === 'free')).toBeLessThanOrEqual(0.05);
  });

  test('without a share the lower ones wait', () => {
    const bench = new Bench(0);
    bench.addMany(2, 'below', { tier: 'free' });
    bench.addMany(100, 'above', { tier: 'paid' });
    expect(bench.runMany(100).every(({ tier }) => tier === 'paid')).toBe(true);
  });

  test('the newest job of the lowest tier makes room, for a higher one alone', () => {
    const bench = new Bench();
    bench.add('a', { tier: 'paid' });
    bench.add('b', { tier: 'free' });
    const { id } = bench.add('c', { tier: 'free' });
    expect(bench.schedule.leastWorthy('enterprise')).toBe(id);
    expect(bench.schedule.leastWorthy('paid')).toBe(id);
    expect(bench.schedule.leastWorthy('free')).toBeUndefined();
  });
});

const jobArbitrary = fc.record({
  tenant: fc.constantFrom('a', 'b', 'c', 'd'),
  tier: fc.constantFrom(...tiers),
  weight: fc.constantFrom(1, 1, 2),
  cost: fc.integer({ min: 1, max: 20 }).map((tenths) => tenths / 10),
});

/** What happens to a schedule; numbers choose among what is there. */
const stepArbitrary = fc.oneof(
  fc.record({ do: fc.constant('add' as const), job: jobArbitrary }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({
    do: fc.constantFrom('remove' as const, 'settle' as const, 'again' as const),
    which: fc.nat(),
    cost: fc.integer({ min: 0, max: 40 }).map((tenths) => tenths / 10),
  }),
);

describe('whatever happens', () => {
  test('no job is lost or taken twice, and a tenant keeps its order', () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 200 }), (steps) => {
        const bench = new Bench();
        const waiting = new Set<ScheduledJob>();
        const again = new Set<ScheduledJob>();
        const running: ScheduledJob[] = [];
        const take = () => {
          const job = bench.start();
          if (!again.delete(job)) {
            const same = ({ tenant, tier }: ScheduledJob) =>
              tenant === job.tenant && tier === job.tier;
            expect([...waiting].find(same)).toBe(job);
            waiting.delete(job);
          }
          running.push(job);
        };
        for (const step of steps) {
          if (step.do === 'add') {
            waiting.add(bench.add(step.job.tenant, step.job));
          } else if (step.do === 'take') {
            if (waiting.size + again.size > 0) take();
          } else if (step.do === 'remove') {
            const job = [...waiting][step.which % Math.max(1, waiting.size)];
            if (!job) continue;
            bench.schedule.remove(job);
            waiting.delete(job);
          } else {
            const [job] = running.splice(step.which % Math.max(1, running.length), 1);
            if (!job) continue;
            bench.schedule.settle(job.id, job.tier, step.cost);
            if (step.do === 'settle') continue;
            bench.schedule.addAgain(job);
            again.add(job);
          }
          expect(bench.schedule.size).toBe(waiting.size + again.size);
        }
        while (waiting.size + again.size > 0) take();
        expect(bench.schedule.take()).toBeUndefined();
      }),
    );
  });

  test('the places told are those in which jobs run, if nobody comes or leaves', () => {
    fc.assert(
      fc.property(fc.array(jobArbitrary, { maxLength: 60 }), fc.nat(20), (jobs, taken) => {
        const bench = new Bench(0);
        for (const job of jobs) bench.add(job.tenant, job);
        for (let i = 0; i < Math.min(taken, jobs.length); i += 1) bench.start();
        const told = [...bench.schedule.upcoming()];
        expect(told.map(() => bench.start().id)).toEqual(told);
      }),
    );
  });

  test('tenants that all want more than there is differ by no more than their largest jobs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 80, maxLength: 80 }), {
          minLength: 2,
          maxLength: 6,
        }),
        fc.integer({ min: 1, max: 8 }),
        (costs, workers) => {
          const bench = new Bench();
          for (const [index, all] of costs.entries()) {
            for (const cost of all) bench.add(`${index}`, { cost });
          }
          const served = costs.map(() => 0);
          const running: ScheduledJob[] = [];
          for (let i = 0; i < 60; i += 1) {
            const job = bench.start();
            served[Number(job.tenant)] = (served[Number(job.tenant)] ?? 0) + job.cost;
            running.push(job);
            if (running.length < workers) continue;
            const done = running.shift();
            if (done) bench.schedule.settle(done.id, done.tier, done.cost);
          }
          expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(2 * 50);
        },
      ),
    );
  });
});
