import { RankedSet } from './ranked-set.ts';

/** What the schedule knows of a job. */
export interface FairJob {
  readonly id: string;
  readonly tenant: string;
  /** Share among the tenants of a tier, against 1 of others. */
  readonly weight: number;
  /** Expected compute seconds. */
  readonly cost: number;
}

/** One tenant's line within a tier. */
interface Lane {
  readonly tenant: string;
  readonly jobs: RankedSet<FairJob>;
  /** Virtual time at which its next job starts. */
  next: number;
  /** By how much its start was moved up in all, because it had been idle. */
  lifted: number;
  running: number;
}

/** Where a job's cost was written down, so that it can be corrected. */
export interface Charge {
  readonly job: FairJob;
  readonly lifted: number;
}

/**
 * Start-time fair queueing over the tenants of one tier. A job starts at the virtual time at which
 * its tenant's former one ends, but not before the tier's own time, which is the start of the job
 * taken last: whoever was idle has saved up nothing, and whoever joins is served at once. The
 * earliest start is taken first.
 */
export class FairTier {
  readonly #lanes = new Map<string, Lane>();
  readonly #waiting = new RankedSet<Lane>();
  /** Lanes with nothing to do that are ahead of the tier's time; others are forgotten. */
  readonly #ahead = new RankedSet<Lane>();
  /** Jobs that were taken before and have to run again. */
  readonly #again = new RankedSet<FairJob>();
  readonly #newest = new RankedSet<FairJob>();
  #time = 0;
  /** The latest virtual time that any lane has reached. */
  #latest = 0;
  #arrivals = 0;

  /** Jobs that wait. */
  get size(): number {
    return this.#newest.size + this.#again.size;
  }

  /** Tenants that wait with a job not taken yet. */
  get tenants(): number {
    return this.#waiting.size;
  }

  /** The job that is taken next. */
  get head(): FairJob | undefined {
    return this.#again.first ?? this.#waiting.first?.jobs.first;
  }

  /** The job that came last. */
  get newest(): FairJob | undefined {
    return this.#newest.first;
  }

  /** Puts a job at the end of its tenant's line. */
  add(job: FairJob): void {
    const lane = this.#laneOf(job.tenant);
    const arrival = this.#arrivals++;
    lane.jobs.set(job, arrival);
    this.#newest.set(job, -arrival);
    if (this.#waiting.has(lane)) return;
    this.#lift(lane);
    this.#waiting.set(lane, lane.next);
  }

  /** Puts a job that was taken before ahead of all others. */
  addAgain(job: FairJob): void {
    this.#again.set(job, this.#arrivals++);
  }

  remove(job: FairJob): void {
    if (this.#again.delete(job) || !this.#newest.delete(job)) return;
    const lane = this.#laneOf(job.tenant);
    lane.jobs.delete(job);
    if (lane.jobs.size === 0) this.#rest(lane);
    this.#catchUp();
  }

  /** Takes the head, whose tenant pays the expected cost for now. */
  take(): Charge | undefined {
    const job = this.head;
    if (!job) return undefined;
    const lane = this.#laneOf(job.tenant);
    if (!this.#waiting.has(lane)) this.#lift(lane);
    lane.running += 1;
    if (!this.#again.delete(job)) {
      this.#time = Math.max(this.#time, lane.next);
      lane.jobs.delete(job);
      this.#newest.delete(job);
    }
    this.#charge(lane, job.cost / job.weight);
    if (lane.jobs.size === 0) this.#rest(lane);
    this.#catchUp();
    return { job, lifted: lane.lifted };
  }

  /** Corrects what the tenant paid, once it is known what the job took. */
  settle({ job, lifted }: Charge, cost: number): void {
    const lane = this.#laneOf(job.tenant);
    lane.running -= 1;
    const error = (cost - job.cost) / job.weight;
    // Had the cost been known, the tenant would have been moved up by so much more or less.
    const liftedSince = lane.lifted - lifted;
    if (error > 0) this.#charge(lane, Math.max(0, error - liftedSince));
    else if (liftedSince === 0) this.#charge(lane, error);
    if (lane.jobs.size === 0) this.#rest(lane);
    this.#catchUp();
  }

  /** The waiting jobs as they would be taken if nobody came or left any more. */
  *upcoming(): Generator<FairJob> {
    for (const { member } of this.#again.inOrder()) yield member;
    const lanes = new RankedSet<{ jobs: FairJob[]; next: number }>();
    for (const { member, rank } of this.#waiting.inOrder()) {
      const jobs = member.jobs.inOrder().map(({ member: job }) => job);
      lanes.set({ jobs: jobs.reverse(), next: rank }, rank);
    }
    for (let lane = lanes.first; lane; lane = lanes.first) {
      const job = lane.jobs.pop();
      if (!job) {
        lanes.delete(lane);
        continue;
      }
      yield job;
      lane.next += job.cost / job.weight;
      lanes.set(lane, lane.next);
    }
  }

  /** An idle lane begins at the tier's time. */
  #lift(lane: Lane): void {
    if (lane.next < this.#time) {
      lane.lifted += this.#time - lane.next;
      lane.next = this.#time;
    }
    this.#ahead.delete(lane);
  }

  #charge(lane: Lane, virtualSeconds: number): void {
    lane.next += virtualSeconds;
    this.#latest = Math.max(this.#latest, lane.next);
    if (this.#waiting.has(lane)) this.#waiting.set(lane, lane.next);
  }

  /** Nothing of the lane waits any more. */
  #rest(lane: Lane): void {
    this.#waiting.delete(lane);
    if (lane.running === 0) this.#ahead.set(lane, lane.next);
  }

  /** Forgets who is not ahead of the tier's time; with nobody waiting that is everybody. */
  #catchUp(): void {
    if (this.#waiting.size === 0) this.#time = this.#latest;
    while (this.#ahead.lowestRank <= this.#time) {
      const lane = this.#ahead.shift();
      if (lane) this.#lanes.delete(lane.tenant);
    }
  }

  #laneOf(tenant: string): Lane {
    const known = this.#lanes.get(tenant);
    if (known) return known;
    const lane = { tenant, jobs: new RankedSet<FairJob>(), next: 0, lifted: 0, running: 0 };
    this.#lanes.set(tenant, lane);
    return lane;
  }
}
