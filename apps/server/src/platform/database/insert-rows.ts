import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from './database.ts';
import type { Tables } from './schema.ts';

/** Many rows of equal columns for one table. */
export interface Insert {
  readonly table: keyof Tables;
  readonly rows: readonly object[];
}

/** Inserts into several tables at once. See `prepareInsertion`. */
export async function insertRows(db: DatabaseHandle, inserts: readonly Insert[]): Promise<void> {
  await prepareInsertion(db, inserts)();
}

/**
 * What inserts into several tables by one statement, which takes one round trip and is a transaction by
 * itself. A row may refer to a row that is inserted with it. The rows of each table are one JSON
 * parameter: a multi-row VALUES has a parameter for every cell, and putting that statement together
 * costs the process more than the database. `besides` is done with them; `call` is the query that the
 * statement ends with, for what PostgreSQL does not run unless somebody reads it: a function.
 */
export function prepareInsertion(
  db: DatabaseHandle,
  inserts: readonly Insert[],
  {
    besides = [],
    call,
  }: {
    readonly besides?: readonly RawBuilder<unknown>[];
    readonly call?: RawBuilder<unknown> | undefined;
  } = {},
): () => Promise<void> {
  const statements = [
    ...besides,
    ...inserts.filter(({ rows }) => rows.length > 0).map(toStatement),
    ...(call ? [call] : []),
  ];
  const last = statements.pop();
  if (!last) return async () => {};
  const before = statements.map(
    (statement, index) => sql`${sql.ref(`part_${index}`)} AS (${statement})`,
  );
  const statement = before.length > 0 ? sql`WITH ${sql.join(before)} ${last}` : last;
  const compiled = statement.compile(db);
  return async () => {
    await db.executeQuery(compiled);
  };
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
