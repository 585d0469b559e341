import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
const processes: ChildProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map(kill));
  await database?.close();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function startWorker(settings: Record<string, string> = {}): ChildProcess {
  const child = fork(join(import.meta.dirname, 'stand-ins/event-worker.ts'), {
    env: { ...process.env, DATABASE_URL: database.url, ...settings },
    execArgv: [],
  });
  processes.push(child);
  return child;
}

function placeOrder(number: number) {
  return database.db
    .insertInto('outbox')
    .values({ topic: 'order.placed', payload: { number } })
    .execute();
}

test('what a killed process was doing is done by another one, as the same event', async () => {
  await placeOrder(1);
  const doomed = startWorker({ HANGS: '1' });
  const [first] = await once(doomed, 'message');
  await kill(doomed);

  const heir = startWorker();
  // In place of the half minute after which a process without a heartbeat is taken to be gone.
  await sql`UPDATE pgboss.job SET heartbeat_on = heartbeat_on - interval '1 minute'`.execute(
    database.db,
  );
  const [second] = await once(heir, 'message');
  expect(first).toMatchObject({ begun: 1 });
  expect(second).toEqual(first);

  await placeOrder(2);
  const [third] = await once(heir, 'message');
  expect(third).toMatchObject({ begun: 2 });
});
