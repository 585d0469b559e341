import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type DatabaseHandle, openDatabase } from '../../src/platform/database/database.ts';
import { migrateToLatest, readMigrations } from '../../src/platform/database/migrator.ts';
import { silentLog } from '../../src/platform/log.ts';
import { testServerAddress } from './test-server-address.ts';

const startTimeoutMs = 60_000;
const startAgainAfterMs = 5_000;

export interface TestDatabase {
  readonly db: DatabaseHandle;
  readonly url: string;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/** A migrated, empty database of its own on the real PostgreSQL of the test run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createFrom(await ensureTemplate());
}

/** A database without any table, for tests of the migrations themselves. */
export async function createEmptyTestDatabase(): Promise<TestDatabase> {
  return createFrom('template0');
}

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await withMaintenance((db) =>
    sql`CREATE DATABASE ${sql.id(name)} TEMPLATE ${sql.id(template)} STRATEGY FILE_COPY`.execute(
      db,
    ),
  );
  const url = await urlOf(name);
  const db = openDatabase({ url, log: silentLog, poolSize: 10 });
  return {
    db,
    url,
    async close() {
      await db.destroy();
      await withMaintenance((maintenance) =>
        sql`DROP DATABASE IF EXISTS ${sql.id(name)} WITH (FORCE)`.execute(maintenance),
      );
    },
  };
}

/** Makes the template once for each state of the migrations, whichever process comes first. */
async function ensureTemplate(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(await readMigrations()));
  const template = `template_${hash.digest('hex').slice(0, 16)}`;
  await withMaintenance(async (db) => {
    await sql`SELECT pg_advisory_lock(hashtext(${template}))`.execute(db);
    const { rows } = await sql`SELECT 1 FROM pg_database WHERE datname = ${template}`.execute(db);
    if (rows.length > 0) return;
    const unfinished = `test_${template}`;
    await sql`DROP DATABASE IF EXISTS ${sql.id(unfinished)} WITH (FORCE)`.execute(db);
    await sql`CREATE DATABASE ${sql.id(unfinished)}`.execute(db);
    const target = openDatabase({ url: await urlOf(unfinished), log: silentLog, poolSize: 2 });
    await migrateToLatest(target).finally(() => target.destroy());
    await sql`ALTER DATABASE ${sql.id(unfinished)} RENAME TO ${sql.id(template)}`.execute(db);
  });
  return template;
}

/** One connection, whose end also frees its advisory locks. */
async function withMaintenance<T>(work: (db: DatabaseHandle) => Promise<T>): Promise<T> {
  const db = openDatabase({ url: await connectToTestServer(), log: silentLog, poolSize: 1 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function urlOf(database: string): Promise<string> {
  const url = new URL(await connectToTestServer());
  url.pathname = `/${database}`;
  return url.href;
}

let serverUrl: Promise<string> | undefined;

/** The URL of the run's server. The connection behind it keeps the server alive. */
function connectToTestServer(): Promise<string> {
  serverUrl ??= findOrStartServer();
  return serverUrl;
}

async function findOrStartServer(): Promise<string> {
  const deadline = AbortSignal.timeout(startTimeoutMs);
  let startAgainAtMs = 0;
  while (!deadline.aborted) {
    const url = await askServer(deadline);
    if (url) return url;
    // On a busy machine the first one takes seconds to listen; more of them would only hold it up.
    if (performance.now() >= startAgainAtMs) {
      startServer();
      startAgainAtMs = performance.now() + startAgainAfterMs;
    }
    await sleep(100);
  }
  throw new Error('the PostgreSQL of the test run does not start');
}

async function askServer(deadline: AbortSignal): Promise<string | undefined> {
  const socket: Socket = connect(testServerAddress);
  socket.on('error', () => {});
  try {
    await once(socket, 'connect', { signal: deadline });
    const [line] = await Promise.race([
      once(socket, 'data', { signal: deadline }),
      once(socket, 'close').then(() => [undefined]),
    ]);
    socket.unref();
    return line ? String(line).trim() : undefined;
  } catch {
    if (!testServerAddress.startsWith('\0')) await rm(testServerAddress, { force: true });
    return undefined;
  }
}

function startServer(): void {
  const entry = join(import.meta.dirname, 'test-server.ts');
  spawn(process.execPath, [entry], { detached: true, stdio: 'ignore' }).unref();
}
