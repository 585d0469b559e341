import { type Insertable, sql, type Updateable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { ApiKeySecretsTable, ApiKeysTable } from '../../platform/database/schema.ts';
import type { Key } from './schema.ts';

const columns = [
  'api_keys.id',
  'name',
  'api_keys.key_prefix as prefix',
  'mode',
  'scopes',
  'api_keys.created_at as createdAt',
  'lifetime_days as lifetimeDays',
  'expires_at as expiresAt',
  'allowed_ips as allowedIps',
  'requests_per_minute as requestsPerMinute',
  'monthly_characters as monthlyCharacters',
  'monthly_generations as monthlyGenerations',
  'auto_rotate as autoRotate',
  'api_keys.last_used_at as lastUsedAt',
  'last_used_ip as lastUsedIp',
  'revoked_at as revokedAt',
  'previous.key_prefix as previousPrefix',
  'previous.ends_at as previousEndsAt',
  'previous.last_used_at as previousUsedAt',
  'next.key_prefix as nextPrefix',
] as const;

/** A key with what its rules need and nobody is shown. */
export interface StoredKey extends Key {
  readonly teamId: string;
  readonly keyHash: string;
  /** The last use of the present secret; null: it has not been used. */
  readonly secretUsedAt: Date | null;
  readonly previousHash: string | null;
  /** Whether its months are counted: it has a budget, or once had one. */
  readonly counted: boolean;
}

function selectKeys(db: DatabaseHandle) {
  return db
    .selectFrom('api_keys')
    .leftJoin('api_key_secrets as previous', (join) =>
      join.onRef('previous.api_key_id', '=', 'api_keys.id').on('previous.place', '=', 'previous'),
    )
    .leftJoin('api_key_secrets as next', (join) =>
      join.onRef('next.api_key_id', '=', 'api_keys.id').on('next.place', '=', 'next'),
    )
    .select(columns)
    .select([
      'team_id as teamId',
      'api_keys.key_hash as keyHash',
      'secret_used_at as secretUsedAt',
      'previous.key_hash as previousHash',
      'counted',
    ]);
}

export async function insertKey(db: DatabaseHandle, key: Insertable<ApiKeysTable>): Promise<Key> {
  await db.insertInto('api_keys').values(key).execute();
  return selectKeys(db).where('api_keys.key_hash', '=', key.key_hash).executeTakeFirstOrThrow();
}

/** The key whose present or previous secret this is, unless it is revoked; also one that has ended. */
export async function findActiveKey(
  db: DatabaseHandle,
  keyHash: string,
): Promise<StoredKey | undefined> {
  const active = selectKeys(db).where('revoked_at', 'is', null);
  return (
    (await active.where('api_keys.key_hash', '=', keyHash).executeTakeFirst()) ??
    (await active.where('previous.key_hash', '=', keyHash).executeTakeFirst())
  );
}

interface KeyOfTeam {
  readonly id: string;
  readonly teamId: string;
}

export async function findKeyOfTeam(
  db: DatabaseHandle,
  { id, teamId }: KeyOfTeam,
): Promise<StoredKey | undefined> {
  return selectKeys(db)
    .where('api_keys.id', '=', id)
    .where('team_id', '=', teamId)
    .executeTakeFirst();
}

/** The same, which nobody else changes until the transaction ends. */
export async function lockKeyOfTeam(
  db: DatabaseHandle,
  key: KeyOfTeam,
): Promise<StoredKey | undefined> {
  await db
    .selectFrom('api_keys')
    .select('id')
    .where('id', '=', key.id)
    .where('team_id', '=', key.teamId)
    .forUpdate()
    .execute();
  // Not in one statement: what it joins would be as it was before the wait for the lock.
  return findKeyOfTeam(db, key);
}

export type KeyChanges = Updateable<ApiKeysTable>;

export async function changeKey(
  db: DatabaseHandle,
  key: KeyOfTeam,
  changes: KeyChanges,
): Promise<StoredKey> {
  await db.updateTable('api_keys').set(changes).where('id', '=', key.id).execute();
  const changed = await findKeyOfTeam(db, key);
  if (!changed) throw new Error(`the key ${key.id} is gone although it was locked`);
  return changed;
}

/** The secret that follows the present one, as it is sealed. */
export async function findSealedSuccessor(
  db: DatabaseHandle,
  keyId: string,
): Promise<string | undefined> {
  const next = await db
    .selectFrom('api_key_secrets')
    .select('sealed')
    .where('api_key_id', '=', keyId)
    .where('place', '=', 'next')
    .executeTakeFirst();
  return next?.sealed ?? undefined;
}

export async function insertSecret(
  db: DatabaseHandle,
  secret: Insertable<ApiKeySecretsTable>,
): Promise<void> {
  await db.insertInto('api_key_secrets').values(secret).execute();
}

export async function deleteSecrets(
  db: DatabaseHandle,
  keyId: string,
  places: readonly ApiKeySecretsTable['place'][],
): Promise<void> {
  await db
    .deleteFrom('api_key_secrets')
    .where('api_key_id', '=', keyId)
    .where('place', 'in', places)
    .execute();
}

/** The person who made a key, or the key that made it; null when that is not known. */
export async function findMaker(db: DatabaseHandle, keyId: string): Promise<string | null> {
  const key = await db
    .selectFrom('api_keys')
    .select('created_by as createdBy')
    .where('id', '=', keyId)
    .executeTakeFirst();
  return key?.createdBy ?? null;
}

export async function setMakerOfKeys(
  db: DatabaseHandle,
  keys: { teamId: string; from: string; to: string },
): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ created_by: keys.to })
    .where('team_id', '=', keys.teamId)
    .where('created_by', '=', keys.from)
    .execute();
}

