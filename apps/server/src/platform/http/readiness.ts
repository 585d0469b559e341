import { sql } from 'kysely';
import type { DatabaseHandle } from '../database/database.ts';

const databasePatienceMs = 2_000;

/** Why requests cannot be served now: the database is silent, or no worker has warmed up. */
export async function findUnready(services: {
  db: DatabaseHandle;
  warmWorkers: () => number;
}): Promise<string | undefined> {
  if (services.warmWorkers() === 0) return 'no synthesis worker has warmed up yet';
  const silent = AbortSignal.timeout(databasePatienceMs);
  const answered = sql`SELECT 1`.execute(services.db).then(
    () => true,
    () => false,
  );
  const outOfPatience = new Promise<boolean>((resolve) => {
    silent.addEventListener('abort', () => resolve(false), { once: true });
  });
  return (await Promise.race([answered, outOfPatience]))
    ? undefined
    : 'the database does not answer';
}
