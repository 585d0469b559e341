import type { Insertable, Updateable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { ApiKeysTable } from '../../platform/database/schema.ts';
import type { Key } from './schema.ts';

const columns = [
  'id',
  'name',
  'key_prefix as prefix',
  'mode',
  'scopes',
  'created_at as createdAt',
  'lifetime_days as lifetimeDays',
  'expires_at as expiresAt',
  'allowed_ips as allowedIps',
  'requests_per_minute as requestsPerMinute',
  'last_used_at as lastUsedAt',
  'last_used_ip as lastUsedIp',
  'revoked_at as revokedAt',
] as const;

export async function insertKey(db: DatabaseHandle, key: Insertable<ApiKeysTable>): Promise<Key> {
  return db.insertInto('api_keys').values(key).returning(columns).executeTakeFirstOrThrow();
}

/** The credential behind a hash, unless it is revoked; one that has expired is found. */
export async function findActiveKey(
  db: DatabaseHandle,
  keyHash: string,
): Promise<(Key & { readonly teamId: string }) | undefined> {
  return db
    .selectFrom('api_keys')
    .select([...columns, 'team_id as teamId'])
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
}

/** A key of the team. */
export async function findKeyOfTeam(
  db: DatabaseHandle,
  key: { id: string; teamId: string },
): Promise<Key | undefined> {
  return ofTeam(db, key).executeTakeFirst();
}

/** The same, which nobody else changes until the transaction ends; with its hash. */
export async function lockKeyOfTeam(
  db: DatabaseHandle,
  key: { id: string; teamId: string },
): Promise<(Key & { readonly keyHash: string }) | undefined> {
  return ofTeam(db, key).select('key_hash as keyHash').forUpdate().executeTakeFirst();
}

function ofTeam(db: DatabaseHandle, key: { id: string; teamId: string }) {
  return db
    .selectFrom('api_keys')
    .select(columns)
    .where('id', '=', key.id)
    .where('team_id', '=', key.teamId);
}

export type KeyChanges = Updateable<ApiKeysTable>;

export async function changeKey(db: DatabaseHandle, id: string, changes: KeyChanges): Promise<Key> {
  return db
    .updateTable('api_keys')
    .set(changes)
    .where('id', '=', id)
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Newest first, from behind `cursor` (a key's UUID). */
export async function listKeysOfTeam(
  db: DatabaseHandle,
  page: { teamId: string; cursor: string | undefined; limit: number },
): Promise<Key[]> {
  return db
    .selectFrom('api_keys')
    .select(columns)
    .where('team_id', '=', page.teamId)
    .$if(page.cursor !== undefined, (query) => query.where('id', '<', page.cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

/** Moves the note of the last use forward, never back. */
export async function touchKey(
  db: DatabaseHandle,
  use: { id: string; usedAt: Date; ip: string | null },
): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: use.usedAt, last_used_ip: use.ip })
    .where('id', '=', use.id)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<', use.usedAt)]),
    )
    .execute();
}
