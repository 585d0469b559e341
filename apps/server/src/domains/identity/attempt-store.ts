import { sql } from 'kysely';
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

/** What counting an attempt gives to the database, and how to read what comes back. */
export interface Taking {
  readonly ids: readonly string[];
  readonly hashes: readonly string[];
  readonly limits: readonly number[];
  /** The same for those who come from where somebody has logged in before; null: not counted. */
  readonly knownLimits: readonly (number | null)[];
  readonly now: Date;
  readonly since: Date;
  /** Of the time that is answered: null, or when the oldest attempt of a full bucket was. */
  readonly outcomeOf: (oldest: Date | null) => TakenAttempt;
}

/**
 * Counts one attempt in every bucket, unless one of them is full: never more than `limit` within the
 * window, however many come at once. `freeAt` is when the oldest attempt of a full bucket leaves it.
 */
export function takingOf({ now, windowMs, ...attempt }: Attempt): Taking {
  // In one order, so that two who lock the same buckets wait for each other and not in a circle.
  const buckets = attempt.buckets.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const ids = buckets.map(() => createId());
  return {
    ids,
    hashes: buckets.map(({ hash }) => hash),
    limits: buckets.map(({ limit }) => limit),
    knownLimits: buckets.map(({ limit, elsewhereOnly }) => (elsewhereOnly ? null : limit)),
    now,
    since: new Date(now.getTime() - windowMs),
    outcomeOf: (oldest) =>
      oldest
        ? { taken: false, freeAt: new Date(oldest.getTime() + windowMs) }
        : { taken: true, ids },
  };
}

/** Counts an attempt by itself. See `takingOf`. */
export async function takeAttempt(db: DatabaseHandle, attempt: Attempt): Promise<TakenAttempt> {
  const { ids, hashes, limits, now, since, outcomeOf } = takingOf(attempt);
  const { rows } = await sql<{ oldest: Date | null }>`
    SELECT take_attempt(
      ${ids}::uuid[], ${hashes}::text[], ${limits}::integer[],
      ${now}::timestamptz, ${since}::timestamptz
    ) AS oldest
  `.execute(db);
  return outcomeOf(rows[0]?.oldest ?? null);
}

/** Takes counts back. */
export async function deleteAttempts(db: DatabaseHandle, ids: readonly string[]): Promise<void> {
  await sql`DELETE FROM attempts WHERE id = ANY(${ids}::uuid[])`.execute(db);
}

export async function deleteAttemptsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('attempts').where('attempted_at', '<', before).execute();
}
