import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { KeyActor } from './key-actor.ts';
import { findKeyOfTeam, type StoredKey } from './store.ts';

/** Who acts with a key; `expiresAt` is the end of the secret that was sent. */
export function actorOf(key: StoredKey, expiresAt: Date | null): KeyActor {
  const { id: keyId, teamId, scopes, mode, requestsPerMinute } = key;
  const { counted, monthlyCharacters: characters, monthlyGenerations: generations } = key;
  return {
    kind: 'key',
    teamId,
    keyId,
    scopes,
    mode,
    ...(expiresAt ? { expiresAtMs: expiresAt.getTime() } : {}),
    ...(requestsPerMinute === null ? {} : { requestsPerMinute }),
    ...(counted ? { budget: { characters, generations } } : {}),
  };
}

/** Who acts with a key of a team, while it is neither revoked nor past its end. */
export async function readKeyActor(
  db: DatabaseHandle,
  key: { id: string; teamId: string; now: Date },
): Promise<KeyActor | null> {
  const found = await findKeyOfTeam(db, key);
  if (!found || found.revokedAt) return null;
  if (found.expiresAt && found.expiresAt <= key.now) return null;
  return actorOf(found, found.expiresAt);
}
