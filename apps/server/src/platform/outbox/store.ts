import type { DatabaseHandle } from '../database/database.ts';
import { createId } from '../ids.ts';

export interface OutboxEvent {
  readonly id: string;
  readonly teamId: string | null;
  readonly topic: string;
  readonly payload: Record<string, unknown>;
  readonly createdAt: Date;
}

export async function insertOutboxEvent(
  db: DatabaseHandle,
  event: Omit<OutboxEvent, 'id'>,
): Promise<void> {
  await db
    .insertInto('outbox')
    .values({
      id: createId(),
      team_id: event.teamId,
      topic: event.topic,
      payload: event.payload,
      created_at: event.createdAt,
    })
    .execute();
}

/**
 * Takes the oldest events of these topics that wait, as dispatched when the transaction commits. Two
 * transactions never take the same one. Other topics wait for a process that knows them.
 */
export async function takeOutboxEvents(
  transaction: DatabaseHandle,
  options: { topics: readonly string[]; now: Date; limit: number },
): Promise<OutboxEvent[]> {
  return transaction
    .with('waiting', (waiting) =>
      waiting
        .selectFrom('outbox')
        .select('id')
        .where('processed_at', 'is', null)
        .where('topic', 'in', options.topics)
        .orderBy('id')
        .limit(options.limit)
        .forUpdate()
        .skipLocked(),
    )
    .updateTable('outbox')
    .from('waiting')
    .whereRef('outbox.id', '=', 'waiting.id')
    .set({ processed_at: options.now })
    .returning([
      'outbox.id as id',
      'team_id as teamId',
      'topic',
      'payload',
      'created_at as createdAt',
    ])
    .execute();
}

export async function deleteDispatchedEventsBefore(
  db: DatabaseHandle,
  before: Date,
): Promise<void> {
  await db.deleteFrom('outbox').where('processed_at', '<', before).execute();
}
