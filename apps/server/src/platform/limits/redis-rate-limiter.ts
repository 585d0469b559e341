import { z } from 'zod';
import { type Redis, RedisScript } from '../redis/index.ts';
import {
  microsPerMs,
  type Quota,
  type RateLimiter,
  toVerdict,
  type Verdict,
} from './rate-limiter.ts';

/**
 * KEYS: one list of times per quota, oldest first. ARGV: the time in microseconds or '' for the
 * server's, then limit and window (microseconds) of each quota. Answers whether the request is
 * allowed, then count and microseconds until reset of each quota.
 *
 * The server's clock counts, because it is the only one that all processes share. Where it steps
 * back, time stands still until it has caught up; a step of more than a window starts afresh.
 */
const takeScript = new RedisScript(`
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
for i, key in ipairs(KEYS) do
  local newest = tonumber(redis.call('LINDEX', key, -1))
  if newest and newest > now + tonumber(ARGV[2 * i + 1]) then
    redis.call('DEL', key)
  elseif newest and newest > now then
    now = newest
  end
end
local counts, allowed = {}, 1
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local count = redis.call('LLEN', key)
  local from, to = 0, count
  while from < to do
    local middle = math.floor((from + to) / 2)
    if tonumber(redis.call('LINDEX', key, middle)) <= now - window then
      from = middle + 1
    else
      to = middle
    end
  end
  if from > 0 then redis.call('LTRIM', key, from, -1) end
  counts[i] = count - from
  if counts[i] >= limit then allowed = 0 end
end
local answer = { allowed }
for i, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  if allowed == 1 then
    counts[i] = redis.call('RPUSH', key, string.format('%.0f', now))
    redis.call('PEXPIRE', key, math.ceil(window / 1000) + 1)
  end
  local leaves = redis.call('LINDEX', key, math.max(0, counts[i] - limit))
  answer[2 * i] = counts[i]
  answer[2 * i + 1] = leaves and tonumber(leaves) + window - now or 0
end
return answer
`);

const answerSchema = z.tuple([z.int()]).rest(z.int());

/** Sliding windows that all processes share; while Redis is gone `fallback` counts in each. */
export class RedisRateLimiter implements RateLimiter {
  readonly #redis: Redis;
  readonly #fallback: RateLimiter;
  readonly #nowMicros: () => string;

  /** `nowMicros` takes the place of the server's clock, so that a test can move it. */
  constructor(options: { redis: Redis; fallback: RateLimiter; nowMicros?: () => number }) {
    const { nowMicros } = options;
    this.#redis = options.redis;
    this.#fallback = options.fallback;
    this.#nowMicros = nowMicros ? () => String(nowMicros()) : () => '';
  }

  take(group: string, quotas: readonly Quota[]): Promise<Verdict> {
    return this.#redis.attempt(
      async (client) => {
        const answer = await takeScript.run(client, {
          // In a Cluster the braces keep a group's windows on one node.
          keys: quotas.map((quota) => `voiceflow:limit:{${group}}:${quota.name}`),
          arguments: [
            this.#nowMicros(),
            ...quotas.flatMap(({ limit, windowMs }) => [
              String(limit),
              String(windowMs * microsPerMs),
            ]),
          ],
        });
        const [allowed, ...numbers] = answerSchema.parse(answer);
        const windows = quotas.map(({ limit }, index) => ({
          limit,
          count: numbers[2 * index] ?? 0,
          resetMs: (numbers[2 * index + 1] ?? 0) / microsPerMs,
        }));
        return toVerdict(allowed === 1, windows);
      },
      () => this.#fallback.take(group, quotas),
    );
  }
}
