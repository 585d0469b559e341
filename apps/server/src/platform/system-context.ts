import { systemClock } from './clock.ts';
import type { Context } from './context.ts';
import type { DatabaseHandle } from './database/database.ts';
import { createId, formatId } from './ids.ts';
import type { Log } from './log.ts';
import type { SharedCache } from './shared-cache/index.ts';

/** The context of what the server does on its own account: start-up, commands, jobs. */
export function createSystemContext(options: {
  db: DatabaseHandle;
  log: Log;
  cache?: SharedCache | undefined;
}): Context {
  return {
    actor: { kind: 'system' },
    requestId: formatId('request', createId()),
    db: options.db,
    clock: systemClock,
    log: options.log,
    ip: null,
    userAgent: null,
    ...(options.cache ? { cache: options.cache } : {}),
  };
}
