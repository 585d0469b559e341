/** A worker for the queue's own tests: numbered chunks at a steady pace, in a killable process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { serveQueue } from './worker-client.ts';

const payloadSchema = z.object({ chunks: z.number(), everyMs: z.number() });

serveQueue({
  socketPath: process.argv[2] ?? '',
  info: { pid: process.pid },
  async *handler(payload) {
    const { chunks, everyMs } = payloadSchema.parse(payload);
    for (let n = 0; n < chunks; n++) {
      await sleep(everyMs);
      yield { type: 'event', event: 'chunk', data: n };
      yield { type: 'bytes', bytes: Buffer.from(`chunk ${n};`) };
    }
  },
});
process.on('disconnect', () => process.exit());
