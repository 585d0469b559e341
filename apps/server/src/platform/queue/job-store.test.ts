import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newJob } from '../../../tests/support/new-job.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import type { RedisClient } from '../redis/index.ts';
import { type JobStore, type Lease, maxAttempts, type NewJob, retryDelayMs } from './job-store.ts';
import { MemoryJobStore } from './memory-job-store.ts';
import { RedisJobStore } from './redis-job-store.ts';
import { tiers } from './tiers.ts';

interface StoreOptions {
  readonly maxWaiting: number;
  readonly lowerTierShare: number;
  readonly leaseMs: number;
  readonly nowMs: () => number;
}

let server: RedisServer;
let client: RedisClient;
let stores = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  client = await server.connect();
});

afterAll(async () => {
  client?.destroy();
  await server?.stop();
});

const subjects: { name: string; make(options: StoreOptions): JobStore }[] = [
  { name: 'MemoryJobStore', make: (options) => new MemoryJobStore(options) },
  {
    name: 'RedisJobStore',
    make(options) {
      stores += 1;
      const connect = () => server.connect();
      const prefix = `{test-${stores}}`;
      const longestStepMs = Number.MAX_SAFE_INTEGER;
      return new RedisJobStore({ ...options, longestStepMs, client, connect, prefix });
    },
  },
];

const leaseMs = 10_000;

