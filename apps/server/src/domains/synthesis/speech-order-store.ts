import type { Insertable, Selectable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { insertRows } from '../../platform/database/insert-rows.ts';
import type {
  GenerationsTable,
  IdempotencyKeysTable,
  SpeechOrdersTable,
} from '../../platform/database/schema.ts';

export type SpeechOrderRow = Selectable<SpeechOrdersTable>;
/** A key that binds a stream to its order where its caller sent none. */
export type OwnKeyRow = Pick<
  Insertable<IdempotencyKeysTable>,
  'team_id' | 'key' | 'request_hash' | 'request_id'
> & { created_at: Date };

export async function insertSpeechOrders(
  db: DatabaseHandle,
  orders: readonly SpeechOrderRow[],
  keys: readonly OwnKeyRow[],
): Promise<void> {
  await insertRows(db, [
    { table: 'idempotency_keys', rows: keys.map((key) => ({ ...key, characters_counted: 0 })) },
    { table: 'speech_orders', rows: orders },
  ]);
}

export async function findSpeechOrder(
  db: DatabaseHandle,
  { id, teamId, since }: { id: string; teamId: string; since: Date },
): Promise<SpeechOrderRow | undefined> {
  return db
    .selectFrom('speech_orders')
    .selectAll()
    .where('id', '=', id)
    .where('team_id', '=', teamId)
    .where('created_at', '>', since)
    .executeTakeFirst();
}

export async function findGeneration(
  db: DatabaseHandle,
  { id, teamId }: { id: string; teamId: string },
): Promise<Selectable<GenerationsTable> | undefined> {
  return db
    .selectFrom('generations')
    .selectAll()
    .where('id', '=', id)
    .where('team_id', '=', teamId)
    .executeTakeFirst();
}

export async function deleteSpeechOrdersBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('speech_orders').where('created_at', '<', before).execute();
}
