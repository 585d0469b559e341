import { z } from 'zod';
import type { RedisClient, RedisFunction } from '../redis/index.ts';
import {
  type Admission,
  type DeadLetter,
  deadLettersAtOnce,
  type FailureCause,
  type FailureOutcome,
  JobStoreUnreachable,
  type Lease,
  type LeaseState,
  maxAttempts,
  maxDeadLetters,
  type NewJob,
  type OtherWork,
  type QueueStats,
  type Reaped,
  retryDelayMs,
  type SharedJobStore,
  type Standing,
} from './job-store.ts';
import { jobScript, keyNames, wakeKey } from './redis-job-script.ts';
import { RedisWaiting } from './redis-waiting.ts';
import { tiers } from './tiers.ts';

/** Long enough for a process that looks after its jobs every few seconds. */
const endingsKeptMs = 60_000;
/** Well more than between two sweeps, and well less than a lease. */
const longestStepMs = 5_000;

const tierSchema = z.enum(tiers);
const admissionSchema = z.union([
  z.object({ admitted: z.literal(true), displaced: z.string() }),
  z.object({
    admitted: z.literal(false),
    reason: z.enum(['tenant_full', 'queue_full']),
    retryAfterSeconds: z.number(),
  }),
]);
const listSchema = z.array(z.unknown());
const leaseSchema = z.object({
  jobId: z.string(),
  attempt: z.int(),
  tenant: z.string(),
  tier: tierSchema,
  waitedMs: z.number(),
  payload: z.string(),
});
const leaseStateSchema = z.enum(['held', 'lost', 'cancelled', 'overdue']);
const outcomeSchema = z.union([
  z.object({ outcome: z.literal('retry'), inMs: z.number() }),
  z.object({ outcome: z.enum(['dead', 'over', 'lost']) }),
]);
const reapedSchema = z.union([
  z.object({ jobId: z.string(), outcome: z.literal('queue_timeout'), place: z.int() }),
  z.object({ jobId: z.string(), outcome: z.enum(['retry', 'dead', 'over']) }),
]);
const tierStatsSchema = z.object({ waiting: z.int(), oldestWaitMs: z.number() });
const statsSchema = z.object({
  tiers: z.object({ enterprise: tierStatsSchema, paid: tierStatsSchema, free: tierStatsSchema }),
  running: z.int(),
  secondsPerJob: z.number(),
  deadLetters: z.int(),
});
const endedSchema = z.literal('ended');
const standingSchema = z.union([
  z.object({ state: z.enum(['waiting', 'resting', 'running', 'unknown']) }),
  z.object({
    state: endedSchema,
    outcome: z.literal('queue_timeout'),
    place: z.int(),
    retryAfterSeconds: z.int(),
  }),
  z.object({ state: endedSchema, outcome: z.literal('displaced'), retryAfterSeconds: z.int() }),
  z.object({
    state: endedSchema,
    outcome: z.literal('dead'),
    attempts: z.int(),
    reason: z.string(),
  }),
  z.object({ state: endedSchema, outcome: z.literal('over'), reason: z.string() }),
]);
const letterSchema = z.object({
  jobId: z.string(),
  tenant: z.string(),
  tier: tierSchema,
  payload: z.string(),
  queuedAtMs: z.number(),
  failures: z.array(
    z.object({
      cause: z.enum(['error', 'worker_lost', 'hopeless', 'refused']),
      reason: z.string(),
      failedAtMs: z.number(),
    }),
  ),
});
const textsSchema = z.array(z.string());
const endsSchema = z.tuple([z.unknown(), textsSchema]);

/** In a Cluster its braces keep all keys on one node. */
export const jobStorePrefix = 'voiceflow:{queue-3}';

interface RedisJobStoreOptions {
  readonly client: RedisClient;
  /** Opens a further connection, on which the store waits for work. */
  readonly connect: () => Promise<RedisClient>;
  readonly prefix?: string;
  readonly maxWaiting: number;
  readonly lowerTierShare: number;
  readonly leaseMs: number;
  /** Takes the place of the server's clock, so that a test can move it. */
  readonly nowMs?: () => number;
  /**
   * The queue's clock runs by the server's, but no faster than so much from one call that notes the
   * time to the next.
   */
  readonly longestStepMs?: number;
  readonly onDropped?: (letter: Pick<DeadLetter, 'jobId'>) => void;
}

/** The jobs of all processes on one Redis. Its settings are the same in each of them. */
export class RedisJobStore implements SharedJobStore {
  readonly #client: RedisClient;
  readonly #keys: string[];
  readonly #script: RedisFunction;
  readonly #now: () => string;
  readonly #onDropped: RedisJobStoreOptions['onDropped'];
  readonly #waiting: RedisWaiting;
  readonly #restEnds = new Set<NodeJS.Timeout>();

