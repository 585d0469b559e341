import { readFileSync } from 'node:fs';
import { RedisFunction } from '../redis/index.ts';
import { tiers } from './tiers.ts';

// While a release takes the place of another, processes of both use these. Whoever keeps something in
// another form changes the prefix in redis-job-store.ts.
const sharedKeys = [
  'records', // hash, see records.lua
  'lines', // set in the order of its bytes: the waiting jobs by tier, tenant and arrival
  'deadlines', // set of jobs by time: of the wait, the pause or the lease
  'letters', // hash by job
  'dead', // set of jobs by death
  'endings', // hash by job
  'ended', // set of jobs by time
  'wake', // list
] as const;

/** Sets of tenants by virtual time (`waiting`, `ahead`), or of jobs by arrival. */
const tierKeys = ['waiting', 'ahead', 'newest', 'again'] as const;

/** In the order of the script's KEYS. */
export const keyNames: readonly string[] = [
  ...sharedKeys,
  ...tiers.flatMap((tier) => tierKeys.map((name) => `${tier}:${name}`)),
];

/** The list in which a token lies while jobs wait. */
export const wakeKey: (typeof sharedKeys)[number] = 'wake';

const luaList = (names: readonly string[]) => `{ ${names.map((name) => `'${name}'`).join(', ')} }`;

const parts = ['script-call.lua', 'records.lua', 'fair-tier.lua', 'fair-schedule.lua'];

export const jobScript = new RedisFunction(
  'voiceflow_queue',
  [
    `local tiers = ${luaList(tiers)}`,
    `local shared_keys = ${luaList(sharedKeys)}`,
    `local tier_keys = ${luaList(tierKeys)}`,
    ...[...parts, 'job-store.lua'].map((name) =>
      readFileSync(new URL(name, import.meta.url), 'utf8'),
    ),
  ].join('\n'),
);
