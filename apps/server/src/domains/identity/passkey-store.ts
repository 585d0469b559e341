import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { PasskeyChallengesTable } from '../../platform/database/schema.ts';
import { createId } from '../../platform/ids.ts';

export interface Passkey {
  readonly id: string;
  readonly userId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly signCount: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

const columns = [
  'id',
  'user_id as userId',
  'credential_id as credentialId',
  'public_key as publicKey',
  'sign_count as signCount',
  'transports',
  'name',
  'backed_up as backedUp',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
] as const;

/** Undefined when this credential is registered already, by whomever. */
export async function insertPasskey(
  db: DatabaseHandle,
  passkey: Omit<Passkey, 'id' | 'lastUsedAt'>,
): Promise<Passkey | undefined> {
  return db
    .insertInto('passkeys')
    .values({
      id: createId(),
      user_id: passkey.userId,
      credential_id: passkey.credentialId,
      public_key: Buffer.from(passkey.publicKey),
      sign_count: passkey.signCount,
      transports: [...passkey.transports],
      name: passkey.name,
      backed_up: passkey.backedUp,
      created_at: passkey.createdAt,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning(columns)
    .executeTakeFirst();
}

/** Newest first. */
export async function listPasskeysOfUser(db: DatabaseHandle, userId: string): Promise<Passkey[]> {
  return db
    .selectFrom('passkeys')
    .select(columns)
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute();
}

export async function findPasskey(
  db: DatabaseHandle,
  credentialId: string,
): Promise<Passkey | undefined> {
  return db
    .selectFrom('passkeys')
    .select(columns)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst();
}

export async function renamePasskey(
  db: DatabaseHandle,
  passkey: { id: string; userId: string; name: string },
): Promise<Passkey | undefined> {
  return db
    .updateTable('passkeys')
    .set({ name: passkey.name })
    .where('id', '=', passkey.id)
    .where('user_id', '=', passkey.userId)
    .returning(columns)
    .executeTakeFirst();
}

export async function deletePasskey(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('passkeys').where('id', '=', id).execute();
}

/** Moves the counter forward, where the authenticator counts. Answers false when it has moved further. */
export async function usePasskey(
  db: DatabaseHandle,
  use: { id: string; signCount: number; backedUp: boolean; usedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('passkeys')
    .set({ sign_count: use.signCount, backed_up: use.backedUp, last_used_at: use.usedAt })
    .where('id', '=', use.id)
    .where((where) =>
      where.or([
        where('sign_count', '<', use.signCount),
        where.and([where('sign_count', '=', 0), where.val(use.signCount === 0)]),
      ]),
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export interface Challenge {
  readonly challenge: string;
  readonly purpose: PasskeyChallengesTable['purpose'];
  /** Null where nobody is logged in yet. */
  readonly userId: string | null;
}

export async function insertChallenge(
  db: DatabaseHandle,
  challenge: Challenge & { readonly expiresAt: Date },
): Promise<void> {
  await db
    .insertInto('passkey_challenges')
    .values({
      challenge: challenge.challenge,
      purpose: challenge.purpose,
      user_id: challenge.userId,
      expires_at: challenge.expiresAt,
    })
    .execute();
}

/** Takes a challenge out of the store: of any number who try at once one succeeds. */
export async function takeChallenge(
  db: DatabaseHandle,
  challenge: Challenge & { readonly now: Date },
): Promise<boolean> {
  const { userId } = challenge;
  const { numDeletedRows } = await db
    .deleteFrom('passkey_challenges')
    .where('challenge', '=', challenge.challenge)
    .where('purpose', '=', challenge.purpose)
    .where('user_id', userId === null ? 'is' : '=', userId)
    .where('expires_at', '>', challenge.now)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function deleteChallengesBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('passkey_challenges').where('expires_at', '<', before).execute();
}
