import { z } from 'zod';
import { formatId, parseId } from '../../platform/ids.ts';
import { scopeNames, scopes } from '../teams/index.ts';

export const keyIdSchema = z
  .string()
  .refine((text) => parseId('key', text) !== undefined, { error: 'must be a key id (key_…)' })
  .meta({ example: 'key_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const scopeSchema = z.enum(['*', ...scopeNames]);

export const createKeySchema = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .regex(/^[ -~\u00a0-\uffff]*$/, 'must not hold control characters')
      .meta({ example: 'Production' }),
    mode: z.enum(['live', 'test']).default('live'),
    scopes: z
      .array(scopeSchema)
      .min(1)
      .max(scopeNames.length + 1)
      .default(['*'])
      .describe(
        `What the key may do. \`*\` is everything that its maker may do. ${scopes.map(({ scope, means }) => `\`${scope}\`: ${means.toLowerCase()}.`).join(' ')}`,
      ),
  })
  .meta({ id: 'CreateKey' });

export const keySchema = z
  .object({
    id: keyIdSchema,
    name: z.string(),
    prefix: z
      .string()
      .describe('The first characters of the key.')
      .meta({ example: 'vf_live_3kTz' }),
    mode: z.enum(['live', 'test']),
    scopes: z.array(z.string()),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable().describe('Exact to about a minute.'),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Key' });

export const createdKeySchema = keySchema
  .extend({ key: z.string().describe('The key itself, shown this one time.') })
  .meta({ id: 'CreatedKey' });

export const listKeysSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: keyIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const keyPageSchema = z
  .object({
    data: z.array(keySchema),
    next_cursor: keyIdSchema.nullable(),
  })
  .meta({ id: 'KeyPage' });

export type CreateKeyInput = z.output<typeof createKeySchema>;

/** A key as the rules know it: ids are UUIDs, times are Dates. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly mode: 'live' | 'test';
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The key as the API shows it. */
export function presentKey(key: Key): z.output<typeof keySchema> {
  return {
    id: formatId('key', key.id),
    name: key.name,
    prefix: key.prefix,
    mode: key.mode,
    scopes: [...key.scopes],
    created_at: key.createdAt.toISOString(),
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
  };
}
