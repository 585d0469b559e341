import { LRUCache } from 'lru-cache';
import type { Clock } from '../../platform/clock.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Log } from '../../platform/log.ts';
import { MemoryCache, type SharedCache } from '../../platform/shared-cache/index.ts';
import { invalidKey } from './errors.ts';
import { type KeyActor, keyActorSchema, nameInCache } from './key-actor.ts';
import { couldBeKey, hashKey } from './key-format.ts';
import { findActiveKey, touchKey } from './store.ts';

const knownLifetimeMs = 5 * 60_000;
/** Shorter, because anybody can make up keys that are unknown. */
const unknownLifetimeMs = 60_000;
const touchedKeys = 10_000;
const touchIntervalMs = 60_000;

/**
 * Turns keys into actors. Look-ups go through the cache, also those that found nothing; whoever
 * changes what a key may do invalidates it there.
 */
export class KeyAuthenticator {
  readonly #db: DatabaseHandle;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cache: SharedCache;
  readonly #touchedAtMs = new LRUCache<string, number>({ max: touchedKeys });
  readonly #touches = new Set<Promise<void>>();

  constructor(options: { db: DatabaseHandle; clock: Clock; log: Log; cache?: SharedCache }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#cache = options.cache ?? new MemoryCache(options);
  }

  /** The actor of a key. Throws `invalid_api_key`, without a look-up for what cannot be a key. */
  async authenticate(key: string): Promise<KeyActor> {
    if (!couldBeKey(key)) throw invalidKey();
    const actor = await this.#lookUp(hashKey(key));
    if (!actor) throw invalidKey();
    this.#touch(actor.keyId);
    return actor;
  }

  #lookUp(keyHash: string): Promise<KeyActor | null> {
    return this.#cache.get({
      name: nameInCache(keyHash),
      schema: keyActorSchema,
      lifetimeMs: (actor) => (actor ? knownLifetimeMs : unknownLifetimeMs),
      load: () => this.#readActor(keyHash),
    });
  }

  async #readActor(keyHash: string): Promise<KeyActor | null> {
    const found = await findActiveKey(this.#db, keyHash);
    if (!found) return null;
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
