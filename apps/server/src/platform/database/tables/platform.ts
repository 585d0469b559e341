import type { Generated } from 'kysely';
import type { CreatedAt, JsonObject, UpdatedAt } from './columns.ts';

interface MailsTable {
  id: Generated<string>;
  recipient: string;
  subject: string;
  body_text: string;
  body_html: string;
  created_at: CreatedAt;
  attempts: Generated<number>;
  next_attempt_at: UpdatedAt;
  sent_at: Date | null;
  last_error: string | null;
}

interface IdempotentAnswersTable {
  sender_id: string;
  key: string;
  /** SHA-256 of the request. */
  request_hash: string;
  sealed_answer: string | null;
  created_at: Date;
}

interface OutboxTable {
  id: Generated<string>;
  team_id: string | null;
  topic: string;
  payload: JsonObject;
  created_at: CreatedAt;
  processed_at: Date | null;
}

export interface PlatformTables {
  mails: MailsTable;
  idempotent_answers: IdempotentAnswersTable;
  outbox: OutboxTable;
}
