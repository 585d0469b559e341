import { z } from 'zod';
import type { Actor } from '../../platform/context.ts';

export type KeyActor = Extract<Actor, { kind: 'key' }>;

/** What is known of a secret that was sent: whose it is, and what bounds its use. */
export interface KnownKey {
  readonly actor: KeyActor;
  /** Empty: from anywhere. */
  readonly allowedIps: readonly string[];
}

/** Who acts, as it is kept in a cache. */
export const keyActorSchema = z.object({
  kind: z.literal('key'),
  teamId: z.uuid(),
  keyId: z.uuid(),
  scopes: z.array(z.string()),
  mode: z.enum(['live', 'test']),
  expiresAtMs: z.int().optional(),
  requestsPerMinute: z.int().optional(),
  budget: z.object({ characters: z.int().nullable(), generations: z.int().nullable() }).optional(),
});

/** The same as it is kept in a cache; null for a key that is unknown or revoked. */
export const knownKeySchema: z.ZodType<KnownKey | null> = z
  .object({
    actor: keyActorSchema,
    allowedIps: z.array(z.string()),
  })
  .nullable();

export function nameInCache(keyHash: string): string {
  return `key:${keyHash}`;
}
