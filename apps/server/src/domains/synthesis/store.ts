import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Insert } from '../../platform/database/insert-rows.ts';
import type { GenerationsTable } from '../../platform/database/schema.ts';
import { idempotencyMs } from '../../platform/http/index.ts';

export type GenerationRow = Omit<GenerationsTable, 'id' | 'created_at'> & {
  id: string;
  created_at: Date;
};

export interface IdempotencyClaim {
  readonly requestHash: string;
  /** The request whose id the answer carries in its metadata. */
  readonly requestId: string;
  readonly completed: boolean;
  /** Characters that attempts under the key have counted. */
  readonly countedCharacters: number;
}

/** Binds a key to this request, or answers what it is bound to. A day later it is free again. */
export async function claimIdempotencyKey(
  db: DatabaseHandle,
  claim: { teamId: string; key: string; requestHash: string; requestId: string; now: Date },
): Promise<IdempotencyClaim> {
  const expired = new Date(claim.now.getTime() - idempotencyMs);
  const { rows } = await sql<{
    request_hash: string;
    request_id: string;
    completed_at: Date | null;
    characters_counted: number;
  }>`
    INSERT INTO idempotency_keys AS k (team_id, key, request_hash, request_id, created_at)
    VALUES (${claim.teamId}, ${claim.key}, ${claim.requestHash}, ${claim.requestId}, ${claim.now})
    ON CONFLICT (team_id, key) DO UPDATE SET
      request_hash = excluded.request_hash, request_id = excluded.request_id,
      created_at = excluded.created_at, completed_at = NULL, generation_id = NULL,
      characters_counted = 0
    WHERE k.created_at < ${expired}
    RETURNING request_hash, request_id, completed_at, characters_counted
  `.execute(db);
  const row =
    rows[0] ??
    (await db
      .selectFrom('idempotency_keys')
      .select(['request_hash', 'request_id', 'completed_at', 'characters_counted'])
      .where('team_id', '=', claim.teamId)
      .where('key', '=', claim.key)
      .executeTakeFirstOrThrow());
  return {
    requestHash: row.request_hash,
    requestId: row.request_id,
    completed: row.completed_at !== null,
    countedCharacters: row.characters_counted,
  };
}

export interface KeyCompletion {
  readonly teamId: string;
  readonly key: string;
  /** Of this completion alone. */
  readonly attemptId: string;
  readonly characters: number;
}

/**
 * Completes keys that are not complete yet. Answers, for those alone, how many characters attempts
 * under the key that were cancelled had counted already.
 */
export async function completeIdempotencyKeys(
  db: DatabaseHandle,
  completions: readonly KeyCompletion[],
  now: Date,
): Promise<{ attemptId: string; alreadyCounted: number }[]> {
  if (completions.length === 0) return [];
  const { rows } = await sql<{ attempt_id: string; already_counted: number }>`
    WITH done AS (
      SELECT DISTINCT ON (team_id, key) * FROM unnest(
        ${completions.map(({ teamId }) => teamId)}::uuid[],
        ${completions.map(({ key }) => key)}::text[],
        ${completions.map(({ attemptId }) => attemptId)}::uuid[],
        ${completions.map(({ characters }) => characters)}::int[]
      ) AS given (team_id, key, attempt_id, characters)
    ), open AS (
      SELECT k.team_id, k.key, k.characters_counted
      FROM idempotency_keys k JOIN done USING (team_id, key)
      WHERE k.completed_at IS NULL
      ORDER BY k.team_id, k.key
      FOR UPDATE OF k
    )
    UPDATE idempotency_keys k
    SET completed_at = ${now}, characters_counted = done.characters
    FROM done JOIN open USING (team_id, key)
    WHERE k.team_id = done.team_id AND k.key = done.key
    RETURNING done.attempt_id, open.characters_counted AS already_counted
  `.execute(db);
  return rows.map((row) => ({
    attemptId: row.attempt_id,
    alreadyCounted: row.already_counted,
  }));
}

/** Notes what a cancelled attempt counts; answers how much of it had been counted before. */
export async function countCancelledAttempt(
  db: DatabaseHandle,
  attempt: { teamId: string; key: string; characters: number },
): Promise<number> {
  const open = await db
    .selectFrom('idempotency_keys')
    .select('characters_counted')
    .where('team_id', '=', attempt.teamId)
    .where('key', '=', attempt.key)
    .where('completed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!open) return attempt.characters;
  await db
    .updateTable('idempotency_keys')
    .set({ characters_counted: Math.max(open.characters_counted, attempt.characters) })
    .where('team_id', '=', attempt.teamId)
    .where('key', '=', attempt.key)
    .execute();
  return open.characters_counted;
}

export function generationsInsert(rows: readonly GenerationRow[]): Insert {
  return { table: 'generations', rows };
}

/** Forgets keys whose day is over. */
export async function deleteExpiredIdempotencyKeys(db: DatabaseHandle, now: Date): Promise<void> {
  const expired = new Date(now.getTime() - idempotencyMs);
  await db.deleteFrom('idempotency_keys').where('created_at', '<', expired).execute();
}
