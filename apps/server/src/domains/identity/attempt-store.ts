import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export interface Bucket {
  /** SHA-256, in hex, of what is counted. */
  readonly hash: string;
  readonly limit: number;
}

export type TakenAttempt =
  | { readonly taken: true; readonly ids: readonly string[] }
  | { readonly taken: false; readonly freeAt: Date };

/**
 * Counts one attempt in every bucket, unless one of them is full: never more than `limit` within the
 * window, however many come at once. `freeAt` is when the oldest attempt of a full bucket leaves it.
 */
export function takeAttempt(
  db: DatabaseHandle,
  options: { buckets: readonly Bucket[]; now: Date; windowMs: number },
): Promise<TakenAttempt> {
  const { now, windowMs } = options;
  const since = new Date(now.getTime() - windowMs);
  // In one order, so that two who lock the same buckets wait for each other and not in a circle.
  const buckets = options.buckets.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  return db.transaction().execute(async (transaction): Promise<TakenAttempt> => {
    for (const { hash, limit } of buckets) {
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${hash}, 0))`.execute(transaction);
      const inWindow = await transaction
        .selectFrom('attempts')
        .select('attempted_at as attemptedAt')
        .where('bucket', '=', hash)
        .where('attempted_at', '>', since)
        .orderBy('attempted_at', 'desc')
        .limit(limit)
        .execute();
      const oldest = inWindow.at(-1);
      if (oldest && inWindow.length >= limit) {
        return { taken: false, freeAt: new Date(oldest.attemptedAt.getTime() + windowMs) };
      }
    }
    const rows = buckets.map(({ hash }) => ({ id: createId(), bucket: hash, attempted_at: now }));
    await transaction.insertInto('attempts').values(rows).execute();
    return { taken: true, ids: rows.map(({ id }) => id) };
  });
}

export async function deleteAttempts(db: DatabaseHandle, ids: readonly string[]): Promise<void> {
  await db.deleteFrom('attempts').where('id', 'in', ids).execute();
}

export async function deleteAttemptsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('attempts').where('attempted_at', '<', before).execute();
}
