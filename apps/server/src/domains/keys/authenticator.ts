import { LRUCache } from 'lru-cache';
import type { Clock } from '../../platform/clock.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { AddressRefusedError } from '../../platform/http/index.ts';
import type { Log } from '../../platform/log.ts';
import { MemoryCache, type SharedCache } from '../../platform/shared-cache/index.ts';
import { liesWithin } from './allowed-ips.ts';
import { invalidKey, keyExpired } from './errors.ts';
import { type KeyActor, type KnownKey, knownKeySchema, nameInCache } from './key-actor.ts';
import { couldBeKey, hashKey } from './key-format.ts';
import { actorOf } from './read-key-actor.ts';
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

  /**
   * The actor of a key that comes from `ip`; null: this server itself asks whether the key works,
   * from no address. What cannot be a key is not looked up.
   * @throws DomainError `invalid_api_key`, `api_key_expired`, `ip_not_allowed`
   */
  async authenticate(key: string, ip: string | null): Promise<KeyActor> {
    if (!couldBeKey(key)) throw invalidKey();
    const keyHash = hashKey(key);
    const known = await this.#lookUp(keyHash);
    if (!known) throw invalidKey();
    const { actor, allowedIps } = known;
    const { expiresAtMs } = actor;
    const now = this.#clock.now();
    if (expiresAtMs !== undefined && now.getTime() >= expiresAtMs) {
      throw keyExpired(new Date(expiresAtMs));
    }
    if (ip === null) return actor;
    if (allowedIps.length > 0 && !liesWithin(ip, allowedIps)) {
      throw new AddressRefusedError(actor, ip);
    }
    this.#touch({ id: actor.keyId, keyHash, usedAt: now, ip });
    return actor;
  }

  #lookUp(keyHash: string): Promise<KnownKey | null> {
    return this.#cache.get({
      name: nameInCache(keyHash),
      schema: knownKeySchema,
      lifetimeMs: (known) => (known ? knownLifetimeMs : unknownLifetimeMs),
      load: () => this.#read(keyHash),
    });
  }

  async #read(keyHash: string): Promise<KnownKey | null> {
    const found = await findActiveKey(this.#db, keyHash);
    if (!found) return null;
    const expiresAt = found.keyHash === keyHash ? found.expiresAt : found.previousEndsAt;
    return { actor: actorOf(found, expiresAt), allowedIps: found.allowedIps };
  }

  /** Notes the use of a secret beside the request, at most once a minute. */
  #touch(use: { id: string; keyHash: string; usedAt: Date; ip: string }): void {
    const usedAtMs = use.usedAt.getTime();
    const touchedAtMs = this.#touchedAtMs.get(use.keyHash) ?? 0;
    if (usedAtMs - touchedAtMs < touchIntervalMs) return;
    this.#touchedAtMs.set(use.keyHash, usedAtMs);
    const touch = touchKey(this.#db, use)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'last use of a key not noted'))
      .finally(() => this.#touches.delete(touch));
    this.#touches.add(touch);
  }

  /** Waits for the notes that are under way; call before the database closes. */
  async close(): Promise<void> {
    await Promise.all(this.#touches);
  }
}
