/** A worker for the queue's own tests: numbered chunks at a steady pace, in a killable process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { silentLog } from '../log.ts';
import { serveRedisQueue } from './redis-worker.ts';
import type { JobHandler } from './work-queue.ts';
import { serveQueue } from './worker-client.ts';

const payloadSchema = z.union([
  z.object({ chunks: z.number(), everyMs: z.number() }),
  z.number().transform((chunks) => ({ chunks, everyMs: 2 })),
]);

const handler: JobHandler = async function* (payload) {
  const { chunks, everyMs } = payloadSchema.parse(payload);
  for (let n = 0; n < chunks; n++) {
    await sleep(everyMs);
    yield { type: 'event', event: 'chunk', data: n };
    yield { type: 'bytes', bytes: Buffer.from(`chunk ${n};`) };
  }
};

/** Says that it has begun, and never ends. */
async function assistHandler(): Promise<Buffer> {
  process.send?.('begun');
  return new Promise(() => {});
}

/** A socket, or a Redis with the prefix of the queue in it and the length of a lease. */
const [address = '', prefix = '', leaseMs = '60000'] = process.argv.slice(2);

if (URL.canParse(address)) {
  await serveRedisQueue({
    url: address,
    log: silentLog,
    prefix,
    maxWaiting: 1_000,
    lowerTierShare: 0.05,
    leaseMs: Number(leaseMs),
    version: 'counting',
    info: { pid: process.pid },
    handler,
    assistHandler,
    beatMs: Math.min(200, Number(leaseMs) / 4),
  });
} else {
  serveQueue({ socketPath: address, info: { pid: process.pid }, handler, assistHandler });
}
process.on('disconnect', () => process.exit());
