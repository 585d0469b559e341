import { readFileSync } from 'node:fs';
import { RedisFunction } from '../redis/index.ts';
import { tiers } from './tiers.ts';

// While a release takes the place of another, processes of both use these. Whoever keeps something in
// another form changes the prefix in redis-job-store.ts.
const sharedKeys = [
  'records', // hash, see records.lua
  'deadlines', // set of jobs by time: of the wait, the pause or the lease
  'wake', // list
] as const;

/** In the order of the script's KEYS; few, because each of them costs every call. */
export const keyNames: readonly string[] = [
  ...sharedKeys,
  ...tiers.map((tier) => `${tier}:waiting`), // set of tenants by virtual time
];

/** The list in which a token lies while jobs wait. */
export const wakeKey: (typeof sharedKeys)[number] = 'wake';

const luaList = (names: readonly string[]) => `{ ${names.map((name) => `'${name}'`).join(', ')} }`;

const parts = [
  'script-call.lua',
  'record-forms.lua',
  'records.lua',
  'job-lines.lua',
  'fair-tier.lua',
  'fair-schedule.lua',
  'job-store.lua',
];

const source = [
  `local tiers = ${luaList(tiers)}`,
  `local shared_keys = ${luaList(sharedKeys)}`,
  ...parts.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')),
].join('\n');

/** Options are a part of the function, so that no call brings them along. */
export function jobScript(options: Readonly<Record<string, number | readonly number[]>>) {
  const text = JSON.stringify(options);
  return new RedisFunction('voiceflow_queue', `local options_text = '${text}'\n${source}`);
}
