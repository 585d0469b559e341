import type { Insertable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { WebhookDeliveriesTable } from '../../platform/database/schema.ts';
import type { Delivery } from './schema.ts';

const columns = [
  'id',
  'event',
  'status',
  'attempts',
  'response_status as responseStatus',
  'error',
  'created_at as createdAt',
  'attempted_at as attemptedAt',
] as const;

/** A delivery with all that sending it takes. */
export interface DueDelivery {
  readonly webhookId: string;
  readonly teamId: string;
  readonly event: string;
  readonly body: string;
  readonly attempts: number;
  readonly url: string;
  readonly sealedSecret: string;
  readonly disabledAt: Date | null;
}

export async function insertDelivery(
  db: DatabaseHandle,
  delivery: Insertable<WebhookDeliveriesTable>,
): Promise<Delivery> {
  return db
    .insertInto('webhook_deliveries')
    .values(delivery)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Newest first, from behind `cursor` (a delivery's UUID). */
export async function listDeliveriesOf(
  db: DatabaseHandle,
  page: { webhookId: string; cursor: string | undefined; limit: number },
): Promise<Delivery[]> {
  return db
    .selectFrom('webhook_deliveries')
    .select(columns)
    .where('webhook_id', '=', page.webhookId)
    .$if(page.cursor !== undefined, (query) => query.where('id', '<', page.cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Counts an attempt and answers what to send; undefined when there is nothing to do any more. */
export async function beginAttempt(
  db: DatabaseHandle,
  attempt: { id: string; at: Date },
): Promise<DueDelivery | undefined> {
  return db
    .updateTable('webhook_deliveries')
    .from('webhooks')
    .whereRef('webhooks.id', '=', 'webhook_deliveries.webhook_id')
    .where('webhook_deliveries.id', '=', attempt.id)
    .where('webhook_deliveries.status', '=', 'pending')
    .set((set) => ({
      attempts: set('webhook_deliveries.attempts', '+', 1),
      attempted_at: attempt.at,
    }))
    .returning([
      'webhooks.id as webhookId',
      'webhooks.team_id as teamId',
      'event',
      'body',
      'attempts',
      'url',
      'sealed_secret as sealedSecret',
      'disabled_at as disabledAt',
    ])
    .executeTakeFirst();
}

export async function noteOutcome(
  db: DatabaseHandle,
  id: string,
  outcome: Pick<Delivery, 'status' | 'responseStatus' | 'error'>,
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({
      status: outcome.status,
      response_status: outcome.responseStatus,
      error: outcome.error?.slice(0, 500) ?? null,
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteDeliveriesBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('webhook_deliveries').where('created_at', '<', before).execute();
}
