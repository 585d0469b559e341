import { sql } from 'kysely';
import { type DatabaseHandle, lockUntilCommit } from '../../platform/database/database.ts';
import { genesisHash } from './chain.ts';
import type { Retention } from './retention.ts';

/** Makes the partition for the month of `at` unless it is there. */
export async function ensurePartition(
  db: DatabaseHandle,
  retention: Retention,
  at: Date,
): Promise<void> {
  await sql`SELECT ensure_audit_partition(${retention}, ${at}::timestamptz)`.execute(db);
}

/** The months of a retention that have a partition, as `YYYY_MM`, oldest first. */
export async function listPartitionMonths(
  db: DatabaseHandle,
  retention: Retention,
): Promise<string[]> {
  const { rows } = await sql<{ month: string }>`
    SELECT right(relname, 7) AS month
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = to_regclass(${`audit_log_${retention}`})
    ORDER BY month
  `.execute(db);
  return rows.map((row) => row.month);
}

const lockKey = 0x566f_6966;

/**
 * Drops one partition and notes, in the same transaction, which runs of which chains went with it.
 * Fails rather than wait for more than a second: whoever records an event would wait behind it.
 */
export async function dropPartition(
  db: DatabaseHandle,
  partition: { retention: Retention; month: string; now: Date },
): Promise<void> {
  const parent = sql.table(`audit_log_${partition.retention}`);
  const name = `audit_log_${partition.retention}_${partition.month}`;
  const table = sql.table(name);
  await db.transaction().execute(async (transaction) => {
    await lockUntilCommit(transaction, lockKey);
    const { rows } = await sql`SELECT WHERE to_regclass(${name}) IS NOT NULL`.execute(transaction);
    if (rows.length === 0) return;
    await sql`SET LOCAL lock_timeout = '1s'`.execute(transaction);
    // In the order in which an insertion takes them.
    await sql`LOCK TABLE ONLY ${parent} IN ACCESS EXCLUSIVE MODE`.execute(transaction);
    await sql`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`.execute(transaction);
    await sql`
      WITH numbered AS (
        SELECT team_id, sequence,
          sequence - row_number() OVER (PARTITION BY team_id ORDER BY sequence) AS run
        FROM ${table}
      ), runs AS (
        SELECT team_id, min(sequence) AS first, max(sequence) AS last
        FROM numbered GROUP BY team_id, run
      )
      INSERT INTO audit_retirements (
        team_id, first_sequence, last_sequence, previous_hash, last_hash, retired_at
      )
      SELECT team_id, first, last,
        coalesce(
          (SELECT hash FROM audit_log e WHERE e.team_id = runs.team_id AND e.sequence = first - 1),
          (SELECT last_hash FROM audit_retirements r
           WHERE r.team_id = runs.team_id AND r.last_sequence = first - 1),
          ${genesisHash}
        ),
        (SELECT hash FROM ${table} e WHERE e.team_id = runs.team_id AND e.sequence = last),
        ${partition.now}::timestamptz
      FROM runs
    `.execute(transaction);
    await sql`DROP TABLE ${table}`.execute(transaction);
  });
}
