import { type Insertable, sql, type Updateable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { WebhooksTable } from '../../platform/database/schema.ts';
import type { Webhook } from './schema.ts';

const columns = [
  'id',
  'team_id as teamId',
  'url',
  'events',
  'failing_since as failingSince',
  'disabled_at as disabledAt',
  'created_at as createdAt',
  'updated_at as updatedAt',
] as const;

export async function insertWebhook(
  db: DatabaseHandle,
  webhook: Insertable<WebhooksTable>,
): Promise<Webhook> {
  return db.insertInto('webhooks').values(webhook).returning(columns).executeTakeFirstOrThrow();
}

/** Lets one transaction at a time add to the webhooks of a team. */
export async function lockWebhooksOfTeam(
  transaction: DatabaseHandle,
  teamId: string,
): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`webhooks:${teamId}`}, 0))`.execute(
    transaction,
  );
}

/** Newest first. */
export async function listWebhooksOfTeam(db: DatabaseHandle, teamId: string): Promise<Webhook[]> {
  return db
    .selectFrom('webhooks')
    .select(columns)
    .where('team_id', '=', teamId)
    .orderBy('id', 'desc')
    .execute();
}

/** The enabled ones that listen to an event. */
export async function listListeners(
  db: DatabaseHandle,
  listeners: { teamId: string; event: string },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('webhooks')
    .select('id')
    .where('team_id', '=', listeners.teamId)
    .where('disabled_at', 'is', null)
    .where(sql<boolean>`events && ARRAY['*', ${listeners.event}]::text[]`)
    .execute();
  return rows.map(({ id }) => id);
}

export async function findWebhookOfTeam(
  db: DatabaseHandle,
  webhook: { id: string; teamId: string },
): Promise<Webhook | undefined> {
  return db
    .selectFrom('webhooks')
    .select(columns)
    .where('id', '=', webhook.id)
    .where('team_id', '=', webhook.teamId)
    .executeTakeFirst();
}

/** One that others may be changing: the row stays locked until commit. */
export async function lockWebhook(db: DatabaseHandle, id: string): Promise<Webhook | undefined> {
  return db
    .selectFrom('webhooks')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function updateWebhookRow(
  db: DatabaseHandle,
  id: string,
  changes: Updateable<WebhooksTable>,
): Promise<Webhook> {
  return db
    .updateTable('webhooks')
    .set(changes)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export async function deleteWebhookRow(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('webhooks').where('id', '=', id).execute();
}
