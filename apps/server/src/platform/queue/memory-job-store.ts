import { DrainRate } from './drain-rate.ts';
import { FairSchedule } from './fair-schedule.ts';
import {
  type Admission,
  type DeadLetter,
  deadLettersAtOnce,
  type FailureCause,
  type FailureOutcome,
  type JobFailure,
  type JobStore,
  type Lease,
  type LeaseState,
  maxAttempts,
  maxDeadLetters,
  type NewJob,
  type QueueStats,
  type Reaped,
  retryDelayMs,
} from './job-store.ts';
import { RankedSet } from './ranked-set.ts';
import { byTier, tiers } from './tiers.ts';

interface Held {
  readonly job: NewJob;
  readonly queuedAtMs: number;
  readonly failures: JobFailure[];
  /** `resting`: between two attempts. */
  state: 'waiting' | 'resting' | 'running';
  waitingSinceMs: number;
  attempts: number;
  computeSeconds: number;
  cancelled: boolean;
}

interface MemoryJobStoreOptions {
  readonly maxWaiting: number;
  readonly lowerTierShare: number;
  readonly leaseMs: number;
  /** Milliseconds, monotonic. */
  readonly nowMs?: () => number;
  readonly onDropped?: (letter: DeadLetter) => void;
}

/** The jobs of one process. */
export class MemoryJobStore implements JobStore {
  readonly #schedule: FairSchedule;
  readonly #drainRate = new DrainRate();
  readonly #jobs = new Map<string, Held>();
  readonly #openByTenant = new Map<string, number>();
  readonly #queueDeadlines = new RankedSet<Held>();
  readonly #leaseDeadlines = new RankedSet<Held>();
  readonly #rests = new RankedSet<Held>();
  readonly #dead = new Map<string, DeadLetter>();
  readonly #options: MemoryJobStoreOptions;
  readonly #nowMs: () => number;

  constructor(options: MemoryJobStoreOptions) {
    this.#options = options;
    this.#schedule = new FairSchedule(options);
    this.#nowMs = options.nowMs ?? (() => performance.timeOrigin + performance.now());
  }

