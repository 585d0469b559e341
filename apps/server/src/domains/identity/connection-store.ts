import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export interface Connection {
  readonly id: string;
  readonly provider: string;
  readonly email: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const columns = [
  'id',
  'provider',
  'email',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
] as const;

/** Whose account here that account elsewhere opens. */
export async function findConnectedUser(
  db: DatabaseHandle,
  account: { provider: string; subject: string },
): Promise<string | undefined> {
  const found = await db
    .selectFrom('user_connections')
    .select('user_id as userId')
    .where('provider', '=', account.provider)
    .where('subject', '=', account.subject)
    .executeTakeFirst();
  return found?.userId;
}

/** Answers false when the account elsewhere opens an account here already. */
export async function insertConnection(
  db: DatabaseHandle,
  connection: {
    userId: string;
    provider: string;
    subject: string;
    email: string | null;
    createdAt: Date;
  },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('user_connections')
    .values({
      id: createId(),
      user_id: connection.userId,
      provider: connection.provider,
      subject: connection.subject,
      email: connection.email,
      created_at: connection.createdAt,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function touchConnection(
  db: DatabaseHandle,
  use: { provider: string; subject: string; email: string | null; usedAt: Date },
): Promise<void> {
  await db
    .updateTable('user_connections')
    .set({ last_used_at: use.usedAt, email: use.email })
    .where('provider', '=', use.provider)
    .where('subject', '=', use.subject)
    .execute();
}

export async function listConnectionsOfUser(
  db: DatabaseHandle,
  userId: string,
): Promise<Connection[]> {
  return db
    .selectFrom('user_connections')
    .select(columns)
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

export async function deleteConnection(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('user_connections').where('id', '=', id).execute();
}

export async function deleteConnectionsOfProvider(
  db: DatabaseHandle,
  provider: string,
): Promise<void> {
  await db.deleteFrom('user_connections').where('provider', '=', provider).execute();
}

export async function deleteConnectionsOfUser(db: DatabaseHandle, userId: string): Promise<void> {
  await db.deleteFrom('user_connections').where('user_id', '=', userId).execute();
}
