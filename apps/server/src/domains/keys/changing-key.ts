import type { Context } from '../../platform/context.ts';
import { parseId } from '../../platform/ids.ts';
import { keyNotFound, keyRevoked } from './errors.ts';
import { nameInCache } from './key-actor.ts';
import { lockKeyOfTeam, type StoredKey } from './store.ts';

/** A key of the team, which nobody else changes until the transaction ends. @throws `key_not_found` */
export async function lockKey(ctx: Context, teamId: string, publicId: string): Promise<StoredKey> {
  const id = parseId('key', publicId);
  const key = id === undefined ? undefined : await lockKeyOfTeam(ctx.db, { id, teamId });
  if (!key) throw keyNotFound();
  return key;
}

/** The same, unless it is revoked. @throws `key_not_found`, `key_revoked` */
export async function lockActiveKey(
  ctx: Context,
  teamId: string,
  publicId: string,
): Promise<StoredKey> {
  const key = await lockKey(ctx, teamId, publicId);
  if (key.revokedAt) throw keyRevoked();
  return key;
}

/** Makes every process look the key up anew, whichever of its secrets it knows. */
export async function forgetKey(ctx: Context, key: StoredKey): Promise<void> {
  for (const hash of [key.keyHash, key.previousHash]) {
    if (hash !== null) await ctx.cache?.invalidate(nameInCache(hash));
  }
}