  enqueue(job: NewJob): Admission {
    if (this.#jobs.has(job.id)) return { admitted: true, displaced: undefined };
    if ((this.#openByTenant.get(job.tenant) ?? 0) >= job.maxOpen) {
      return this.#refuse('tenant_full', this.#tenantsBefore(job));
    }
    let displaced: string | undefined;
    if (this.#schedule.size >= this.#options.maxWaiting) {
      displaced = this.#schedule.leastWorthy(job.tier);
      const held = displaced === undefined ? undefined : this.#jobs.get(displaced);
      if (!held) return this.#refuse('queue_full', this.#schedule.size);
      this.#leaveLine(held);
      this.#forget(held);
    }
    const nowMs = this.#nowMs();
    const held: Held = {
      job,
      queuedAtMs: nowMs,
      failures: [],
      state: 'waiting',
      waitingSinceMs: nowMs,
      attempts: 0,
      computeSeconds: 0,
      cancelled: false,
    };
    this.#jobs.set(job.id, held);
    this.#openByTenant.set(job.tenant, (this.#openByTenant.get(job.tenant) ?? 0) + 1);
    this.#schedule.add(job);
    this.#queueDeadlines.set(held, nowMs + job.queueTimeoutMs);
    return { admitted: true, displaced };
  }

  take(): Lease | undefined {
    const nowMs = this.#nowMs();
    this.#endRests(nowMs);
    const id = this.#schedule.take();
    const held = id === undefined ? undefined : this.#jobs.get(id);
    if (!held) return undefined;
    this.#queueDeadlines.delete(held);
    this.#leaseDeadlines.set(held, nowMs + this.#options.leaseMs);
    this.#drainRate.jobTaken(nowMs, this.#schedule.size);
    held.state = 'running';
    held.attempts += 1;
    held.computeSeconds = 0;
    const { id: jobId, tenant, tier, payload } = held.job;
    const waitedMs = nowMs - held.waitingSinceMs;
    return { jobId, attempt: held.attempts, tenant, tier, payload, waitedMs };
  }

  extend(lease: Lease, { computeSeconds }: { computeSeconds: number }): LeaseState {
    const held = this.#heldBy(lease);
    if (!held) return 'lost';
    held.computeSeconds = computeSeconds;
    this.#leaseDeadlines.set(held, this.#nowMs() + this.#options.leaseMs);
    if (held.cancelled) return 'cancelled';
    return computeSeconds * 1000 > held.job.runTimeoutMs ? 'overdue' : 'held';
  }

  finish(lease: Lease, { computeSeconds }: { computeSeconds: number }): boolean {
    const held = this.#heldBy(lease);
    if (!held) return false;
    this.#stop(held, computeSeconds);
    this.#forget(held);
    return true;
  }

  fail(
    lease: Lease,
    failure: { cause: FailureCause; reason: string; computeSeconds: number },
  ): FailureOutcome {
    const held = this.#heldBy(lease);
    return held ? this.#endAttempt(held, failure) : { outcome: 'lost' };
  }

  cancel(jobId: string): 'waiting' | 'running' | undefined {
    const held = this.#jobs.get(jobId);
    if (!held) return undefined;
    if (held.state === 'running') {
      held.cancelled = true;
      return 'running';
    }
    this.#leaveLine(held);
    this.#forget(held);
    return 'waiting';
  }

  /** Until all that waits now will have been taken. */
  retryAfterSeconds(): number {
    return this.#drainRate.retryAfterSeconds(this.#schedule.size);
  }

  place(jobId: string): number | undefined {
    return this.#places().get(jobId);
  }

  reap(): readonly Reaped[] {
    const nowMs = this.#nowMs();
    this.#endRests(nowMs);
    return [...this.#endWaits(nowMs), ...this.#takeBackLeases(nowMs)];
  }

  stats(): QueueStats {
    const nowMs = this.#nowMs();
    const oldest = { ...byTier(() => nowMs) };
    let running = 0;
    for (const { job, state, waitingSinceMs } of this.#jobs.values()) {
      if (state === 'running') running += 1;
      if (state === 'waiting') oldest[job.tier] = Math.min(oldest[job.tier], waitingSinceMs);
    }
    return {
      tiers: byTier((tier) => ({
        waiting: this.#schedule.depth(tier),
        oldestWaitMs: nowMs - oldest[tier],
      })),
      running,
      secondsPerJob: this.#drainRate.secondsPerJob,
      deadLetters: this.#dead.size,
    };
  }

  deadLetters(): readonly DeadLetter[] {
    return [...this.#dead.values()].slice(0, deadLettersAtOnce);
  }

  bury(jobIds: readonly string[]): void {
    for (const id of jobIds) this.#dead.delete(id);
  }

  #heldBy({ jobId, attempt }: Lease): Held | undefined {
    const held = this.#jobs.get(jobId);
    return held?.state === 'running' && held.attempts === attempt ? held : undefined;
  }

  #refuse(reason: 'tenant_full' | 'queue_full', jobsBefore: number): Admission {
    const retryAfterSeconds = this.#drainRate.retryAfterSeconds(jobsBefore);
    return { admitted: false, reason, retryAfterSeconds };
  }

  /** Tenants take turns: this many jobs are taken until it is a tenant's turn again. */
  #tenantsBefore({ tier }: NewJob): number {
    const upTo = tiers.slice(0, tiers.indexOf(tier) + 1);
    return upTo.reduce((sum, each) => sum + this.#schedule.tenants(each), 0);
  }

  #places(): Map<string, number> {
    const ids = this.#schedule.upcoming();
    return new Map(ids.map((id, index): [string, number] => [id, index + 1]));
  }

  #endRests(nowMs: number): void {
    while (this.#rests.lowestRank <= nowMs) {
      const held = this.#rests.shift();
      if (held) this.#runAgain(held, nowMs);
    }
  }

