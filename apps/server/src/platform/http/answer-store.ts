import { sql } from 'kysely';
import type { DatabaseHandle } from '../database/database.ts';
import { idempotencyMs } from './idempotency-key.ts';

interface AnswerName {
  readonly senderId: string;
  readonly key: string;
}

export interface KnownAnswer {
  readonly requestHash: string;
  readonly sealedAnswer: string | null;
}

/**
 * Binds a key to a request and answers undefined, or answers what was made under it before. Whoever
 * comes with the same key meanwhile waits until the transaction has ended. A day later the key is free.
 */
export async function claimAnswer(
  transaction: DatabaseHandle,
  claim: AnswerName & { readonly requestHash: string; readonly now: Date },
): Promise<KnownAnswer | undefined> {
  const expired = new Date(claim.now.getTime() - idempotencyMs);
  const { rows } = await sql`
    INSERT INTO idempotent_answers AS known (sender_id, key, request_hash, created_at)
    VALUES (${claim.senderId}, ${claim.key}, ${claim.requestHash}, ${claim.now})
    ON CONFLICT (sender_id, key) DO UPDATE
    SET request_hash = excluded.request_hash, created_at = excluded.created_at, sealed_answer = NULL
    WHERE known.created_at < ${expired}
    RETURNING key
  `.execute(transaction);
  if (rows.length > 0) return undefined;
  return transaction
    .selectFrom('idempotent_answers')
    .select(['request_hash as requestHash', 'sealed_answer as sealedAnswer'])
    .where('sender_id', '=', claim.senderId)
    .where('key', '=', claim.key)
    .executeTakeFirstOrThrow();
}

export async function keepAnswer(
  db: DatabaseHandle,
  answer: AnswerName & { readonly sealedAnswer: string },
): Promise<void> {
  await db
    .updateTable('idempotent_answers')
    .set({ sealed_answer: answer.sealedAnswer })
    .where('sender_id', '=', answer.senderId)
    .where('key', '=', answer.key)
    .execute();
}

/** Forgets the answers whose day is over. */
export async function deleteExpiredAnswers(db: DatabaseHandle, now: Date): Promise<void> {
  const expired = new Date(now.getTime() - idempotencyMs);
  await db.deleteFrom('idempotent_answers').where('created_at', '<', expired).execute();
}
