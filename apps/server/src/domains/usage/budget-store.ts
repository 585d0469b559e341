import { sql } from 'kysely';
import type { KeyBudget } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';

/** What was used in a month, together with what is reserved. */
export interface MonthlyUse {
  readonly characters: number;
  readonly generations: number;
}

export interface Reservation {
  readonly id: string;
  readonly keyId: string;
  /** The first day of the month (UTC): `2026-01-01`. */
  readonly month: string;
  readonly characters: number;
}

/** What a request came to use of its reservation. */
export interface Settlement extends MonthlyUse {
  readonly id: string;
}

/** Takes one generation and its characters out of a budget, if it has room. One statement: no two take the same. */
export async function takeFromBudget(
  db: DatabaseHandle,
  { id, keyId, month, characters }: Reservation,
  options: { budget: KeyBudget; now: Date },
): Promise<boolean> {
  const { budget, now } = options;
  const { numAffectedRows } = await sql`
    WITH taken AS (
      UPDATE key_months
      SET characters = characters + ${characters}::bigint, generations = generations + 1
      WHERE api_key_id = ${keyId} AND month = ${month}
        AND characters + ${characters}::bigint <= coalesce(${budget.characters}::bigint, 9e18::bigint)
        AND generations < coalesce(${budget.generations}::bigint, 9e18::bigint)
      RETURNING 1
    )
    INSERT INTO budget_reservations (id, api_key_id, month, characters, created_at)
    SELECT ${id}::uuid, ${keyId}::uuid, ${month}::date, ${characters}::bigint, ${now}::timestamptz
    FROM taken
  `.execute(db);
  return numAffectedRows === 1n;
}

/** Adds characters to a reservation, if its budget has room for them. */
export async function growReservation(
  db: DatabaseHandle,
  { id, characters }: { id: string; characters: number },
  budget: KeyBudget,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    WITH taken AS (
      UPDATE key_months k SET characters = k.characters + ${characters}::bigint
      FROM budget_reservations r
      WHERE r.id = ${id} AND k.api_key_id = r.api_key_id AND k.month = r.month
        AND k.characters + ${characters}::bigint <= coalesce(${budget.characters}::bigint, 9e18::bigint)
      RETURNING r.id
    )
    UPDATE budget_reservations r SET characters = r.characters + ${characters}::bigint
    FROM taken WHERE r.id = taken.id
  `.execute(db);
  return numAffectedRows === 1n;
}

/** Begins to count a month, by what the key has used in it. False: it is counted already. */
export async function beginMonth(
  db: DatabaseHandle,
  key: { teamId: string; keyId: string; month: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO key_months (api_key_id, month, characters, generations)
    SELECT ${key.keyId}::uuid, ${key.month}::date, coalesce(sum(characters), 0), count(*)
    FROM usage_events
    WHERE ${inMonth(key)}
    ON CONFLICT (api_key_id, month) DO NOTHING
  `.execute(db);
  return numAffectedRows === 1n;
}

/** What a key has used in a month, counted or not. */
export async function readMonth(
  db: DatabaseHandle,
  key: { teamId: string; keyId: string; month: string },
): Promise<MonthlyUse> {
  const counted = await sql<MonthlyUse>`
    SELECT characters, generations FROM key_months
    WHERE api_key_id = ${key.keyId} AND month = ${key.month}
  `.execute(db);
  if (counted.rows[0]) return counted.rows[0];
  const { rows } = await sql<MonthlyUse>`
    SELECT coalesce(sum(characters), 0)::bigint AS characters, count(*) AS generations
    FROM usage_events WHERE ${inMonth(key)}
  `.execute(db);
  return rows[0] ?? { characters: 0, generations: 0 };
}

function inMonth({ teamId, keyId, month }: { teamId: string; keyId: string; month: string }) {
  return sql`team_id = ${teamId} AND api_key_id = ${keyId} AND event_type = 'synthesis'
    AND status <> 'failed'
    AND created_at >= ${`${month}T00:00:00Z`}::timestamptz
    AND created_at < ${`${month}T00:00:00Z`}::timestamptz + interval '1 month'`;
}

/** Ends reservations: what was not used goes back into their budgets. */
export async function endReservations(
  db: DatabaseHandle,
  settlements: readonly Settlement[],
): Promise<void> {
  if (settlements.length === 0) return;
  await sql`
    WITH given AS (
      SELECT * FROM unnest(
        ${settlements.map(({ id }) => id)}::uuid[],
        ${settlements.map(({ characters }) => characters)}::bigint[],
        ${settlements.map(({ generations }) => generations)}::bigint[]
      ) AS given (id, characters, generations)
    ), ended AS (
      DELETE FROM budget_reservations r USING given WHERE r.id = given.id
      RETURNING r.api_key_id, r.month, r.characters - given.characters AS characters,
        1 - given.generations AS generations
    ), unused AS (
      SELECT api_key_id, month, sum(characters)::bigint AS characters,
        sum(generations)::bigint AS generations
      FROM ended GROUP BY api_key_id, month
      HAVING sum(characters) <> 0 OR sum(generations) <> 0
    ), locked AS (
      SELECT unused.* FROM key_months k JOIN unused USING (api_key_id, month)
      ORDER BY api_key_id, month
      FOR UPDATE OF k
    )
    UPDATE key_months k
    SET characters = k.characters - locked.characters,
      generations = k.generations - locked.generations
    FROM locked WHERE k.api_key_id = locked.api_key_id AND k.month = locked.month
  `.execute(db);
}

/** Reservations that were made before, by requests that cannot be under way any more. */
export async function findReservationsBefore(
  db: DatabaseHandle,
  before: Date,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('budget_reservations')
    .select('id')
    .where('created_at', '<', before)
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
