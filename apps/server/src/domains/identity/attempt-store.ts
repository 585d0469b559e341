import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export interface Bucket {
  /** SHA-256, in hex, of what is counted. */
  readonly hash: string;
  readonly limit: number;
  /** Counts only those who come from where nobody has logged in to the account before. */
  readonly elsewhereOnly?: boolean;
}

export type TakenAttempt =
  | { readonly taken: true; readonly ids: readonly string[] }
  | { readonly taken: false; readonly freeAt: Date };

export interface Attempt {
  readonly buckets: readonly Bucket[];
  readonly now: Date;
  readonly windowMs: number;
}

/** The counting of an attempt as part of a statement, whose value for it tells how it went. */
export interface Taking {
  readonly call: RawBuilder<Date | null>;
  readonly outcomeOf: (value: Date | null) => TakenAttempt;
}

/**
 * Counts one attempt in every bucket, unless one of them is full: never more than `limit` within the
 * window, however many come at once. `freeAt` is when the oldest attempt of a full bucket leaves it.
 * `isElsewhere` is true in the statement where a bucket that is `elsewhereOnly` counts too.
 */
export function takingOf(
  { now, windowMs, ...attempt }: Attempt,
  isElsewhere: RawBuilder<boolean> = sql`true`,
): Taking {
  const since = new Date(now.getTime() - windowMs);
  // In one order, so that two who lock the same buckets wait for each other and not in a circle.
  const buckets = attempt.buckets.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const ids = buckets.map(() => createId());
  const hashes = buckets.map(({ hash }) => hash);
  const limits = buckets.map(({ limit, elsewhereOnly = false }) =>
    elsewhereOnly ? sql`CASE WHEN ${isElsewhere} THEN ${limit}::integer END` : sql`${limit}`,
  );
  return {
    call: sql`take_attempt(
      ${ids}::uuid[], ${hashes}::text[], ARRAY[${sql.join(limits)}]::integer[],
      ${now}::timestamptz, ${since}::timestamptz
    )`,
    outcomeOf: (oldest) =>
      oldest
        ? { taken: false, freeAt: new Date(oldest.getTime() + windowMs) }
        : { taken: true, ids },
  };
}

/** Counts an attempt by itself. See `takingOf`. */
export async function takeAttempt(db: DatabaseHandle, attempt: Attempt): Promise<TakenAttempt> {
  const { call, outcomeOf } = takingOf(attempt);
  const { oldest } = await db.selectNoFrom(call.as('oldest')).executeTakeFirstOrThrow();
  return outcomeOf(oldest);
}

/** Takes counts back. */
export async function deleteAttempts(db: DatabaseHandle, ids: readonly string[]): Promise<void> {
  await sql`DELETE FROM attempts WHERE id = ANY(${ids}::uuid[])`.execute(db);
}

export async function deleteAttemptsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('attempts').where('attempted_at', '<', before).execute();
}
