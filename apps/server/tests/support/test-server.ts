/**
 * The PostgreSQL of a test run: a process of its own that the first test which needs a database
 * starts. Test processes stay connected to it; it stops when the last one is gone, however it went.
 */
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { sql } from 'kysely';
import { openDatabase } from '../../src/platform/database/database.ts';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts';
import { silentLog } from '../../src/platform/log.ts';
import { testServerAddress, testServerDir } from './test-server-address.ts';

const lingerMs = 8_000;

await mkdir(testServerDir, { recursive: true, mode: 0o700 });
let connections = 0;
let lingering: NodeJS.Timeout | undefined;
const started = Promise.withResolvers<string>();

const server = createServer((socket) => {
  connections += 1;
  clearTimeout(lingering);
  socket.on('error', () => {});
  socket.on('data', () => {});
  socket.on('close', () => {
    connections -= 1;
    if (connections === 0) linger();
  });
  void started.promise.then((url) => socket.write(`${url}\n`));
});

function linger(): void {
  clearTimeout(lingering);
  lingering = setTimeout(() => void stop(), lingerMs);
}

// Another process was first: it serves, and there is nothing to do here.
server.on('error', () => process.exit(0));
server.listen(testServerAddress);
await once(server, 'listening');

const start = () =>
  startEmbeddedPostgres({
    clusterDir: `${testServerDir}/postgres`,
    logFile: `${testServerDir}/postgres.log`,
    settings: [
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'max_connections=300',
    ],
  });
// Without fsync a cluster may not outlive a crash of the machine; nothing in it is worth keeping.
const postgres = await start().catch(async () => {
  await rm(testServerDir, { recursive: true, force: true });
  await mkdir(testServerDir, { recursive: true, mode: 0o700 });
  return start();
});
await dropOldDatabases(postgres.url);
started.resolve(postgres.url);
if (connections === 0) linger();

async function stop(): Promise<void> {
  server.close();
  await postgres.stop();
  process.exit(0);
}

/** What an earlier run that was killed did not drop. */
async function dropOldDatabases(url: string): Promise<void> {
  const db = openDatabase({ url, log: silentLog, poolSize: 1 });
  const { rows } = await sql<{ datname: string }>`
    SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'
  `.execute(db);
  for (const { datname } of rows) {
    await sql`DROP DATABASE IF EXISTS ${sql.id(datname)} WITH (FORCE)`.execute(db);
  }
  await db.destroy();
}
