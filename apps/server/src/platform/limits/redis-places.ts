import { createId } from '../ids.ts';
import { type Redis, RedisScript } from '../redis/index.ts';
import { MemoryPlaces, type Places } from './places.ts';

/** Places of a process that does not say so often that it holds them are free again. */
const standardLeaseMs = 60_000;

/**
 * KEYS: the places of a group, by the time at which each is free again. ARGV: milliseconds of a
 * lease, the limit or '' to take a place whatever the limit, and the ids of those who take one.
 */
const holdScript = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
-- The clock was set back: whoever lives says so anew.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + ARGV[1], '+inf')
local limit = tonumber(ARGV[2])
if limit and redis.call('ZCARD', KEYS[1]) >= limit then return 0 end
for i = 3, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1
`);

/**
 * Places that all processes share. While Redis is gone each counts its own alone; when it is back,
 * each tells it of those that it holds.
 */
export class RedisPlaces implements Places {
  readonly #redis: Redis;
  readonly #leaseMs: number;
  readonly #own = new MemoryPlaces();
  /** Ids by group. */
  readonly #held = new Map<string, Set<string>>();
  readonly #beat: NodeJS.Timeout;

  constructor({ redis, leaseMs = standardLeaseMs }: { redis: Redis; leaseMs?: number }) {
    this.#redis = redis;
    this.#leaseMs = leaseMs;
    this.#beat = setInterval(() => void this.#renew(), leaseMs / 3).unref();
    redis.onReturn(() => void this.#renew());
  }

  async take(group: string, limit: number): Promise<(() => void) | undefined> {
    const giveBackOwn = await this.#own.take(group, limit);
    if (!giveBackOwn) return undefined;
    const id = createId();
    if (!(await this.#hold(group, [id], limit))) {
      giveBackOwn();
      return undefined;
    }
    const ids = this.#held.get(group) ?? new Set();
    this.#held.set(group, ids.add(id));
    return () => {
      giveBackOwn();
      ids.delete(id);
      if (ids.size === 0 && this.#held.get(group) === ids) this.#held.delete(group);
      void this.#redis.attempt(
        async (client) => void (await client.zRem(keyOf(group), id)),
        () => {},
      );
    };
  }

  /** What it holds is free again when the lease of it is over. */
  close(): void {
    clearInterval(this.#beat);
  }

  #hold(group: string, ids: readonly string[], limit?: number): Promise<boolean> {
    return this.#redis.attempt(
      async (client) => {
        const held = await holdScript.run(client, {
          keys: [keyOf(group)],
          arguments: [`${this.#leaseMs}`, `${limit ?? ''}`, ...ids],
        });
        return held === 1;
      },
      () => true,
    );
  }

  async #renew(): Promise<void> {
    for (const [group, ids] of this.#held) await this.#hold(group, [...ids]);
  }
}

function keyOf(group: string): string {
  return `voiceflow:places:{${group}}`;
}