  #runAgain(held: Held, nowMs: number, { isFirst = true }: { isFirst?: boolean } = {}): void {
    held.state = 'waiting';
    held.waitingSinceMs = nowMs;
    if (isFirst) this.#schedule.addAgain(held.job);
    else this.#schedule.add(held.job);
    this.#queueDeadlines.set(held, nowMs + held.job.queueTimeoutMs);
  }

  #endWaits(nowMs: number): Reaped[] {
    if (this.#queueDeadlines.lowestRank > nowMs) return [];
    const places = this.#places();
    const reaped: Reaped[] = [];
    while (this.#queueDeadlines.lowestRank <= nowMs) {
      const held = this.#queueDeadlines.shift();
      if (!held) break;
      this.#leaveLine(held);
      this.#forget(held);
      const jobId = held.job.id;
      reaped.push({ jobId, outcome: 'queue_timeout', place: places.get(jobId) ?? 0 });
    }
    return reaped;
  }

  #takeBackLeases(nowMs: number): Reaped[] {
    const reaped: Reaped[] = [];
    while (this.#leaseDeadlines.lowestRank <= nowMs) {
      const held = this.#leaseDeadlines.first;
      if (!held) break;
      const { outcome } = this.#endAttempt(held, {
        cause: 'worker_lost',
        reason: 'the worker was not heard of any more',
        computeSeconds: held.computeSeconds,
      });
      if (outcome !== 'lost') reaped.push({ jobId: held.job.id, outcome });
    }
    return reaped;
  }

  #endAttempt(
    held: Held,
    {
      cause,
      reason,
      computeSeconds,
    }: { cause: FailureCause; reason: string; computeSeconds: number },
  ): FailureOutcome {
    const nowMs = this.#nowMs();
    this.#stop(held, computeSeconds);
    if (held.cancelled || cause === 'refused') {
      this.#forget(held);
      return { outcome: 'over' };
    }
    if (cause === 'released' || cause === 'yielded') {
      this.#runAgain(held, nowMs, { isFirst: cause === 'released' });
      return { outcome: 'retry', inMs: 0 };
    }
    held.failures.push({ cause, reason, failedAtMs: nowMs });
    if (cause === 'hopeless' || held.failures.length >= maxAttempts) {
      this.#forget(held);
      this.#keepDead(held);
      return { outcome: 'dead' };
    }
    if (cause === 'worker_lost') {
      this.#runAgain(held, nowMs);
      return { outcome: 'retry', inMs: 0 };
    }
    const inMs = retryDelayMs(held.failures.length);
    held.state = 'resting';
    this.#rests.set(held, nowMs + inMs);
    return { outcome: 'retry', inMs };
  }

  #stop(held: Held, computeSeconds: number): void {
    this.#leaseDeadlines.delete(held);
    this.#schedule.settle(held.job.id, held.job.tier, computeSeconds);
  }

  #leaveLine(held: Held): void {
    this.#rests.delete(held);
    this.#queueDeadlines.delete(held);
    if (held.state === 'waiting') this.#schedule.remove(held.job);
  }

  #forget({ job }: Held): void {
    this.#jobs.delete(job.id);
    const open = (this.#openByTenant.get(job.tenant) ?? 0) - 1;
    if (open > 0) this.#openByTenant.set(job.tenant, open);
    else this.#openByTenant.delete(job.tenant);
  }

  #keepDead({ job, queuedAtMs, failures }: Held): void {
    const { id: jobId, tenant, tier, payload } = job;
    this.#dead.set(jobId, { jobId, tenant, tier, payload, queuedAtMs, failures });
    if (this.#dead.size <= maxDeadLetters) return;
    const [oldest] = this.#dead.values();
    if (!oldest) return;
    this.#dead.delete(oldest.jobId);
    this.#options.onDropped?.(oldest);
  }
}
