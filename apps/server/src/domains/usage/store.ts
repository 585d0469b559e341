import type { Insertable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { type Insert, insertRows } from '../../platform/database/insert-rows.ts';
import type { UsageEventsTable } from '../../platform/database/schema.ts';

/** Inserts events and, by the same statement, the rows of other tables that they refer to. */
export async function insertUsageEvents(
  db: DatabaseHandle,
  events: readonly Insertable<UsageEventsTable>[],
  referred: readonly Insert[],
): Promise<void> {
  await insertRows(db, [...referred, { table: 'usage_events', rows: events }]);
}

export interface UsageTotals {
  readonly events: number;
  readonly characters: number;
  readonly audioSeconds: number;
  readonly computeSeconds: number;
}

/** Sums of a team's synthesis events with `from <= created_at < to`. */
export async function sumUsage(
  db: DatabaseHandle,
  period: { teamId: string; from: Date; to: Date },
): Promise<UsageTotals> {
  return db
    .selectFrom('usage_events')
    .select((select) => [
      select.fn.countAll<number>().as('events'),
      select.fn.coalesce(select.fn.sum<number>('characters'), select.lit(0)).as('characters'),
      select.fn.coalesce(select.fn.sum<number>('audio_seconds'), select.lit(0)).as('audioSeconds'),
      select.fn
        .coalesce(select.fn.sum<number>('compute_seconds'), select.lit(0))
        .as('computeSeconds'),
    ])
    .where('team_id', '=', period.teamId)
    .where('event_type', '=', 'synthesis')
    .where('created_at', '>=', period.from)
    .where('created_at', '<', period.to)
    .executeTakeFirstOrThrow();
}
