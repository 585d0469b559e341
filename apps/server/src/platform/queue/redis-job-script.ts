import { readFileSync } from 'node:fs';
import { RedisScript } from '../redis/index.ts';
import { tiers } from './tiers.ts';

/** Hashes by id of a job, unless another thing is said. */
const sharedKeys = [
  'state', // one text: what is counted over all jobs
  'jobs',
  'payloads',
  'open', // hash by tenant: how many jobs of it are open
  'lanes', // hash by tier and tenant
  'lines', // set in the order of its bytes: the waiting jobs by tier, tenant and arrival
  'queue_deadlines', // set by time
  'lease_deadlines', // set by time
  'rests', // set by the time at which the next attempt is due
  'letters',
  'dead', // set by order of death
  'endings',
  'ended', // set by time
  'wake', // list
] as const;

/** Sets by virtual time of tenants (`waiting`, `ahead`), or by arrival of jobs. */
const tierKeys = ['waiting', 'ahead', 'newest', 'again'] as const;

/** In the order of the script's KEYS. */
export const keyNames: readonly string[] = [
  ...sharedKeys,
  ...tiers.flatMap((tier) => tierKeys.map((name) => `${tier}:${name}`)),
];

/** The list in which a token lies while jobs wait. */
export const wakeKey: (typeof sharedKeys)[number] = 'wake';

/** Declares the keys by name, and finds the time and what is counted. */
const prelude = `
local tiers = { ${tiers.map((tier) => `'${tier}'`).join(', ')} }
local keys = { ${sharedKeys.map((name, index) => `${name} = KEYS[${index + 1}]`).join(', ')} }
local known_keys = ${sharedKeys.length}
for _, tier in ipairs(tiers) do
  keys[tier] = {}
  for _, name in ipairs({ ${tierKeys.map((name) => `'${name}'`).join(', ')} }) do
    known_keys = known_keys + 1
    keys[tier][name] = KEYS[known_keys]
  end
end
local now = tonumber(ARGV[2])
if not now then
  -- The server's clock, because it is the only one that all processes share.
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local options = cjson.decode(ARGV[3])
local packed_state = redis.call('GET', keys.state)
local state = packed_state and cmsgpack.unpack(packed_state)
if not state then
  state = { arrivals = 0, deaths = 0, seconds_per_job = 1 }
  for _, tier in ipairs(tiers) do
    state[tier] = { time = 0, latest = 0, fresh = 0, again = 0, aside = 0 }
  end
end
`;

const parts = ['fair-tier.lua', 'fair-schedule.lua', 'job-store.lua'];
/** ARGV: verb, time in milliseconds or '' for the server's, options, input, payload. */
export const jobScript = new RedisScript(
  [prelude, ...parts.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'))].join(
    '\n',
  ),
);
