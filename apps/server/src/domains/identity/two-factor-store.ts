import type { DatabaseHandle } from '../../platform/database/database.ts';

export interface TotpFactor {
  readonly sealedSecret: string;
  readonly confirmedAt: Date | null;
}

export async function findTotpFactor(
  db: DatabaseHandle,
  userId: string,
): Promise<TotpFactor | undefined> {
  return db
    .selectFrom('totp_factors')
    .select(['sealed_secret as sealedSecret', 'confirmed_at as confirmedAt'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Stores a secret that waits for its first code. Answers false when a confirmed one is there. */
export async function proposeTotpFactor(
  db: DatabaseHandle,
  factor: { userId: string; sealedSecret: string; createdAt: Date },
): Promise<boolean> {
  const proposed = { sealed_secret: factor.sealedSecret, created_at: factor.createdAt };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('totp_factors')
    .values({ user_id: factor.userId, ...proposed })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ sealed_secret: factor.sealedSecret })
        .where('totp_factors.confirmed_at', 'is', null),
    )
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Uses up the code of a step: of any number who try at once one succeeds. */
export async function useTotpStep(
  db: DatabaseHandle,
  use: { userId: string; step: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('totp_factors')
    .set({ last_step: use.step })
    .where('user_id', '=', use.userId)
    .where('last_step', '<', use.step)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Whether there is a factor that counts. Until the transaction ends nobody changes it. */
export async function lockTotpFactor(
  transaction: DatabaseHandle,
  userId: string,
): Promise<boolean> {
  const found = await transaction
    .selectFrom('totp_factors')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('confirmed_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  return found !== undefined;
}

/** Answers false when it was confirmed before. */
export async function confirmTotpFactor(
  db: DatabaseHandle,
  factor: { userId: string; confirmedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('totp_factors')
    .set({ confirmed_at: factor.confirmedAt })
    .where('user_id', '=', factor.userId)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function deleteTotpFactor(db: DatabaseHandle, userId: string): Promise<void> {
  await db.deleteFrom('totp_factors').where('user_id', '=', userId).execute();
  await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
}

export async function replaceRecoveryCodes(
  db: DatabaseHandle,
  codes: { userId: string; hashes: readonly string[] },
): Promise<void> {
  const { userId, hashes } = codes;
  await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await db
    .insertInto('recovery_codes')
    .values(hashes.map((hash) => ({ user_id: userId, code_hash: hash })))
    .execute();
}

export async function countRecoveryCodes(db: DatabaseHandle, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Takes a code out of the store: of any number who try at once one succeeds. */
export async function useRecoveryCode(
  db: DatabaseHandle,
  code: { userId: string; hash: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('recovery_codes')
    .where('user_id', '=', code.userId)
    .where('code_hash', '=', code.hash)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
