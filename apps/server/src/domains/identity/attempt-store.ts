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
export async function takeAttempt(
  db: DatabaseHandle,
  options: { buckets: readonly Bucket[]; now: Date; windowMs: number },
): Promise<TakenAttempt> {
  const { now, windowMs } = options;
  const since = new Date(now.getTime() - windowMs);
  // In one order, so that two who lock the same buckets wait for each other and not in a circle.
  const buckets = options.buckets.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const ids = buckets.map(() => createId());
  const hashes = buckets.map(({ hash }) => hash);
  const limits = buckets.map(({ limit }) => limit);
  const { rows } = await sql<{ oldest: Date | null }>`
    SELECT take_attempt(
      ${ids}::uuid[], ${hashes}::text[], ${limits}::integer[], ${now}::timestamptz, ${since}::timestamptz
    ) AS oldest
  `.execute(db);
  const oldest = rows[0]?.oldest;
  return oldest
    ? { taken: false, freeAt: new Date(oldest.getTime() + windowMs) }
    : { taken: true, ids };
}

export async function deleteAttempts(db: DatabaseHandle, ids: readonly string[]): Promise<void> {
  await db.deleteFrom('attempts').where('id', 'in', ids).execute();
}

export async function deleteAttemptsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('attempts').where('attempted_at', '<', before).execute();
}
