import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { RedisServer } from './redis-server.ts';

const lastsMs = 1_000;

/** What a Redis that answers is in at times, and comes out of again. */
export const redisTroubles: readonly [string, (server: RedisServer) => Promise<void>][] = [
  ['runs somebody’s script for long', runLongScript],
  ['loads what it had saved', loadSlowly],
  // Behind the one that saves something: from then on nothing can be saved.
  ['takes no writes, for want of a disk for its snapshots', takeNoWrites],
];

async function runLongScript(server: RedisServer): Promise<void> {
  const [redis, busy] = [await server.connect(), await server.connect()];
  await redis.configSet('busy-reply-threshold', '1');
  const script = busy.eval('while true do end').catch(() => {});
  await untilRefused(server, 'BUSY');
  await sleep(lastsMs);
  expect(await trySetting(server)).toContain('BUSY');
  await redis.sendCommand(['SCRIPT', 'KILL']);
  await script;
  for (const each of [redis, busy]) each.destroy();
}

async function takeNoWrites(server: RedisServer): Promise<void> {
  const redis = await server.connect();
  await redis.configSet('save', '3600 1');
  await server.loseDisk();
  await redis.sendCommand(['BGSAVE']);
  await untilRefused(server, 'MISCONF');
  await sleep(lastsMs);
  await redis.configSet({ 'stop-writes-on-bgsave-error': 'no', save: '' });
  redis.destroy();
}

async function loadSlowly(server: RedisServer): Promise<void> {
  const redis = await server.connect();
  await redis.mSet(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`key ${n}`, ''])));
  await redis.sendCommand(['SAVE']);
  redis.destroy();
  await server.stop();
  // Ten seconds, unless it is told to hurry.
  const everyKey = ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'];
  const started = server.start(everyKey);
  await untilRefused(server, 'LOADING');
  const loading = await server.connect();
  await loading.configSet('key-load-delay', '0');
  loading.destroy();
  await started;
  await server.loseDisk();
}

function untilRefused(server: RedisServer, why: string): Promise<void> {
  return eventually(async () => expect(await trySetting(server)).toContain(why));
}

/** What it answers to a write. */
async function trySetting({ url }: RedisServer): Promise<string> {
  const redis = createClient({ url, socket: { reconnectStrategy: false } });
  redis.on('error', () => {});
  const answer = await redis
    .connect()
    .then(() => redis.set('any', 'thing'))
    .catch((error: unknown) => error);
  if (redis.isOpen) redis.destroy();
  return String(answer);
}
