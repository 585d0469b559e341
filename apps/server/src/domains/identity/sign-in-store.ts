import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { SignInsTable } from '../../platform/database/schema.ts';

export type SignInStage = SignInsTable['stage'];

export interface SignInRow {
  readonly browserHash: string;
  readonly provider: string;
  readonly userId: string | null;
  readonly profile: Record<string, unknown> | null;
  readonly next: string;
  /** Of the refresh token that the browser had when it left; null where it had none. */
  readonly formerTokenHash: string | null;
}

const columns = [
  'browser_hash as browserHash',
  'provider',
  'user_id as userId',
  'profile',
  'next',
  'former_token_hash as formerTokenHash',
] as const;

export async function insertSignIn(
  db: DatabaseHandle,
  signIn: SignInRow & {
    tokenHash: string;
    stage: SignInStage;
    createdAt: Date;
    expiresAt: Date;
  },
): Promise<void> {
  await db
    .insertInto('sign_ins')
    .values({
      token_hash: signIn.tokenHash,
      browser_hash: signIn.browserHash,
      stage: signIn.stage,
      provider: signIn.provider,
      user_id: signIn.userId,
      profile: signIn.profile,
      next: signIn.next,
      former_token_hash: signIn.formerTokenHash,
      created_at: signIn.createdAt,
      expires_at: signIn.expiresAt,
    })
    .execute();
}

export interface SignInKey {
  readonly tokenHash: string;
  /** Undefined where the browser cannot say which it is. */
  readonly browserHash: string | undefined;
  readonly stage: SignInStage;
  readonly now: Date;
}

export async function findSignIn(
  db: DatabaseHandle,
  key: SignInKey,
): Promise<SignInRow | undefined> {
  return db
    .selectFrom('sign_ins')
    .select(columns)
    .where('token_hash', '=', key.tokenHash)
    .$if(key.browserHash !== undefined, (query) =>
      query.where('browser_hash', '=', key.browserHash ?? ''),
    )
    .where('stage', '=', key.stage)
    .where('expires_at', '>', key.now)
    .executeTakeFirst();
}

/** Takes it out of the store: of any number who try at once one gets it. */
export async function takeSignIn(
  db: DatabaseHandle,
  key: SignInKey,
): Promise<SignInRow | undefined> {
  return db
    .deleteFrom('sign_ins')
    .where('token_hash', '=', key.tokenHash)
    .$if(key.browserHash !== undefined, (query) =>
      query.where('browser_hash', '=', key.browserHash ?? ''),
    )
    .where('stage', '=', key.stage)
    .where('expires_at', '>', key.now)
    .returning(columns)
    .executeTakeFirst();
}

export async function deleteSignInsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('sign_ins').where('expires_at', '<', before).execute();
}
