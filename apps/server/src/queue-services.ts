import { requestOf } from './domains/synthesis/worker.ts';
import type { Env } from './env.ts';
import type { Log } from './platform/log.ts';
import {
  type AssistHandler,
  type DeadLetter,
  type JobHandler,
  openEmbeddedQueue,
  openRedisQueue,
  queueSocketPath,
  type ServingWorker,
  serveQueue,
  serveRedisQueue,
  type TakenJob,
  type WorkQueue,
} from './platform/queue/index.ts';

/** A worker says that it is alive five times as often as it must. */
const leaseMs = 15_000;
const beatMs = 3_000;
/** New requests wait this long for Redis to be back. */
const patienceMs = 10_000;
/** A job that was stopped and goes on for longer never ends. */
const stuckAfterMs = 60_000;

type QueueSettings = Pick<
  Env,
  | 'QUEUE'
  | 'QUEUE_LOWER_TIER_PERCENT'
  | 'QUEUE_MAX_WAITING'
  | 'QUEUE_TIMEOUT_SECONDS'
  | 'REDIS_URL'
  | 'SYNTHESIS_TIMEOUT_SECONDS'
  | 'VOICEFLOW_HOME'
>;

/** The api's end of the queue that the settings name. */
export function openQueue(options: {
  env: QueueSettings;
  log: Log;
  keepDeadLetter: (letter: DeadLetter) => Promise<void>;
  /** Hears of each job when a worker takes it. */
  onTaken: (job: TakenJob) => void;
}): Promise<WorkQueue> {
  const { env, log, keepDeadLetter, onTaken } = options;
  const limits = {
    ...orderOf(env),
    queueTimeoutMs: env.QUEUE_TIMEOUT_SECONDS * 1000,
    runTimeoutMs: env.SYNTHESIS_TIMEOUT_SECONDS * 1000,
    keepDeadLetter,
    onTaken,
  };
  if (env.QUEUE === 'redis') {
    return openRedisQueue({ ...limits, url: env.REDIS_URL ?? '', log, leaseMs, patienceMs });
  }
  return openEmbeddedQueue({
    ...limits,
    socketPath: queueSocketPath(env.VOICEFLOW_HOME),
    onWarning: (message, payload) => log.warn(requestOf(payload), message),
  });
}

/** A worker's end of it. */
export async function serveJobs(options: {
  env: QueueSettings;
  log: Log;
  /** Equal jobs give equal output under one version. */
  version: string;
  info: unknown;
  handler: JobHandler;
  /** Makes parts of other workers' jobs. */
  assistHandler?: AssistHandler;
}): Promise<ServingWorker> {
  const { env, log, version, info, handler, assistHandler } = options;
  const worker = {
    info,
    handler,
    ...(assistHandler ? { assistHandler } : {}),
    stuck: {
      stuckAfterMs,
      onStuck() {
        log.error({}, 'a job that was stopped does not end: this worker is started again');
        // An exit would wait for the thread in which it hangs.
        process.kill(process.pid, 'SIGKILL');
      },
    },
  };
  if (env.QUEUE === 'redis') {
    const url = env.REDIS_URL ?? '';
    return serveRedisQueue({ ...worker, ...orderOf(env), url, log, version, leaseMs, beatMs });
  }
  return serveQueue({
    ...worker,
    socketPath: queueSocketPath(env.VOICEFLOW_HOME),
    onWarning: (message) => log.warn({}, message),
  });
}

/** Every process of one queue must say the same. */
function orderOf(env: QueueSettings) {
  return {
    maxWaiting: env.QUEUE_MAX_WAITING,
    lowerTierShare: env.QUEUE_LOWER_TIER_PERCENT / 100,
  };
}
