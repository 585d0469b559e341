import { sql } from 'kysely';
import type { DatabaseHandle } from './database.ts';
import type { Tables } from './schema.ts';

/**
 * Inserts many rows of equal columns as one JSON parameter. A multi-row VALUES has a parameter for
 * every cell, and putting that statement together costs the process more than the database.
 */
export async function insertRows(
  db: DatabaseHandle,
  table: keyof Tables,
  rows: readonly object[],
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = sql.join(Object.keys(first).map((column) => sql.ref(column)));
  await sql`
    INSERT INTO ${sql.table(table)} (${columns})
    SELECT ${columns}
    FROM json_populate_recordset(NULL::${sql.table(table)}, ${JSON.stringify(rows)}::json)
  `.execute(db);
}
