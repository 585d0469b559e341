import { z } from 'zod';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { nameSchema } from '../../platform/name-schema.ts';
import { showValue } from '../../platform/shown-value.ts';
import { scopeNames, scopes } from '../teams/index.ts';
import { parseNetwork } from './allowed-ips.ts';

export const keyIdSchema = z
  .string()
  .refine((text) => parseId('key', text) !== undefined, { error: 'must be a key id (key_…)' })
  .meta({ example: 'key_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const scopeSchema = z.enum(['*', ...scopeNames]);

const lifetimes = [30, 60, 90] as const;
const maxAllowedIps = 50;
const maxRequestsPerMinute = 100_000;
const maxBudget = 1_000_000_000_000;

const networkSchema = z.string().transform((text, issues) => {
  const parsed = parseNetwork(text);
  if ('network' in parsed) return parsed.network;
  issues.addIssue(
    parsed.meant === undefined
      ? 'must be an address or a network such as 192.0.2.0/24 or 2001:db8::/32'
      : `has bits behind its prefix; write ${parsed.meant}`,
  );
  return z.NEVER;
});

const budgetSchema = z.int().min(0).max(maxBudget).nullable();

/** What may be set when a key is made, and changed later. */
const settings = {
  name: nameSchema({ max: 255 }).meta({ example: 'Production' }),
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(scopeNames.length + 1)
    .describe(
      `What the key may do. \`*\` is everything that its maker may do. ${scopes.map(({ scope, means }) => `\`${scope}\`: ${means.toLowerCase()}.`).join(' ')}`,
    ),
  lifetime_days: z
    .literal(lifetimes, {
      error: ({ input }) =>
        `must be one of ${lifetimes.join(', ')}, or null, not ${showValue(input)}`,
    })
    .nullable()
    .describe('Days until the key expires, counted from now; null: it does not.'),
  auto_rotate: z
    .boolean()
    .describe(
      'Whether its next secret is made 14 days before the present one ends, to be fetched once. It needs `lifetime_days`.',
    ),
  allowed_ips: z
    .array(networkSchema)
    .max(maxAllowedIps)
    .transform((networks) => [...new Set(networks)])
    .describe('Addresses and networks (CIDR) that it may be used from; empty: from anywhere.')
    .meta({ example: ['192.0.2.0/24', '2001:db8::/32'] }),
  requests_per_minute: z
    .int()
    .min(1)
    .max(maxRequestsPerMinute)
    .nullable()
    .describe("A limit of its own, below the plan's; null: the plan's."),
  monthly_characters: budgetSchema.describe(
    'Characters that it may have spoken in a calendar month (UTC); null: no budget.',
  ),
  monthly_generations: budgetSchema.describe(
    'Requests for speech that it may make in a calendar month (UTC); null: no budget.',
  ),
};

export const createKeySchema = z
  .strictObject({
    name: settings.name,
    mode: z.enum(['live', 'test']).default('live'),
    scopes: settings.scopes.default(['*']),
    lifetime_days: settings.lifetime_days.default(null),
    auto_rotate: settings.auto_rotate.default(false),
    allowed_ips: settings.allowed_ips.default([]),
    requests_per_minute: settings.requests_per_minute.default(null),
    monthly_characters: settings.monthly_characters.default(null),
    monthly_generations: settings.monthly_generations.default(null),
  })
  .meta({ id: 'CreateKey' });

export const updateKeySchema = z
  .strictObject(settings)
  .partial()
  .meta({
    id: 'UpdateKey',
    description: 'What is to change; what is left out stays as it is.',
    example: { name: 'Production', allowed_ips: ['192.0.2.0/24'] },
  });

const maxOverlapHours = 168;

export const rotateKeySchema = z
  .strictObject({
    overlap_hours: z
      .int()
      .min(0)
      .max(maxOverlapHours)
      .default(24)
      .describe('How long the secret before it still works. 0: it stops at once.'),
  })
  .meta({ id: 'RotateKey' });

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
    lifetime_days: z.int().nullable(),
    auto_rotate: z.boolean(),
    expires_at: z.iso.datetime().nullable(),
    allowed_ips: z.array(z.string()),
    requests_per_minute: z.int().nullable(),
    monthly_characters: z.int().nullable(),
    monthly_generations: z.int().nullable(),
    last_used_at: z.iso.datetime().nullable().describe('Exact to about a minute.'),
    last_used_ip: z.string().nullable().describe('Where it was used then.'),
    revoked_at: z.iso.datetime().nullable(),
    previous_secret: z
      .object({
        prefix: z.string(),
        ends_at: z.iso.datetime(),
        last_used_at: z.iso.datetime().nullable(),
      })
      .nullable()
      .describe('The secret before the present one: it works until `ends_at`.'),
    next_secret: z
      .object({ prefix: z.string() })
      .nullable()
      .describe('The secret that follows, where it lies ready to be fetched.'),
  })
  .meta({ id: 'Key' });

export const createdKeySchema = keySchema
  .extend({ key: z.string().describe('The key itself, shown this one time.') })
  .meta({ id: 'CreatedKey' });

export const listKeysSchema = z.strictObject({
  limit: pageSize(),
  cursor: keyIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const keyPageSchema = z
  .object({
    data: z.array(keySchema),
    next_cursor: keyIdSchema.nullable(),
  })
  .meta({ id: 'KeyPage' });

export type CreateKeyInput = z.output<typeof createKeySchema>;
export type UpdateKeyInput = z.output<typeof updateKeySchema>;

/** A key as the rules know it: ids are UUIDs, times are Dates. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly mode: 'live' | 'test';
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly lifetimeDays: number | null;
  readonly expiresAt: Date | null;
  readonly allowedIps: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly monthlyCharacters: number | null;
  readonly monthlyGenerations: number | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  readonly revokedAt: Date | null;
  readonly previousPrefix: string | null;
  readonly previousEndsAt: Date | null;
  readonly previousUsedAt: Date | null;
  readonly autoRotate: boolean;
  readonly nextPrefix: string | null;
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
    lifetime_days: key.lifetimeDays,
    auto_rotate: key.autoRotate,
    expires_at: key.expiresAt?.toISOString() ?? null,
    allowed_ips: [...key.allowedIps],
    requests_per_minute: key.requestsPerMinute,
    monthly_characters: key.monthlyCharacters,
    monthly_generations: key.monthlyGenerations,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    last_used_ip: key.lastUsedIp,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    previous_secret: presentPrevious(key),
    next_secret: key.nextPrefix === null ? null : { prefix: key.nextPrefix },
  };
}

/** The same in the one answer that holds its secret. */
export function presentCreatedKey(
  created: Key & { readonly key: string },
): z.output<typeof createdKeySchema> {
  return { ...presentKey(created), key: created.key };
}

function presentPrevious({ previousPrefix, previousEndsAt, previousUsedAt }: Key) {
  if (previousPrefix === null || previousEndsAt === null) return null;
  return {
    prefix: previousPrefix,
    ends_at: previousEndsAt.toISOString(),
    last_used_at: previousUsedAt?.toISOString() ?? null,
  };
}
