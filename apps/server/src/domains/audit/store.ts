import type { Insertable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { AuditEventsTable } from '../../platform/database/schema.ts';
import { createId } from '../../platform/ids.ts';

export async function insertAuditEvent(
  db: DatabaseHandle,
  event: Omit<Insertable<AuditEventsTable>, 'id'>,
): Promise<void> {
  await db
    .insertInto('audit_events')
    .values({ id: createId(), ...event })
    .execute();
}
