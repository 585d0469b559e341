import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { EmailTokensTable } from '../../platform/database/schema.ts';

export type EmailTokenPurpose = EmailTokensTable['purpose'];

/** Stores a token; an earlier one of the same user and purpose stops working. */
export async function replaceEmailToken(
  db: DatabaseHandle,
  token: {
    hash: string;
    userId: string;
    purpose: EmailTokenPurpose;
    email: string;
    createdAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await db
    .deleteFrom('email_tokens')
    .where('user_id', '=', token.userId)
    .where('purpose', '=', token.purpose)
    .execute();
  await db
    .insertInto('email_tokens')
    .values({
      token_hash: token.hash,
      user_id: token.userId,
      purpose: token.purpose,
      email: token.email,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
    })
    .execute();
}

export interface EmailTokenKey {
  readonly hash: string;
  readonly purpose: EmailTokenPurpose;
  readonly now: Date;
}

/** To whom a token was mailed. */
export interface MailedToken {
  readonly userId: string;
  readonly email: string;
}

export async function readEmailToken(
  db: DatabaseHandle,
  token: EmailTokenKey,
): Promise<MailedToken | undefined> {
  return db
    .selectFrom('email_tokens')
    .select(['user_id as userId', 'email'])
    .where('token_hash', '=', token.hash)
    .where('purpose', '=', token.purpose)
    .where('expires_at', '>', token.now)
    .executeTakeFirst();
}

/** Takes a token out of the store: of any number who try at once one gets it. */
export async function takeEmailToken(
  db: DatabaseHandle,
  token: EmailTokenKey,
): Promise<MailedToken | undefined> {
  return db
    .deleteFrom('email_tokens')
    .where('token_hash', '=', token.hash)
    .where('purpose', '=', token.purpose)
    .where('expires_at', '>', token.now)
    .returning(['user_id as userId', 'email'])
    .executeTakeFirst();
}

export async function deleteEmailTokensOfUser(db: DatabaseHandle, userId: string): Promise<void> {
  await db.deleteFrom('email_tokens').where('user_id', '=', userId).execute();
}

export async function deleteEmailTokensBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('email_tokens').where('expires_at', '<', before).execute();
}
