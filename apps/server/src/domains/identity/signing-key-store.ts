import { type DatabaseHandle, lockUntilCommit } from '../../platform/database/database.ts';

export interface StoredSigningKey {
  readonly id: string;
  readonly publicJwk: Record<string, unknown>;
  readonly sealedPrivateJwk: string;
  readonly createdAt: Date;
}

const lockKey = 0x566f_6b73;

export async function listSigningKeys(
  db: DatabaseHandle,
  createdAfter: Date,
): Promise<StoredSigningKey[]> {
  return db
    .selectFrom('signing_keys')
    .select([
      'id',
      'public_jwk as publicJwk',
      'sealed_private_jwk as sealedPrivateJwk',
      'created_at as createdAt',
    ])
    .where('created_at', '>', createdAfter)
    .orderBy('created_at', 'desc')
    .execute();
}

/** Lets one process at a time decide whether a new key is needed. */
export function withSigningKeyLock<T>(
  db: DatabaseHandle,
  work: (db: DatabaseHandle) => Promise<T>,
): Promise<T> {
  return db.transaction().execute(async (transaction) => {
    await lockUntilCommit(transaction, lockKey);
    return work(transaction);
  });
}

export async function insertSigningKey(db: DatabaseHandle, key: StoredSigningKey): Promise<void> {
  await db
    .insertInto('signing_keys')
    .values({
      id: key.id,
      public_jwk: key.publicJwk,
      sealed_private_jwk: key.sealedPrivateJwk,
      created_at: key.createdAt,
    })
    .execute();
}

export async function deleteSigningKeysBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('signing_keys').where('created_at', '<=', before).execute();
}
