import type { Insertable } from 'kysely';
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
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

export async function insertKey(db: DatabaseHandle, key: Insertable<ApiKeysTable>): Promise<Key> {
  return db.insertInto('api_keys').values(key).returning(columns).executeTakeFirstOrThrow();
}

/** The credential behind a hash, unless it is revoked. */
export async function findActiveKey(
  db: DatabaseHandle,
  keyHash: string,
): Promise<(Pick<Key, 'id' | 'mode' | 'scopes'> & { readonly teamId: string }) | undefined> {
  return db
    .selectFrom('api_keys')
    .select(['id', 'team_id as teamId', 'mode', 'scopes'])
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
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

/** Revokes a key of the team; one that is revoked already keeps its time. Undefined: no such key. */
export async function markRevoked(
  db: DatabaseHandle,
  key: { id: string; teamId: string; revokedAt: Date },
): Promise<{ readonly changed: boolean; readonly keyHash: string } | undefined> {
  const updated = await db
    .updateTable('api_keys')
    .set({ revoked_at: key.revokedAt })
    .where('id', '=', key.id)
    .where('team_id', '=', key.teamId)
    .where('revoked_at', 'is', null)
    .returning('key_hash as keyHash')
    .executeTakeFirst();
  if (updated) return { changed: true, ...updated };
  const known = await db
    .selectFrom('api_keys')
    .select('key_hash as keyHash')
    .where('id', '=', key.id)
    .where('team_id', '=', key.teamId)
    .executeTakeFirst();
  return known && { changed: false, ...known };
}

/** Moves `last_used_at` forward, never back. */
export async function touchKey(db: DatabaseHandle, id: string, usedAt: Date): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: usedAt })
    .where('id', '=', id)
    .where((where) =>
      where.or([where('last_used_at', 'is', null), where('last_used_at', '<', usedAt)]),
    )
    .execute();
}
