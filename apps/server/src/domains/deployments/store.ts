import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';

export interface ActiveDeployments {
  readonly count: number;
  /** Of all of them, in dollars. */
  readonly costPerHour: number;
}

export async function sumActiveDeployments(db: DatabaseHandle): Promise<ActiveDeployments> {
  return db
    .selectFrom('deployments')
    .select((table) => [
      table.fn.countAll<number>().as('count'),
      sql<number>`coalesce(sum(hourly_cost), 0)::float8`.as('costPerHour'),
    ])
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow();
}
