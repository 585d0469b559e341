import { Kysely, PostgresDialect, sql } from 'kysely';
import { Pool, types } from 'pg';
import type { Log } from '../log.ts';
import type { Tables } from './schema.ts';

export type DatabaseHandle = Kysely<Tables>;

const int8Oid = 20;

/** Counts and sums are int8, which pg answers as text; ours stay far below 2^53. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === int8Oid && format !== 'binary') return (text: string) => Number(text);
  return types.getTypeParser(oid, format);
}

export interface DatabaseOptions {
  readonly url: string;
  readonly log: Log;
  readonly poolSize?: number;
  readonly applicationName?: string;
}

/**
 * A pool of connections with typed tables. Statements are unnamed, so that PgBouncer in transaction
 * mode may stand in between. `destroy()` closes the pool.
 */
export function openDatabase(options: DatabaseOptions): DatabaseHandle {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    application_name: options.applicationName ?? 'voiceflow',
    types: { getTypeParser },
  });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'database connection lost'));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Lets one transaction with this key run at a time, on whatever machine; released at its end. */
export async function lockUntilCommit(transaction: DatabaseHandle, key: number): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${key})`.execute(transaction);
}
