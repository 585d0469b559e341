import { z } from 'zod';
import type { Actor } from '../../platform/context.ts';

export type KeyActor = Extract<Actor, { kind: 'key' }>;

/** A key's actor as it is kept in a cache; null for a key that does not work. */
export const keyActorSchema: z.ZodType<KeyActor | null> = z
  .object({
    kind: z.literal('key'),
    teamId: z.uuid(),
    keyId: z.uuid(),
    scopes: z.array(z.string()),
    mode: z.enum(['live', 'test']),
  })
  .nullable();

export function nameInCache(keyHash: string): string {
  return `key:${keyHash}`;
}
