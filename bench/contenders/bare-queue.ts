// A fair queue on Redis and no more: tenants of a tier by turns, no costs, bounds, time-outs,
// attempts or dead letters. Its scripts read keys that they do not declare.
import { type RedisClient, RedisScript } from '../../apps/server/src/platform/redis/index.ts';

const addScript = new RedisScript(`
local tier, tenant, id = ARGV[1], ARGV[2], ARGV[3]
local turns, line = '{bare}:tier:' .. tier, '{bare}:line:' .. tier .. ':' .. tenant
redis.call('HSET', '{bare}:job:' .. id, 'payload', ARGV[4], 'tier', tier, 'tenant', tenant)
if redis.call('RPUSH', line, id) == 1 and not redis.call('ZSCORE', turns, tenant) then
  local now = tonumber(redis.call('GET', '{bare}:now:' .. tier) or '0')
  local last = tonumber(redis.call('HGET', '{bare}:last:' .. tier, tenant) or '0')
  redis.call('ZADD', turns, math.max(now, last), tenant)
end
redis.call('LPUSH', '{bare}:wake', 1)
return 1
`);

const takeScript = new RedisScript(`
for _, tier in ipairs({ 'enterprise', 'paid', 'free' }) do
  local turns = '{bare}:tier:' .. tier
  local first = redis.call('ZRANGE', turns, 0, 0, 'WITHSCORES')
  if first[1] then
    local tenant, turn = first[1], tonumber(first[2])
    local line = '{bare}:line:' .. tier .. ':' .. tenant
    local id = redis.call('LPOP', line)
    redis.call('SET', '{bare}:now:' .. tier, turn)
    if redis.call('LLEN', line) == 0 then
      redis.call('ZREM', turns, tenant)
      redis.call('HSET', '{bare}:last:' .. tier, tenant, turn + 1)
    else
      redis.call('ZADD', turns, turn + 1, tenant)
    end
    redis.call('ZADD', '{bare}:running', ARGV[1], id)
    return { id, redis.call('HGET', '{bare}:job:' .. id, 'payload') }
  end
end
return false
`);

const endScript = new RedisScript(`
redis.call('ZREM', '{bare}:running', ARGV[1])
redis.call('DEL', '{bare}:job:' .. ARGV[1])
return 1
`);

export class BareQueue {
  readonly #client: RedisClient;
  readonly #worker: RedisClient;
  readonly #waiting: RedisClient;

  constructor(clients: { client: RedisClient; worker: RedisClient; waiting: RedisClient }) {
    this.#client = clients.client;
    this.#worker = clients.worker;
    this.#waiting = clients.waiting;
  }

  async add(job: { id: string; tier: string; tenant: string; payload: string }): Promise<void> {
    const { id, tier, tenant, payload } = job;
    await addScript.run(this.#client, { keys: [], arguments: [tier, tenant, id, payload] });
  }

  /** Takes and ends jobs until there were so many. */
  async work(count: number): Promise<void> {
    for (let done = 0; done < count; ) {
      const leaseEnd = String(Date.now() + 30_000);
      const job = await takeScript.run(this.#worker, { keys: [], arguments: [leaseEnd] });
      if (Array.isArray(job)) {
        await endScript.run(this.#worker, { keys: [], arguments: [String(job[0])] });
        done += 1;
      } else {
        await this.#waiting.blPop('{bare}:wake', 1);
      }
    }
  }
}
