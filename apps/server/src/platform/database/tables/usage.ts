import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { KeyMode } from '../../context.ts';
import type { CreatedAt, JsonObject } from './columns.ts';

/** What a key has used in a month, together with what is reserved. */
interface KeyMonthsTable {
  api_key_id: string;
  /** Its first day (UTC), as `2026-01-01`. */
  month: ColumnType<Date, string, never>;
  characters: number;
  generations: number;
}

interface BudgetReservationsTable {
  id: string;
  api_key_id: string;
  month: ColumnType<Date, string, never>;
  characters: number;
  created_at: CreatedAt;
}

export interface UsageEventsTable {
  id: GeneratedAlways<number>;
  team_id: string;
  api_key_id: string | null;
  deployment_id: string | null;
  generation_id: string | null;
  event_type: 'synthesis' | 'api_call' | 'gpu_minute';
  quantity: Generated<number>;
  characters: Generated<number>;
  audio_seconds: Generated<number>;
  compute_seconds: Generated<number>;
  voice: string | null;
  status: Generated<'completed' | 'cancelled' | 'failed'>;
  mode: Generated<KeyMode>;
  metadata: JsonObject;
  created_at: CreatedAt;
}

export interface UsageTables {
  key_months: KeyMonthsTable;
  budget_reservations: BudgetReservationsTable;
  usage_events: UsageEventsTable;
}