  constructor(options: RedisJobStoreOptions) {
    const { client, prefix = jobStorePrefix, nowMs, maxWaiting, lowerTierShare } = options;
    const keyOf = (name: string) => `${prefix}:${name}`;
    this.#client = client;
    this.#keys = keyNames.map(keyOf);
    this.#script = jobScript({
      maxWaiting,
      lowerTierShare,
      leaseMs: options.leaseMs,
      longestStepMs: options.longestStepMs ?? longestStepMs,
      maxAttempts,
      retryDelaysMs: Array.from({ length: maxAttempts - 1 }, (_, i) => retryDelayMs(i + 1)),
      maxDeadLetters,
      endingsKeptMs,
    });
    this.#now = nowMs ? () => String(nowMs()) : () => '';
    this.#onDropped = options.onDropped;
    this.#waiting = new RedisWaiting({
      client,
      connect: options.connect,
      key: keyOf(wakeKey),
    });
  }

  async enqueue({ id: jobId, payload, ...terms }: NewJob): Promise<Admission> {
    const input = { jobId, ...terms };
    const answer = await this.#call('enqueue', input, JSON.stringify(payload));
    return answer === 1
      ? { admitted: true, displaced: undefined }
      : admissionSchema.parse(parseJson(answer));
  }

  async take(): Promise<Lease | undefined> {
    return readLease(await this.#call('take'));
  }

  takeNext(wait: {
    signal: AbortSignal;
    timeoutMs: number;
    otherWork?: OtherWork;
  }): Promise<Lease | undefined> {
    return unlessUnreachable(() =>
      this.#waiting.untilDone({
        ...wait,
        work: async (client) => readLease(await this.#run(client, 'take')),
      }),
    );
  }

  async extend(lease: Lease, ran: { computeSeconds: number }): Promise<LeaseState> {
    return leaseStateSchema.parse(await this.#call('extend', { ...idOf(lease), ...ran }));
  }

  async finish(lease: Lease, ran: { computeSeconds: number }): Promise<boolean> {
    return (await this.#call('finish', { ...idOf(lease), ...ran })) === 1;
  }

  async finishAndTake(
    lease: Lease,
    ran: { computeSeconds: number },
  ): Promise<{ finished: boolean; next: Lease | undefined }> {
    const answer = await this.#call('finishAndTake', { ...idOf(lease), ...ran });
    const [finished, next] = listSchema.parse(answer);
    return { finished: finished === 1, next: readLease(next) };
  }

  async fail(
    lease: Lease,
    failure: { cause: FailureCause; reason: string; computeSeconds: number },
  ): Promise<FailureOutcome> {
    const { cause, reason, computeSeconds } = failure;
    const input = { ...idOf(lease), cause, reason, computeSeconds };
    const outcome = outcomeSchema.parse(parseJson(this.#ends(await this.#call('fail', input))));
    if (outcome.outcome === 'retry' && outcome.inMs > 0) this.#wakeIn(outcome.inMs);
    return outcome;
  }

  async cancel(jobId: string): Promise<'waiting' | 'running' | undefined> {
    const answer = await this.#call('cancel', { jobId });
    return z
      .enum(['waiting', 'running'])
      .optional()
      .parse(answer ?? undefined);
  }

  async place(jobId: string): Promise<number | undefined> {
    return z
      .int()
      .optional()
      .parse((await this.#call('place', { jobId })) ?? undefined);
  }

  async reap(): Promise<readonly Reaped[]> {
    const reaped = textsSchema.parse(this.#ends(await this.#call('reap')));
    return reaped.map((each) => reapedSchema.parse(parseJson(each)));
  }

  async stats(): Promise<QueueStats> {
    return statsSchema.parse(parseJson(await this.#call('stats')));
  }

  async standings(jobIds: readonly string[]): Promise<readonly Standing[]> {
    const answers = textsSchema.parse(await this.#call('standings', { jobIds }));
    return answers.map((each) => standingSchema.parse(parseJson(each)));
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const letters = await this.#call('deadLetters', { atMost: deadLettersAtOnce });
    return textsSchema.parse(letters).map((text) => {
      const letter = letterSchema.parse(parseJson(text));
      return { ...letter, payload: parseJson(letter.payload) };
    });
  }

  async bury(jobIds: readonly string[]): Promise<void> {
    await this.#call('bury', { jobIds });
  }

  close(): void {
    for (const timer of this.#restEnds) clearTimeout(timer);
    this.#waiting.close();
  }

  #call(verb: string, input?: object, payload?: string): Promise<unknown> {
    return unlessUnreachable(() => this.#run(this.#client, verb, input, payload));
  }

  #run(client: RedisClient, verb: string, input?: object, payload?: string): Promise<unknown> {
    const args = [verb, this.#now()];
    if (input) args.push(JSON.stringify(input));
    if (payload !== undefined) args.push(payload);
    // The others end jobs sooner or later, and with them what fills a Redis.
    const fills = verb === 'enqueue';
    return this.#script.run(client, { keys: this.#keys, arguments: args, fills });
  }

  /** What a verb that may end jobs answered, besides the letters that had to be dropped. */
  #ends(answer: unknown): unknown {
    const [ends, dropped] = endsSchema.parse(answer);
    for (const jobId of dropped) this.#onDropped?.({ jobId });
    return ends;
  }

  /** Whoever reaps does this too, should this process die by then. */
  #wakeIn(ms: number): void {
    const timer = setTimeout(() => {
      this.#restEnds.delete(timer);
      void this.#wake();
    }, ms).unref();
    this.#restEnds.add(timer);
  }

  async #wake(): Promise<void> {
    await this.#call('wake').catch(() => {});
  }
}

async function unlessUnreachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new JobStoreUnreachable(error);
  }
}

function readLease(answer: unknown): Lease | undefined {
  // Redis leaves out what is nil at the end of a list.
  if (answer === null || answer === undefined) return undefined;
  const [jobId, attempt, tenant, tier, waitedMs, payload] = listSchema.parse(answer);
  // An object, because the schema of a tuple takes several times as long.
  const lease = leaseSchema.parse({ jobId, attempt, tenant, tier, waitedMs, payload });
  return { ...lease, payload: JSON.parse(lease.payload) };
}

function idOf({ jobId, attempt }: Lease): Pick<Lease, 'jobId' | 'attempt'> {
  return { jobId, attempt };
}

function parseJson(text: unknown): unknown {
  return JSON.parse(z.string().parse(text));
}
