import type { Generated } from 'kysely';
import type { CreatedAt } from './columns.ts';

interface DeploymentsTable {
  id: Generated<string>;
  team_id: string;
  name: string;
  gpu_type: string | null;
  status: string;
  endpoint: string | null;
  /** Dollars an hour, as the decimal text of numeric(10,4). */
  hourly_cost: string | null;
  created_at: CreatedAt;
  stopped_at: Date | null;
}

/** One synthesis that was answered. The text itself is not kept. */
export interface GenerationsTable {
  id: Generated<string>;
  team_id: string;
  api_key_id: string | null;
  user_id: string | null;
  request_id: string;
  voice: string;
  locale: string;
  model_id: string;
  format: string;
  sample_rate: number;
  speed: number;
  characters: number;
  audio_seconds: number;
  compute_seconds: number;
  cache: 'miss' | 'hit' | 'joined';
  status: 'completed' | 'cancelled' | 'failed';
  error_code: string | null;
  created_at: CreatedAt;
  completed_at: Date | null;
}

/** A job of the synthesis queue that failed for good. */
export interface DeadLettersTable {
  id: string;
  team_id: string | null;
  tier: string;
  /** JSON. */
  payload: string;
  /** JSON. */
  failures: string;
  queued_at: Date;
  died_at: Date;
}

/** What a stream was asked for, kept for a while so that it can be resumed. */
export interface SpeechOrdersTable {
  id: string;
  team_id: string;
  idempotency_key: string;
  operation: string;
  input: unknown;
  model_id: string;
  mode: 'live' | 'test';
  client_token_id: string | null;
  created_at: Date;
}

export interface IdempotencyKeysTable {
  team_id: string;
  key: string;
  /** SHA-256 of the canonical request. */
  request_hash: string;
  request_id: string;
  generation_id: string | null;
  characters_counted: Generated<number>;
  created_at: CreatedAt;
  completed_at: Date | null;
}

export interface SynthesisTables {
  deployments: DeploymentsTable;
  generations: GenerationsTable;
  dead_letters: DeadLettersTable;
  speech_orders: SpeechOrdersTable;
  idempotency_keys: IdempotencyKeysTable;
}
