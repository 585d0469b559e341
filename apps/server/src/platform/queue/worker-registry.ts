import { z } from 'zod';
import { type RedisClient, RedisScript } from '../redis/index.ts';

/** A worker that was not heard of for this long is gone. */
const livesMs = 15_000;

const now = `#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
-- The clock was set back: whoever lives says so anew.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + ${livesMs}, '+inf')
`;
const registerScript = new RedisScript(`${now}
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1)
`);
const listScript = new RedisScript(`${now}
return redis.call('ZRANGE', KEYS[1], 0, -1)
`);

const workerSchema = z.object({
  id: z.string(),
  /** Equal jobs give equal output under one version. */
  version: z.string(),
  sinceMs: z.number(),
  /** What it says about itself. */
  info: z.unknown(),
});

export type RegisteredWorker = z.infer<typeof workerSchema>;

/** The workers that are warm and alive, as Redis knows them. */
export class WorkerRegistry {
  readonly #client: RedisClient;
  readonly #key: string;

  constructor({ client, prefix }: { client: RedisClient; prefix: string }) {
    this.#client = client;
    this.#key = `${prefix}:workers`;
  }

  /** To be repeated well within 15 s. @returns all of them */
  async register(worker: RegisteredWorker): Promise<RegisteredWorker[]> {
    const members = await registerScript.run(this.#client, {
      keys: [this.#key],
      arguments: [JSON.stringify(worker), String(livesMs)],
    });
    return parseWorkers(members);
  }

  async list(): Promise<RegisteredWorker[]> {
    return parseWorkers(await listScript.run(this.#client, { keys: [this.#key], arguments: [] }));
  }

  async remove(worker: RegisteredWorker): Promise<void> {
    await this.#client.zRem(this.#key, JSON.stringify(worker));
  }
}

/** The workers that serve, as far as this process has heard. */
export class WorkerWatch {
  readonly #registry: WorkerRegistry;
  #serving: RegisteredWorker[] = [];
  #seenAtMs = 0;

  constructor(registry: WorkerRegistry) {
    this.#registry = registry;
  }

  /** Within their lifetime they are believed to be there, though Redis may have forgotten them. */
  get serving(): readonly RegisteredWorker[] {
    return performance.now() - this.#seenAtMs < livesMs ? this.#serving : [];
  }

  /** That of the last ones, also while there are none. */
  get version(): string | null {
    return this.#serving[0]?.version ?? null;
  }

  async look(): Promise<void> {
    const serving = servingWorkers(await this.#registry.list());
    if (serving.length === 0) return;
    this.#serving = serving;
    this.#seenAtMs = performance.now();
  }
}

/**
 * Those whose version serves: that of the worker that has been there the longest. Workers of
 * another one stand by until the last of these is gone, so that an answer never mixes two.
 */
export function servingWorkers(workers: readonly RegisteredWorker[]): RegisteredWorker[] {
  const [eldest, ...others] = workers.toSorted(
    (a, b) => a.sinceMs - b.sinceMs || (a.id < b.id ? -1 : 1),
  );
  if (!eldest) return [];
  return [eldest, ...others.filter(({ version }) => version === eldest.version)];
}

function parseWorkers(members: unknown): RegisteredWorker[] {
  return z
    .array(z.string())
    .parse(members)
    .map((member) => workerSchema.parse(JSON.parse(member)));
}
