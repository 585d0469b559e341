import { type Job, type JobResult, PgBoss } from 'pg-boss';
import type { Context } from '../context.ts';
import { type EventHandler, type RetryPolicy, TryAgainLater } from '../outbox/index.ts';
import { pollEvery } from '../poll.ts';
import { dispatchOutbox } from './dispatch-outbox.ts';
import { envelopeSchema } from './envelope.ts';

/** Something that is due by the clock. It may be done more often than that, never twice at once. */
export interface PeriodicJob {
  /** Names its queue: `audit_log.keep`. */
  readonly name: string;
  /** When, in UTC: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  run(ctx: Context): Promise<void>;
}

export interface JobRunner {
  /** Stops taking jobs and waits for those under way, a few seconds; the rest is done elsewhere. */
  close(): Promise<void>;
}

const standardRetry: RetryPolicy = {
  limit: 8,
  firstDelaySeconds: 5,
  longestDelaySeconds: 60 * 60,
};
interface QueueSettings {
  readonly retry: RetryPolicy;
  /** At most one job waits or runs, on whatever machine. */
  readonly exclusive: boolean;
  readonly concurrency: number;
  /** How often to look; a process that put something into the queue looks at once. */
  readonly pollSeconds: number;
}

const periodicQueue = { exclusive: true, concurrency: 1, pollSeconds: 10 };
const eventQueue = { exclusive: false, concurrency: 8, pollSeconds: 5 };
const deadLetters = 'dead_letters';
const daySeconds = 24 * 60 * 60;
const dispatchEveryMs = 1_000;
/** A job whose process has died is another one's after this, and the look that finds it. */
const heartbeatSeconds = 30;
const superviseSeconds = 15;
const closeTimeoutMs = 5_000;

/**
 * Runs periodic jobs and event handlers, beside any number of other processes that do so. At the start
 * each periodic job runs once, for what was missed while nobody ran.
 */
export async function openJobRunner(options: {
  readonly databaseUrl: string;
  /** A context of the system for each job. */
  readonly createContext: () => Context;
  readonly periodicJobs: readonly PeriodicJob[];
  readonly eventHandlers: readonly EventHandler[];
}): Promise<JobRunner> {
  const { databaseUrl, createContext, periodicJobs, eventHandlers } = options;
  const { log } = createContext();
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: 'voiceflow jobs',
    max: 4,
    superviseIntervalSeconds: superviseSeconds,
    monitorIntervalSeconds: superviseSeconds,
    reindex: false,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue has a problem'));
  await boss.start();
  await boss.createQueue(deadLetters, { retryLimit: 0 });
  await boss.work(deadLetters, { includeMetadata: true }, async (jobs) => {
    for (const { sourceName, data, output } of jobs) {
      log.error({ job: sourceName, data, output }, 'a job was given up');
    }
  });

  async function serve(
    name: string,
    queue: QueueSettings,
    run: (ctx: Context, data: unknown) => Promise<void>,
  ): Promise<string> {
    const { limit, firstDelaySeconds, longestDelaySeconds } = queue.retry;
    const settings = {
      retryLimit: limit,
      retryDelay: firstDelaySeconds,
      retryBackoff: true,
      retryDelayMax: longestDelaySeconds,
      heartbeatSeconds,
      deadLetter: deadLetters,
      retentionSeconds: 30 * daySeconds,
    };
    await boss.createQueue(name, {
      ...settings,
      policy: queue.exclusive ? 'exclusive' : 'standard',
    });
    await boss.updateQueue(name, settings);
    const pace = {
      pollingIntervalSeconds: queue.pollSeconds,
      batchSize: queue.concurrency,
      burstWhenBatchFull: true,
      perJobResults: true,
    } as const;
    return boss.work<object>(name, pace, (jobs) =>
      Promise.all(jobs.map((job) => runJob(job, run))),
    );
  }

  async function runJob(
    { id, name, data, retryCount }: Job,
    run: (ctx: Context, data: unknown) => Promise<void>,
  ): Promise<JobResult> {
    const ctx = createContext();
    try {
      await run(ctx, data);
      return { id, status: 'completed' };
    } catch (error) {
      const attempt = retryCount + 1;
      if (error instanceof TryAgainLater) {
        ctx.log.info({ job: name, attempt, reason: error.message }, 'a job is tried again later');
      } else {
        ctx.log.warn({ err: error, job: name, attempt }, 'a job failed');
      }
      return { id, status: 'failed', output: { message: String(error) } };
    }
  }

  for (const { name, cron, run } of periodicJobs) {
    await serve(name, { ...periodicQueue, retry: standardRetry }, run);
    await boss.schedule(name, cron);
    await boss.send(name);
  }
  const workersOf = new Map<string, string[]>();
  for (const { topic, name, retry, run } of eventHandlers) {
    const queue = { ...eventQueue, retry: retry ?? standardRetry };
    const worker = await serve(name, queue, (ctx, data) => run(ctx, envelopeSchema.parse(data)));
    await boss.subscribe(topic, name);
    workersOf.set(topic, [...(workersOf.get(topic) ?? []), worker]);
  }

  const topics = [...workersOf.keys()];
  async function dispatch(): Promise<void> {
    const dispatched = await dispatchOutbox({ ctx: createContext(), boss, topics });
    const workers = new Set(dispatched.flatMap((topic) => workersOf.get(topic) ?? []));
    for (const worker of workers) boss.notifyWorker(worker);
  }
  const stopDispatching =
    topics.length === 0
      ? async () => {}
      : pollEvery(dispatchEveryMs, dispatch, (error) =>
          log.warn({ err: error }, 'events were not dispatched'),
        );
  return {
    async close() {
      await stopDispatching();
      await boss.stop({ timeout: closeTimeoutMs });
    },
  };
}
