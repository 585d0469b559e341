import type { DatabaseHandle } from '../../src/platform/database/database.ts';

/** As if this person had never logged in, not even by confirming the address. */
export async function forgetSessions(db: DatabaseHandle, email: string): Promise<void> {
  await db
    .deleteFrom('sessions')
    .using('users')
    .whereRef('users.id', '=', 'sessions.user_id')
    .where('users.email', '=', email)
    .execute();
}
