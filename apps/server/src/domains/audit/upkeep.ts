import type { Context } from '../../platform/context.ts';
import { type Retention, retentionMonths, retentions } from './retention.ts';
import { dropPartition, ensurePartition, listPartitionMonths } from './upkeep-store.ts';

const monthsAhead = 3;

/** Makes the coming months' partitions, drops those past their retention; failures are only logged. */
export async function keepAuditLog(ctx: Context): Promise<void> {
  const attempt = (what: string, work: () => Promise<void>) =>
    work().catch((error: unknown) => ctx.log.warn({ err: error }, `audit log: ${what} failed`));
  await attempt('making partitions', () => makePartitionsAhead(ctx));
  for (const retention of retentions) {
    await attempt(`dropping old ${retention} partitions`, () => dropExpired(ctx, retention));
  }
}

async function makePartitionsAhead(ctx: Context): Promise<void> {
  const now = ctx.clock.now();
  for (const retention of retentions) {
    for (let month = 0; month <= monthsAhead; month += 1) {
      const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + month));
      await ensurePartition(ctx.db, retention, at);
    }
  }
}

async function dropExpired(ctx: Context, retention: Retention): Promise<void> {
  const now = ctx.clock.now();
  for (const month of await listPartitionMonths(ctx.db, retention)) {
    if (expiryOf(month, retention) > now) return;
    await dropPartition(ctx.db, { retention, month, now });
    ctx.log.info({ retention, month }, 'audit log: a month past its retention was dropped');
  }
}

/** When the last moment of a month (`YYYY_MM`) is past its retention. */
function expiryOf(month: string, retention: Retention): Date {
  const [year = 0, number = 0] = month.split('_').map(Number);
  return new Date(Date.UTC(year, number + retentionMonths[retention]));
}
