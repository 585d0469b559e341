import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { RedisServer } from '../../../tests/support/redis-server.ts';
import { createLog } from '../log.ts';
import { Redis } from './redis.ts';
import { addRedisMetrics } from './redis-metrics.ts';
import { RedisScript } from './redis-script.ts';

let server: RedisServer;
let lines: string[];
let redis: Redis;

async function openRedis(): Promise<void> {
  lines = [];
  const log = createLog({ role: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  redis = await Redis.open({ url: server.url, log });
}

beforeEach(async () => {
  server = await RedisServer.start();
});

afterEach(async () => {
  redis?.close();
  await server?.stop();
});

const ask = () =>
  redis.attempt(
    (client) => client.ping(),
    () => 'without Redis',
  );

async function askMany(times: number): Promise<Set<string>> {
  const answers = new Set<string>();
  for (let i = 0; i < times; i += 1) answers.add(await ask());
  return answers;
}

const backAgain = () => eventually(async () => expect(await ask()).toBe('PONG'));

describe('Redis', () => {
  it('is done without from the moment it ends until it is back, and two lines say so', async () => {
    await openRedis();
    expect(await askMany(3)).toEqual(new Set(['PONG']));
    await server.stop();
    await eventually(async () => expect(await ask()).toBe('without Redis'));
    expect(await askMany(500)).toEqual(new Set(['without Redis']));
    await server.start();
    await backAgain();
    const messages = lines.map((line) => JSON.parse(line));
    expect(messages).toMatchObject([
      { level: 'warn', msg: 'Redis does not answer: each process goes on by itself' },
      { level: 'warn', msg: 'Redis answers again' },
    ]);
    expect(messages[1].answered_without).toBeGreaterThanOrEqual(500);
  });

  it('counts what is answered without it, from the start of the process on', async () => {
    await openRedis();
    await askMany(3);
    expect(redis.answeredWithout).toBe(0);
    await server.stop();
    await eventually(async () => expect(await ask()).toBe('without Redis'));
    const before = redis.answeredWithout;
    await askMany(10);
    expect(redis.answeredWithout).toBe(before + 10);
    await server.start();
    await backAgain();
    const first = redis.answeredWithout;
    await server.stop();
    await eventually(async () => expect(await ask()).toBe('without Redis'));
    await server.start();
    await backAgain();
    expect(redis.answeredWithout).toBeGreaterThan(first);
    const logged = lines.map((line) => JSON.parse(line).answered_without ?? 0);
    expect(logged.reduce((sum, count) => sum + count, 0)).toBe(redis.answeredWithout);
  });

  it('is not waited for at the start', async () => {
    await server.stop();
    await openRedis();
    expect(await ask()).toBe('without Redis');
    await server.start();
    await backAgain();
    expect(lines).toHaveLength(2);
  });

  it('is given up when it holds the connection and says nothing', async () => {
    await openRedis();
    server.freeze();
    expect(await askMany(100)).toEqual(new Set(['without Redis']));
    expect(lines).toHaveLength(1);
    server.resume();
    await backAgain();
    expect(lines).toHaveLength(2);
  });

  it('is answered for when it refuses a command', async () => {
    await openRedis();
    const answer = await redis.attempt(
      (client) => client.eval('return redis.error_reply("OUT OF MEMORY")'),
      () => 'without Redis',
    );
    expect(answer).toBe('without Redis');
    await backAgain();
  });
});

describe('what is measured of Redis', () => {
  it('tells the connection of the queue beside the other, where there is one', async () => {
    await openRedis();
    const up = async (queueIsReachable?: () => boolean | undefined) => {
      const registry = new Registry();
      addRedisMetrics(registry, { redis, process: 'api', queueIsReachable });
      const metric = await registry.getSingleMetric('voiceflow_redis_up')?.get();
      return metric?.values.map(({ labels, value }) => [labels.use, value]);
    };
    await ask();
    expect(await up()).toEqual([['limits', 1]]);
    expect(await up(() => undefined)).toEqual([['limits', 1]]);
    expect(await up(() => false)).toEqual([
      ['limits', 1],
      ['queue', 0],
    ]);
    expect(await up(() => true)).toEqual([
      ['limits', 1],
      ['queue', 1],
    ]);
  });

  it('is that of the queue alone in a process that counts no limits', async () => {
    const registry = new Registry();
    addRedisMetrics(registry, { process: 'worker', queueIsReachable: () => true });
    expect(await registry.getSingleMetricAsString('voiceflow_redis_up')).toContain(
      'voiceflow_redis_up{process="worker",use="queue"} 1',
    );
    expect(registry.getSingleMetric('voiceflow_redis_fallbacks_total')).toBeUndefined();
  });
});

describe('RedisScript', () => {
  it('runs on a server that has never seen it', async () => {
    await openRedis();
    const script = new RedisScript('return { KEYS[1], ARGV[1] }');
    const run = () =>
      redis.attempt(
        (client) => script.run(client, { keys: ['a'], arguments: ['b'] }),
        () => 'without Redis',
      );
    expect(await run()).toEqual(['a', 'b']);
    await redis.attempt(
      (client) => client.scriptFlush(),
      () => '',
    );
    expect(await run()).toEqual(['a', 'b']);
  });
});