describe.each(subjects)('$name', ({ make }) => {
  async function open(options: Partial<StoreOptions> = {}) {
    const time = { nowMs: 1_800_000_000_000 };
    const store = make({
      maxWaiting: 1_000,
      lowerTierShare: 0.05,
      leaseMs,
      nowMs: () => time.nowMs,
      ...options,
    });
    const enqueue = async (job: Partial<NewJob> = {}): Promise<NewJob> => {
      const made = newJob(job);
      expect(await store.enqueue(made)).toMatchObject({ admitted: true });
      return made;
    };
    const take = async (): Promise<Lease> => {
      const lease = await store.take();
      if (!lease) throw new Error('nothing waits');
      return lease;
    };
    return { store, time, enqueue, take };
  }

  const ran = { computeSeconds: 1 };
  const failed = { cause: 'error', reason: 'it broke', computeSeconds: 1 } as const;

  test('hands a job out once, with its payload, and ends it once', async () => {
    const { store, time, enqueue, take } = await open();
    expect(await store.take()).toBeUndefined();
    const job = await enqueue({ tenant: 'a', payload: { text: 'é\n', list: [1, null] } });
    time.nowMs += 250;
    const lease = await take();
    expect(lease).toEqual({
      jobId: job.id,
      attempt: 1,
      tenant: 'a',
      tier: 'paid',
      payload: { text: 'é\n', list: [1, null] },
      waitedMs: 250,
    });
    expect(await store.take()).toBeUndefined();
    expect(await store.finish(lease, ran)).toBe(true);
    expect(await store.finish(lease, ran)).toBe(false);
    expect(await store.fail(lease, failed)).toEqual({ outcome: 'lost' });
    expect(await store.extend(lease, ran)).toBe('lost');
  });

  test('queues a job once, however often it is told to', async () => {
    const { store, enqueue, take } = await open();
    const job = await enqueue({ maxOpen: 1 });
    expect(await store.enqueue(job)).toEqual({ admitted: true, displaced: undefined });
    const lease = await take();
    expect(await store.enqueue(job)).toEqual({ admitted: true, displaced: undefined });
    expect(await store.take()).toBeUndefined();
    expect(await store.finish(lease, ran)).toBe(true);
  });

  test('takes in the order of the schedule', async () => {
    const { enqueue, take } = await open();
    for (let i = 0; i < 3; i += 1) await enqueue({ tenant: 'flood' });
    await enqueue({ tenant: 'small' });
    await enqueue({ tenant: 'large', tier: 'enterprise' });
    await enqueue({ tenant: 'poor', tier: 'free' });
    const order: string[] = [];
    for (let i = 0; i < 6; i += 1) order.push((await take()).tenant);
    expect(order[0]).toBe('large');
    expect(order.slice(1, 3).sort()).toEqual(['flood', 'small']);
    expect(order.slice(3)).toEqual(['flood', 'flood', 'poor']);
  });

  test('shares by what jobs really took', async () => {
    const { store, enqueue, take } = await open();
    for (let i = 0; i < 60; i += 1) await enqueue({ tenant: i % 2 === 0 ? 'slow' : 'quick' });
    const taken = { slow: 0, quick: 0 };
    for (let i = 0; i < 32; i += 1) {
      const lease = await take();
      const tenant = lease.tenant === 'slow' ? 'slow' : 'quick';
      taken[tenant] += 1;
      await store.finish(lease, { computeSeconds: tenant === 'slow' ? 3 : 1 });
    }
    expect(taken.slow).toBeGreaterThanOrEqual(7);
    expect(taken.slow).toBeLessThanOrEqual(9);
  });

  test('a failing attempt is followed by another after a pause, the last by a dead letter', async () => {
    const { store, time, enqueue, take } = await open();
    const job = await enqueue({ tier: 'free', payload: 'poison' });
    const queuedAtMs = time.nowMs;
    for (let attempt = 1; attempt < maxAttempts; attempt += 1) {
      const lease = await take();
      expect(lease.attempt).toBe(attempt);
      const inMs = retryDelayMs(attempt);
      expect(await store.fail(lease, failed)).toEqual({ outcome: 'retry', inMs });
      time.nowMs += inMs - 1;
      expect(await store.take()).toBeUndefined();
      time.nowMs += 1;
    }
    const last = await take();
    expect(await store.fail(last, { ...failed, reason: 'for good' })).toEqual({ outcome: 'dead' });
    expect(await store.take()).toBeUndefined();
    const [letter, ...others] = await store.deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      jobId: job.id,
      tenant: 'team-1',
      tier: 'free',
      payload: 'poison',
      queuedAtMs,
    });
    expect(letter?.failures.map(({ reason }) => reason)).toEqual([
      'it broke',
      'it broke',
      'for good',
    ]);
    await store.bury([job.id]);
    expect(await store.deadLetters()).toEqual([]);
  });

  test('a refused job ends at once and leaves no letter', async () => {
    const { store, enqueue, take } = await open();
    await enqueue();
    const refused = { ...failed, cause: 'refused' } as const;
    expect(await store.fail(await take(), refused)).toEqual({ outcome: 'over' });
    expect(await store.take()).toBeUndefined();
    expect(await store.deadLetters()).toEqual([]);
  });

  test('a lease that is not extended goes to another one, and is worth nothing after', async () => {
    const { store, time, enqueue, take } = await open();
    const job = await enqueue();
    const lease = await take();
    time.nowMs += leaseMs - 1;
    expect(await store.extend(lease, ran)).toBe('held');
    time.nowMs += leaseMs - 1;
    expect(await store.reap()).toEqual([]);
    time.nowMs += 1;
    expect(await store.reap()).toEqual([{ jobId: job.id, outcome: 'retry' }]);
    expect(await store.extend(lease, ran)).toBe('lost');
    const again = await take();
    expect(again).toMatchObject({ jobId: job.id, attempt: 2 });
    expect(await store.finish(lease, ran)).toBe(false);
    expect(await store.finish(again, ran)).toBe(true);
  });

  test('a job that takes its workers down dies after as many attempts', async () => {
    const { store, time, enqueue, take } = await open();
    const job = await enqueue();
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      await take();
      time.nowMs += leaseMs;
      const outcome = attempt < maxAttempts ? 'retry' : 'dead';
      expect(await store.reap()).toEqual([{ jobId: job.id, outcome }]);
    }
    expect(await store.deadLetters()).toMatchObject([{ failures: [{}, {}, {}] }]);
  });

  test('a lost worker is no reason to wait', async () => {
    const { store, enqueue, take } = await open();
    await enqueue({ tenant: 'a' });
    const lease = await take();
    await enqueue({ tenant: 'b' });
    const lost = { ...failed, cause: 'worker_lost' } as const;
    expect(await store.fail(lease, lost)).toEqual({ outcome: 'retry', inMs: 0 });
    expect(await take()).toMatchObject({ jobId: lease.jobId, attempt: 2 });
  });

  test('a job that its workers give back is no worse for it', async () => {
    const { store, enqueue, take } = await open();
    const job = await enqueue();
    for (let attempt = 1; attempt <= maxAttempts + 1; attempt += 1) {
      const lease = await take();
      expect(lease).toMatchObject({ jobId: job.id, attempt });
      const released = { ...failed, cause: 'released' } as const;
      expect(await store.fail(lease, released)).toEqual({ outcome: 'retry', inMs: 0 });
    }
    const inMs = retryDelayMs(1);
    expect(await store.fail(await take(), failed)).toEqual({ outcome: 'retry', inMs });
  });

  test('a job that gives up its place comes behind those of its tenant, and is no worse for it', async () => {
    const { store, enqueue, take } = await open();
    const first = await enqueue();
    const second = await enqueue();
    for (let times = 0; times < maxAttempts; times += 1) {
      const lease = await take();
      expect(lease.jobId).toBe(first.id);
      expect(await store.fail(lease, { ...failed, cause: 'yielded' })).toEqual({
        outcome: 'retry',
        inMs: 0,
      });
      const next = await take();
      expect(next.jobId).toBe(second.id);
      await store.fail(next, { ...failed, cause: 'yielded' });
    }
    expect(await store.deadLetters()).toEqual([]);
    expect(await store.place(second.id)).toBe(2);
  });

  test('a wait that takes too long ends, and tells the place it had reached', async () => {
    const { store, time, enqueue, take } = await open();
    const jobs = [];
    for (let i = 0; i < 3; i += 1) jobs.push(await enqueue({ queueTimeoutMs: 5_000 + i }));
    await take();
    expect(await store.place(jobs[2]?.id ?? '')).toBe(2);
    time.nowMs += 5_001;
    expect(await store.reap()).toEqual([
      { jobId: jobs[1]?.id, outcome: 'queue_timeout', place: 1 },
    ]);
    time.nowMs += 1;
    expect(await store.reap()).toEqual([
      { jobId: jobs[2]?.id, outcome: 'queue_timeout', place: 1 },
    ]);
    expect(await store.take()).toBeUndefined();
  });

  test('a job that computes for too long is overdue, and dies without another attempt', async () => {
    const { store, time, enqueue, take } = await open();
    await enqueue({ runTimeoutMs: 20_000 });
    const lease = await take();
    for (const computeSeconds of [5, 20]) {
      time.nowMs += 9_000;
      expect(await store.extend(lease, { computeSeconds })).toBe('held');
    }
    expect(await store.extend(lease, { computeSeconds: 20.1 })).toBe('overdue');
    const hopeless = { ...failed, cause: 'hopeless' } as const;
    expect(await store.fail(lease, hopeless)).toEqual({ outcome: 'dead' });
    expect(await store.deadLetters()).toHaveLength(1);
  });

  test('a job is cancelled while it waits, rests or runs', async () => {
    const { store, time, enqueue, take } = await open();
    const { id: waiting } = await enqueue();
    expect(await store.cancel(waiting)).toBe('waiting');
    expect(await store.cancel(waiting)).toBeUndefined();
    expect(await store.take()).toBeUndefined();

    const { id: resting } = await enqueue();
    await store.fail(await take(), failed);
    expect(await store.cancel(resting)).toBe('waiting');
    time.nowMs += 60_000;
    expect(await store.take()).toBeUndefined();

    const { id: running } = await enqueue();
    const lease = await take();
    expect(await store.cancel(running)).toBe('running');
    expect(await store.extend(lease, ran)).toBe('cancelled');
    expect(await store.fail(lease, failed)).toEqual({ outcome: 'over' });
    expect(await store.deadLetters()).toEqual([]);

    const { id: abandoned } = await enqueue();
    await take();
    await store.cancel(abandoned);
    time.nowMs += leaseMs;
    expect(await store.reap()).toEqual([{ jobId: abandoned, outcome: 'over' }]);
    expect(await store.take()).toBeUndefined();
  });

  test('admits so many open jobs of a tenant, until one of them ends', async () => {
    const { store, enqueue, take } = await open();
    await enqueue({ tenant: 'a', maxOpen: 2 });
    await enqueue({ tenant: 'a', maxOpen: 2 });
    const lease = await take();
    const refused = await store.enqueue(newJob({ tenant: 'a', maxOpen: 2 }));
    expect(refused).toMatchObject({ admitted: false, reason: 'tenant_full' });
    await enqueue({ tenant: 'b', maxOpen: 2 });
    await store.finish(lease, ran);
    await enqueue({ tenant: 'a', maxOpen: 2 });
    await store.fail(await take(), { ...failed, cause: 'refused' });
    await enqueue({ tenant: 'a', maxOpen: 3 });
  });

  test('says by the measured pace when to come back', async () => {
    const { store, time, enqueue, take } = await open({ maxWaiting: 50 });
    for (let i = 0; i < 50; i += 1) await enqueue({ tenant: `${i % 5}`, tier: 'free' });
    for (let i = 0; i < 30; i += 1) {
      await take();
      time.nowMs += 2_000;
    }
    const { secondsPerJob } = await store.stats();
    expect(secondsPerJob).toBeCloseTo(2, 1);
    const refused = await store.enqueue(newJob({ tenant: '1', tier: 'free', maxOpen: 5 }));
    expect(refused).toEqual({ admitted: false, reason: 'tenant_full', retryAfterSeconds: 10 });
    for (let i = 0; i < 30; i += 1) await enqueue({ tenant: 'more', tier: 'free' });
    const full = await store.enqueue(newJob({ tenant: 'late', tier: 'free' }));
    expect(full).toEqual({ admitted: false, reason: 'queue_full', retryAfterSeconds: 100 });
  });

  test('full, it sheds the newest of the lowest tier for a higher one, and no other', async () => {
    const { store, enqueue } = await open({ maxWaiting: 3 });
    await enqueue({ tier: 'free' });
    const { id: paid } = await enqueue({ tier: 'paid' });
    const { id: newestFree } = await enqueue({ tier: 'free' });
    const full = { admitted: false, reason: 'queue_full' };
    expect(await store.enqueue(newJob({ tier: 'free' }))).toMatchObject(full);
    const displacing = await store.enqueue(newJob({ tier: 'paid' }));
    expect(displacing).toEqual({ admitted: true, displaced: newestFree });
    await store.enqueue(newJob({ tier: 'enterprise' }));
    expect(await store.enqueue(newJob({ tier: 'paid' }))).toMatchObject(full);
    const last = await store.enqueue(newJob({ tier: 'enterprise' }));
    expect(last).toMatchObject({ admitted: true });
    expect((await store.stats()).tiers).toMatchObject({
      enterprise: { waiting: 2 },
      paid: { waiting: 1 },
      free: { waiting: 0 },
    });
    expect(await store.place(paid)).toBe(3);
  });

  test('says how many dead letters wait to be buried', async () => {
    const { store, enqueue, take } = await open();
    const jobs = [await enqueue(), await enqueue()];
    const waiting = async () => (await store.stats()).deadLetters;
    for (const [index] of jobs.entries()) {
      expect(await waiting()).toBe(index);
      await store.fail(await take(), { ...failed, cause: 'hopeless' });
    }
    expect(await waiting()).toBe(2);
    for (const { id } of jobs) await store.bury([id]);
    expect(await waiting()).toBe(0);
  });

  test('says how much waits in each tier, and for how long', async () => {
    const { store, time, enqueue, take } = await open();
    await enqueue({ tier: 'free' });
    time.nowMs += 700;
    await enqueue({ tier: 'free' });
    await enqueue({ tier: 'enterprise' });
    time.nowMs += 300;
    await take();
    expect(await store.stats()).toMatchObject({
      tiers: {
        enterprise: { waiting: 0, oldestWaitMs: 0 },
        paid: { waiting: 0, oldestWaitMs: 0 },
        free: { waiting: 2, oldestWaitMs: 1_000 },
      },
      running: 1,
    });
  });

  const causes = ['error', 'worker_lost', 'released', 'hopeless', 'refused'] as const;
  const step = fc.oneof(
    fc.record({
      do: fc.constant('enqueue' as const),
      tenant: fc.constantFrom('a', 'b', 'c'),
      tier: fc.constantFrom(...tiers),
      maxOpen: fc.constantFrom(3, 100),
    }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 200, 5_000, 61_000) }),
    fc.record({
      do: fc.constantFrom('finish' as const, 'fail' as const, 'extend' as const, 'cancel' as const),
      which: fc.nat(),
      cause: fc.constantFrom(...causes),
    }),
  );

  test('whatever happens, each job that was admitted ends exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const { store, time } = await open({ maxWaiting: 6 });
        const open_ = new Set<string>();
        const known: string[] = [];
        const leases: Lease[] = [];
        const lanes = new Map<string, string[]>();
        const end = (id: string) => {
          expect(open_.delete(id)).toBe(true);
        };
        const take = async () => {
          const lease = await store.take();
          if (!lease) return;
          leases.push(lease);
          expect(open_).toContain(lease.jobId);
          if (lease.attempt > 1) return;
          const lane = lanes.get(`${lease.tenant} ${lease.tier}`) ?? [];
          expect(lane.find((id) => open_.has(id))).toBe(lease.jobId);
          lane.splice(0, lane.indexOf(lease.jobId) + 1);
        };
        const reap = async () => {
          for (const { jobId, outcome } of await store.reap()) if (outcome !== 'retry') end(jobId);
        };
        for (const now of steps) {
          if (now.do === 'enqueue') {
            const job = newJob(now);
            const admission = await store.enqueue(job);
            if (!admission.admitted) continue;
            if (admission.displaced !== undefined) end(admission.displaced);
            open_.add(job.id);
            known.push(job.id);
            const lane = `${job.tenant} ${job.tier}`;
            lanes.set(lane, [...(lanes.get(lane) ?? []), job.id]);
          } else if (now.do === 'take') {
            await take();
          } else if (now.do === 'advance') {
            time.nowMs += now.ms;
            await reap();
          } else if (now.do === 'cancel') {
            const id = known[now.which % Math.max(1, known.length)] ?? '';
            if ((await store.cancel(id)) === 'waiting') end(id);
          } else {
            const lease = leases[now.which % Math.max(1, leases.length)];
            if (!lease) continue;
            if (now.do === 'extend') await store.extend(lease, ran);
            else if (now.do === 'finish') (await store.finish(lease, ran)) && end(lease.jobId);
            else {
              const { outcome } = await store.fail(lease, { ...failed, cause: now.cause });
              if (outcome === 'dead' || outcome === 'over') end(lease.jobId);
            }
          }
        }
        for (let rounds = 0; open_.size > 0 && rounds < 10; rounds += 1) {
          time.nowMs += 61_000;
          await reap();
          await take();
        }
        expect([...open_]).toEqual([]);
        expect(await store.stats()).toMatchObject({ running: 0 });
      }),
      { numRuns: 150 },
    );
  });
});
