import { hash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { type Actor, roles } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { SharedCache } from '../../platform/shared-cache/index.ts';
import { type KeyActor, keyActorSchema, readKeyActor } from '../keys/index.ts';
import { invalidClientToken, wrongOrigin } from './errors.ts';
import { OriginLookUps } from './origin-look-ups.ts';
import { findClientToken, type StoredClientToken } from './store.ts';

const tokenPattern = /^vf_client_[\w-]{43}$/;
/** Within a second of a change everywhere, without anybody being told of it. */
const keptMs = 500;
/** So long do pages learn why their token is refused, in place of "failed to fetch". */
const graceMs = 24 * 60 * 60 * 1000;

type KeptToken = StoredClientToken & { readonly key: KeyActor | null };
const keptTokenSchema: z.ZodType<KeptToken | null> = z
  .object({
    id: z.uuid(),
    teamId: z.uuid(),
    origin: z.string(),
    scopes: z.array(z.string()),
    expiresAtMs: z.number(),
    keyId: z.uuid().nullable(),
    key: keyActorSchema.nullable(),
    userId: z.uuid().nullable(),
    sessionId: z.uuid().nullable(),
    role: z.enum(roles).nullable(),
  })
  .nullable();

export function hashClientToken(token: string): string {
  return hash('sha256', token, 'hex');
}

/** Turns client tokens into actors, and knows whose pages may ask. */
export class ClientTokens {
  readonly #db: DatabaseHandle;
  readonly #clock: Clock;
  readonly #cache: SharedCache;
  readonly #origins: OriginLookUps;

  constructor(options: { db: DatabaseHandle; clock: Clock; cache: SharedCache }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#cache = options.cache;
    this.#origins = new OriginLookUps(options.db);
  }

  /** The actor of a token that a page of `origin` sends. @throws `invalid_client_token`, `origin_not_allowed` */
  async authenticate(token: string, origin: string | undefined): Promise<Actor> {
    if (!tokenPattern.test(token)) throw invalidClientToken();
    const tokenHash = hashClientToken(token);
    const now = this.#clock.now();
    const found = await this.#cache.get({
      name: `client-token:${tokenHash}`,
      schema: keptTokenSchema,
      lifetimeMs: () => keptMs,
      load: () => this.#read(tokenHash, now),
    });
    if (!found || found.expiresAtMs <= now.getTime()) throw invalidClientToken();
    if (origin !== found.origin) throw wrongOrigin(found.origin);
    return toActor(found);
  }

  async #read(tokenHash: string, now: Date): Promise<KeptToken | null> {
    const token = await findClientToken(this.#db, { tokenHash, now });
    if (!token) return null;
    if (!token.keyId) return { ...token, key: null };
    const key = await readKeyActor(this.#db, { id: token.keyId, teamId: token.teamId, now });
    return key && { ...token, key };
  }

  /** Whether to answer pages of this origin at all. */
  async isKnownOrigin(origin: string): Promise<boolean> {
    if (origin.length > 300) return false;
    const since = new Date(this.#clock.now().getTime() - graceMs);
    return this.#cache.get({
      name: `client-origin:${origin}`,
      schema: z.boolean(),
      lifetimeMs: () => keptMs,
      load: () => this.#origins.isKnown(origin, since),
    });
  }
}

/** A token acts as its maker, whose limits and budget go on to count, within its own scopes. */
function toActor(token: KeptToken): Actor {
  const { id, teamId, scopes, key, userId, sessionId, role } = token;
  const client = { tokenId: id, scopes };
  if (key) return { ...key, scopes, client };
  if (!userId || !role) throw invalidClientToken();
  return { kind: 'user', teamId, userId, role, client, ...(sessionId ? { sessionId } : {}) };
}