/** Those that may still work. */
export async function listKeyIdsOfTeam(
  db: DatabaseHandle,
  teamId: string,
): Promise<readonly string[]> {
  const keys = await db
    .selectFrom('api_keys')
    .select('id')
    .where('team_id', '=', teamId)
    .where('revoked_at', 'is', null)
    .execute();
  return keys.map(({ id }) => id);
}

/** The keys of a team that a person made and that are not revoked. */
export async function listActiveKeysOfMaker(
  db: DatabaseHandle,
  maker: { teamId: string; userId: string },
): Promise<{ readonly id: string; readonly scopes: readonly string[] }[]> {
  return db
    .selectFrom('api_keys')
    .select(['id', 'scopes'])
    .where('team_id', '=', maker.teamId)
    .where('created_by', '=', maker.userId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Newest first, from behind `cursor` (a key's UUID). */
export async function listKeysOfTeam(
  db: DatabaseHandle,
  page: { teamId: string; cursor: string | undefined; limit: number },
): Promise<StoredKey[]> {
  return selectKeys(db)
    .where('team_id', '=', page.teamId)
    .$if(page.cursor !== undefined, (query) => query.where('api_keys.id', '<', page.cursor ?? ''))
    .orderBy('api_keys.id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Moves the notes of the last use forward, never back: that of the key, and that of the secret. */
export async function touchKey(
  db: DatabaseHandle,
  use: { id: string; keyHash: string; usedAt: Date; ip: string },
): Promise<void> {
  const { id, keyHash, usedAt, ip } = use;
  await sql`
    UPDATE api_keys SET
      last_used_ip = CASE WHEN last_used_at > ${usedAt} THEN last_used_ip ELSE ${ip} END,
      last_used_at = greatest(last_used_at, ${usedAt}::timestamptz),
      secret_used_at = CASE
        WHEN key_hash = ${keyHash} THEN greatest(secret_used_at, ${usedAt}::timestamptz)
        ELSE secret_used_at
      END
    WHERE id = ${id}
  `.execute(db);
  await db
    .updateTable('api_key_secrets')
    .set({ last_used_at: usedAt })
    .where('key_hash', '=', keyHash)
    .execute();
}
