import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely';
import { Pool, type PoolClient, types } from 'pg';
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
  /**
   * How long a caller waits for a server that is just starting again, in place of an error. 0: not.
   * Only connecting is tried again, never a statement.
   */
  readonly reconnectTimeoutMs?: number;
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
  pool.on('error', ({ message }) =>
    options.log.warn({ reason: message }, 'database connection lost'),
  );
  // So would one in use that breaks between two statements; its next statement fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  const { reconnectTimeoutMs = 0 } = options;
  const patientPool: PostgresPool = {
    options: pool.options,
    connect: () => connectPatiently(pool, reconnectTimeoutMs),
    end: () => pool.end(),
  };
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: patientPool }) });
  pools.set(db, pool);
  return db;
}

const pools = new WeakMap<DatabaseHandle, Pool>();

/** Connections of a handle's pool, and callers that wait for one. */
export interface PoolState {
  readonly used: number;
  readonly idle: number;
  readonly most: number;
  readonly waiting: number;
}

/** Undefined of what `openDatabase` did not open, such as a transaction. */
export function readPool(db: DatabaseHandle): PoolState | undefined {
  const pool = pools.get(db);
  if (!pool) return undefined;
  const { totalCount, idleCount, waitingCount, options } = pool;
  return {
    used: totalCount - idleCount,
    idle: idleCount,
    most: options.max,
    waiting: waitingCount,
  };
}

const retryIntervalMs = 100;
// PostgreSQL's cannot_connect_now, and what a socket says while nobody listens.
const startingCodes = new Set(['57P03', 'ECONNREFUSED', 'ECONNRESET']);

async function connectPatiently(pool: Pool, timeoutMs: number): Promise<PoolClient> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isStarting(error) || performance.now() >= deadlineMs) throw error;
      await sleep(retryIntervalMs);
    }
  }
}

function isStarting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && startingCodes.has(String(error.code));
}

// Class 08 and 57P0x of PostgreSQL, and what a socket says; pg words a cut connection without a code.
const lostCodes = /^(?:08...|57P0[123]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
const lostMessages =
  /^(?:Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether a statement failed because the server is gone or going, not because of the statement. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return lostCodes.test(code) || lostMessages.test(error.message);
}

/** Lets one transaction with this key run at a time, on whatever machine; released at its end. */
export async function lockUntilCommit(transaction: DatabaseHandle, key: number): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${key})`.execute(transaction);
}
