import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';

/** A notice that is due: a key's end lies at most so many days ahead, and nobody was told. */
export interface DueNotice {
  readonly keyId: string;
  readonly teamId: string;
  readonly expiresAt: Date;
  readonly daysBefore: number;
}

/** The tightest notice of each key that is due and did not go out. */
export async function listDueNotices(
  db: DatabaseHandle,
  options: { now: Date; daysBefore: readonly number[]; limit: number },
): Promise<DueNotice[]> {
  const { now, daysBefore, limit } = options;
  const { rows } = await sql<DueNotice>`
    SELECT k.id AS "keyId", k.team_id AS "teamId", k.expires_at AS "expiresAt",
      due.days AS "daysBefore"
    FROM api_keys k CROSS JOIN LATERAL (
      SELECT min(days) AS days FROM unnest(${daysBefore}::int[]) AS days
      WHERE k.expires_at <= ${now}::timestamptz + days * interval '1 day'
    ) AS due
    WHERE k.revoked_at IS NULL AND k.expires_at > ${now}
      AND k.expires_at <= ${now}::timestamptz + ${Math.max(...daysBefore)} * interval '1 day'
      AND NOT EXISTS (
        SELECT FROM key_notices n
        WHERE n.api_key_id = k.id AND n.expires_at = k.expires_at AND n.days_before = due.days
      )
    ORDER BY k.expires_at LIMIT ${limit}
  `.execute(db);
  return rows;
}

/** Notes that a notice goes out. False: it did before. */
export async function noteNotice(
  db: DatabaseHandle,
  { keyId, expiresAt, daysBefore }: DueNotice,
  noticedAt: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('key_notices')
    .values({
      api_key_id: keyId,
      expires_at: expiresAt,
      days_before: daysBefore,
      noticed_at: noticedAt,
    })
    .onConflict((at) => at.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** The address of who made a key, if they still belong to its team. */
export async function findMakersEmail(
  db: DatabaseHandle,
  keyId: string,
): Promise<string | undefined> {
  const maker = await db
    .selectFrom('api_keys')
    .innerJoin('team_members', (join) =>
      join
        .onRef('team_members.team_id', '=', 'api_keys.team_id')
        .onRef('team_members.user_id', '=', 'api_keys.created_by'),
    )
    .innerJoin('users', 'users.id', 'api_keys.created_by')
    .select('users.email')
    .where('api_keys.id', '=', keyId)
    .executeTakeFirst();
  return maker?.email;
}
