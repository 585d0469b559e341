import { z } from 'zod';
import type { Actor } from '../../platform/context.ts';

export type KeyActor = Extract<Actor, { kind: 'key' }>;

/** A key's actor as it is kept in a cache. */
export const keyActorSchema: z.ZodType<KeyActor> = z.object({
  kind: z.literal('key'),
  teamId: z.uuid(),
  keyId: z.uuid(),
  scopes: z.array(z.string()),
  mode: z.enum(['live', 'test']),
});

export function nameInCache(keyHash: string): string {
  return `key:${keyHash}`;
}
