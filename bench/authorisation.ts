import { KeyAuthenticator } from '../apps/server/src/domains/keys/index.ts';
import { systemClock } from '../apps/server/src/platform/clock.ts';
import { silentLog } from '../apps/server/src/platform/log.ts';
import { Redis } from '../apps/server/src/platform/redis/index.ts';
import { MemoryCache, RedisCache } from '../apps/server/src/platform/shared-cache/index.ts';
import { createTenant } from '../apps/server/tests/support/factories.ts';
import { RedisServer } from '../apps/server/tests/support/redis-server.ts';
import { createTestDatabase } from '../apps/server/tests/support/test-database.ts';
import { median } from './contender.ts';
import { type Cost, costOf } from './cost.ts';
import { atMost, type Result } from './result.ts';

const callsPerRound = 3_000;
const memoryGoalMicros = 50;
const address = '192.0.2.1';

/** A key that is known already: against one GET from the same Redis, and in memory by itself. */
export async function benchAuthorisation(rounds: number): Promise<Result[]> {
  const server = await RedisServer.start();
  const database = await createTestDatabase();
  const redis = await Redis.open({ url: server.url, log: silentLog });
  const client = await server.connect();
  const options = { db: database.db, clock: systemClock, log: silentLog };
  const shared = new KeyAuthenticator({
    ...options,
    cache: new RedisCache({ redis, clock: systemClock }),
  });
  const alone = new KeyAuthenticator({ ...options, cache: new MemoryCache(options) });
  try {
    const { key } = (await createTenant(database.db)).key;
    await shared.authenticate(key, address);
    const [kept = ''] = await client.keys('voiceflow:cache:*');
    const ours: Cost[] = [];
    const theirs: Cost[] = [];
    const inMemory: Cost[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const costs = [
        await costOf(callsPerRound, () => shared.authenticate(key, address)),
        await costOf(callsPerRound, () => client.get(kept)),
        await costOf(callsPerRound, () => alone.authenticate(key, address)),
      ] as const;
      if (round < 0) continue;
      ours.push(costs[0]);
      theirs.push(costs[1]);
      inMemory.push(costs[2]);
    }
    const wall = (costs: readonly Cost[]) => median(costs.map(({ wallMicros }) => wallMicros));
    const memoryMicros = median(inMemory.map(({ cpuMicros }) => cpuMicros));
    return [
      {
        benchmark: 'authorisation',
        name: 'a known key, asked of Redis four times a second, against a bare GET',
        ours: `${wall(ours).toFixed(0)} µs`,
        peer: `${wall(theirs).toFixed(0)} µs`,
        ...atMost(wall(ours) / wall(theirs), 1.25),
      },
      {
        benchmark: 'authorisation',
        name: `CPU time of a known key in memory, against ${memoryGoalMicros} µs`,
        ours: `${memoryMicros.toFixed(1)} µs`,
        peer: `${memoryGoalMicros} µs`,
        ...atMost(memoryMicros / memoryGoalMicros, 1),
      },
    ];
  } finally {
    await shared.close();
    await alone.close();
    redis.close();
    client.destroy();
    await database.close();
    await server.stop();
  }
}
