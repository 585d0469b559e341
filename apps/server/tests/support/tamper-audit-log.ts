import { sql } from 'kysely';
import type { DatabaseHandle } from '../../src/platform/database/database.ts';

/** Changes what an event says of `name`, as somebody could who has the whole database. */
export async function tamperWithAuditLog(
  db: DatabaseHandle,
  { name, details }: { readonly name: string; readonly details: object },
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`ALTER TABLE audit_log DISABLE TRIGGER ALL`.execute(transaction);
    await sql`
      UPDATE audit_log SET details = ${JSON.stringify(details)}::jsonb
      WHERE details->>'name' = ${name}`.execute(transaction);
    await sql`ALTER TABLE audit_log ENABLE TRIGGER ALL`.execute(transaction);
  });
}
