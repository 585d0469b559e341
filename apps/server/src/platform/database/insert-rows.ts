import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from './database.ts';
import type { Tables } from './schema.ts';

/** Many rows of equal columns for one table. */
export interface Insert {
  readonly table: keyof Tables;
  readonly rows: readonly object[];
}

/**
 * Inserts into several tables by one statement, which takes one round trip and is a transaction by
 * itself. A row may refer to a row that is inserted with it. The rows of each table are one JSON
 * parameter: a multi-row VALUES has a parameter for every cell, and putting that statement together
 * costs the process more than the database.
 */
export async function insertRows(db: DatabaseHandle, inserts: readonly Insert[]): Promise<void> {
  const statements = inserts.filter(({ rows }) => rows.length > 0).map(toStatement);
  const last = statements.pop();
  if (!last) return;
  const before = statements.map(
    (statement, index) => sql`${sql.ref(`part_${index}`)} AS (${statement})`,
  );
  await (before.length > 0 ? sql`WITH ${sql.join(before)} ${last}` : last).execute(db);
}

function toStatement({ table, rows }: Insert): RawBuilder<unknown> {
  // One piece of text: a builder for every name would cost as much as all the rest.
  const columns = sql.raw(
    Object.keys(rows[0] ?? {})
      .map((column) => `"${column}"`)
      .join(', '),
  );
  return sql`
    INSERT INTO ${sql.table(table)} (${columns})
    SELECT ${columns}
    FROM json_populate_recordset(NULL::${sql.table(table)}, ${JSON.stringify(rows)}::json)
  `;
}
