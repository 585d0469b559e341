import type { Log } from '../log.ts';
import { isServing, openPatientConnection, type RedisClient } from '../redis/index.ts';
import type { SharedJobStore } from './job-store.ts';
import { jobStorePrefix, RedisJobStore } from './redis-job-store.ts';

/** The same in every process of one queue. */
export interface SharedQueueOptions {
  readonly url: string;
  readonly log: Log;
  /** Of the names in Redis. */
  readonly prefix?: string;
  /** Jobs that may wait for a worker. */
  readonly maxWaiting: number;
  /** Of the compute time, for each tier below the highest that waits. */
  readonly lowerTierShare: number;
  /** A worker that was not heard of for this long has lost its jobs. */
  readonly leaseMs: number;
  /** Takes the place of the server's clock, so that a test can move it. */
  readonly nowMs?: () => number;
  readonly longestStepMs?: number;
}

/** What the api and the workers of one queue have in common. */
export interface SharedStore {
  readonly store: SharedJobStore;
  readonly client: RedisClient;
  /** Of the names in Redis besides those of the store. */
  readonly prefix: string;
  readonly isReachable: boolean;
  /** Workers of one version can do the same. */
  offersKey(version: string): string;
  close(): void;
}

export async function openSharedStore(options: SharedQueueOptions): Promise<SharedStore> {
  const connect = () => openPatientConnection(options);
  const client = await connect();
  const { log } = options;
  const store = new RedisJobStore({
    ...options,
    client,
    connect,
    onDropped: ({ jobId }) =>
      log.warn({ job: jobId }, 'the dead letter of a job could not be kept'),
  });
  return {
    store,
    client,
    prefix: options.prefix ?? 'voiceflow',
    get isReachable() {
      return isServing(client);
    },
    offersKey: (version) => `${options.prefix ?? jobStorePrefix}:offers:${version}`,
    close() {
      store.close();
      client.destroy();
    },
  };
}
