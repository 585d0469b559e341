import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres/index.ts';
import { silentLog } from '../log.ts';
import { isConnectionLost, openDatabase } from './database.ts';

const home = await mkdtemp(join(tmpdir(), 'voiceflow-database-'));
let server: EmbeddedPostgres;

function start(port?: number): Promise<EmbeddedPostgres> {
  const logFile = join(home, 'postgres.log');
  return startEmbeddedPostgres({ clusterDir: join(home, 'postgres'), logFile, port });
}

beforeAll(async () => {
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  await rm(home, { recursive: true });
});

async function selectOne(db: ReturnType<typeof openDatabase>): Promise<unknown> {
  return (await sql`SELECT count(*) AS one FROM (VALUES (1)) AS v`.execute(db)).rows;
}

describe('a database that restarts', () => {
  it('makes those wait who have the patience, and fails the others', async () => {
    const patient = openDatabase({ url: server.url, log: silentLog, reconnectTimeoutMs: 60_000 });
    const hasty = openDatabase({ url: server.url, log: silentLog });
    expect(await selectOne(patient)).toEqual([{ one: 1 }]);
    await server.stop();
    await expect(selectOne(hasty)).rejects.toThrow('ECONNREFUSED');
    const waiting = selectOne(patient);
    server = await start(server.port);
    expect(await waiting).toEqual([{ one: 1 }]);
    expect(await selectOne(hasty)).toEqual([{ one: 1 }]);
    await Promise.all([patient.destroy(), hasty.destroy()]);
  });

  it('tells a lost connection from a wrong statement', async () => {
    const db = openDatabase({ url: server.url, log: silentLog });
    const failureOf = (work: Promise<unknown>) => work.catch((error: unknown) => error);
    expect(isConnectionLost(await failureOf(sql`SELECT nonsense`.execute(db)))).toBe(false);
    const asleep = failureOf(sql`SELECT pg_sleep(600)`.execute(db));
    await selectOne(db);
    await server.stop();
    expect(isConnectionLost(await asleep)).toBe(true);
    expect(isConnectionLost(await failureOf(selectOne(db)))).toBe(true);
    server = await start(server.port);
    await db.destroy();
  });

  it('may go while a connection in use says nothing: the next statement fails', async () => {
    const db = openDatabase({ url: server.url, log: silentLog });
    const failure = db.connection().execute(async (connection) => {
      await selectOne(connection);
      await server.stop();
      await selectOne(connection);
    });
    await expect(failure).rejects.toSatisfy(isConnectionLost);
    server = await start(server.port);
    expect(await selectOne(db)).toEqual([{ one: 1 }]);
    await db.destroy();
  });

  it('refuses wrong credentials at once', async () => {
    const url = server.url.replace(/:[0-9a-f]+@/, ':wrong@');
    const db = openDatabase({ url, log: silentLog, reconnectTimeoutMs: 600_000 });
    await expect(selectOne(db)).rejects.toThrow('password authentication failed');
    await db.destroy();
  });
});
