import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
}

const columns = ['id', 'email', 'name'] as const;

export async function findUserByEmail(
  db: DatabaseHandle,
  email: string,
): Promise<User | undefined> {
  return db
    .selectFrom('users')
    .select(columns)
    .where((where) => where(where.fn('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst();
}

export async function insertUser(
  db: DatabaseHandle,
  user: { email: string; name: string | null; createdAt: Date },
): Promise<User> {
  return db
    .insertInto('users')
    .values({
      id: createId(),
      email: user.email,
      name: user.name,
      created_at: user.createdAt,
      updated_at: user.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}
