/** A process of its own that handles events: it says what it begins, and hangs when it is told to. */
import { z } from 'zod';
import { openDatabase } from '../../src/platform/database/database.ts';
import { openJobRunner } from '../../src/platform/jobs/index.ts';
import { silentLog } from '../../src/platform/log.ts';
import { defineEvent, handleEvent } from '../../src/platform/outbox/index.ts';
import { createSystemContext } from '../../src/platform/system-context.ts';

const databaseUrl = process.env.DATABASE_URL ?? '';
const log = silentLog;
const db = openDatabase({ url: databaseUrl, log });
process.on('disconnect', () => process.exit(0));

await openJobRunner({
  databaseUrl,
  createContext: () => createSystemContext({ db, log }),
  periodicJobs: [],
  eventHandlers: [
    handleEvent(defineEvent('order.placed', z.object({ number: z.int() })), {
      name: 'order.bill',
      async handle(_ctx, { id, payload }) {
        process.send?.({ begun: payload.number, id });
        if (process.env.HANGS) await new Promise(() => {});
      },
    }),
  ],
});
