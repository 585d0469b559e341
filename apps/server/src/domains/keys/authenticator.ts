import { LRUCache } from 'lru-cache';
import type { Clock } from '../../platform/clock.ts';
import type { Actor } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Log } from '../../platform/log.ts';
import { invalidKey } from './errors.ts';
import { couldBeKey, hashKey } from './key-format.ts';
import { findActiveKey, touchKey } from './store.ts';

export type KeyActor = Extract<Actor, { kind: 'key' }>;

/** How long a revoked key may still pass, in any process. */
const cacheTtlMs = 1_000;
const cachedKeys = 10_000;
const touchIntervalMs = 60_000;

interface CachedLookUp {
  readonly actor: Promise<KeyActor | undefined>;
  readonly expiresAtMs: number;
}

/**
 * Turns keys into actors. A look-up is remembered for at most one second from its start, also when
 * it found nothing, and requests with the same key share one that is under way.
 */
export class KeyAuthenticator {
  readonly #db: DatabaseHandle;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lookUps = new LRUCache<string, CachedLookUp>({ max: cachedKeys });
  readonly #touchedAtMs = new LRUCache<string, number>({ max: cachedKeys });
  readonly #touches = new Set<Promise<void>>();

  constructor(options: { db: DatabaseHandle; clock: Clock; log: Log }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** The actor of a key. Throws `invalid_api_key`, without a look-up for what cannot be a key. */
  async authenticate(key: string): Promise<KeyActor> {
    if (!couldBeKey(key)) throw invalidKey();
    const actor = await this.#lookUp(hashKey(key));
    if (!actor) throw invalidKey();
    this.#touch(actor.keyId);
    return actor;
  }

  #lookUp(keyHash: string): Promise<KeyActor | undefined> {
    const nowMs = this.#clock.now().getTime();
    const cached = this.#lookUps.get(keyHash);
    if (cached && nowMs < cached.expiresAtMs) return cached.actor;
    const actor = this.#readActor(keyHash);
    this.#lookUps.set(keyHash, { actor, expiresAtMs: nowMs + cacheTtlMs });
    actor.catch(() => this.#lookUps.delete(keyHash));
    return actor;
  }

  async #readActor(keyHash: string): Promise<KeyActor | undefined> {
    const found = await findActiveKey(this.#db, keyHash);
    if (!found) return undefined;
    const { id: keyId, teamId, scopes, mode } = found;
    return { kind: 'key', keyId, teamId, scopes, mode };
  }

  /** Notes the use of a key beside the request, at most once a minute. */
  #touch(keyId: string): void {
    const now = this.#clock.now();
    const touchedAtMs = this.#touchedAtMs.get(keyId) ?? 0;
    if (now.getTime() - touchedAtMs < touchIntervalMs) return;
    this.#touchedAtMs.set(keyId, now.getTime());
    const touch = touchKey(this.#db, keyId, now)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'last use of a key not noted'))
      .finally(() => this.#touches.delete(touch));
    this.#touches.add(touch);
  }

  /** Waits for the notes that are under way; call before the database closes. */
  async close(): Promise<void> {
    await Promise.all(this.#touches);
  }
}
