import { z } from 'zod';
import { formatId } from '../../platform/ids.ts';

const maxLifetimeSeconds = 60 * 60;

/** What a browser may be allowed to do. */
export const clientScopes = ['generate', 'voices'] as const;
export type ClientScope = (typeof clientScopes)[number];

const originSchema = z
  .string()
  .max(300)
  .refine(
    (text) =>
      URL.canParse(text) &&
      ['https:', 'http:'].includes(new URL(text).protocol) &&
      new URL(text).origin === text,
    'must be an origin as browsers send it: https://app.example.com',
  )
  .meta({ example: 'https://app.example.com' });

export const createClientTokenSchema = z
  .strictObject({
    origin: originSchema.describe(
      'Whose pages may use it: the `Origin` that their requests carry.',
    ),
    scopes: z
      .array(z.enum(clientScopes))
      .min(1)
      .max(clientScopes.length)
      .default(['generate'])
      .describe('What it may do; no more than its maker. `generate` includes `voices`.'),
    lifetime_seconds: z.int().min(10).max(maxLifetimeSeconds).default(600),
    max_characters: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(5_000)
      .describe('Of all text together that it makes speech of.'),
    max_audio_seconds: z
      .int()
      .min(1)
      .max(100_000)
      .default(600)
      .describe('Of all audio together that it makes.'),
  })
  .meta({ id: 'CreateClientToken' });

export const clientTokenSchema = z
  .object({
    id: z.string().meta({ example: 'ct_01jd3x5qf8e5v9b1m2n3p4q5r6' }),
    token: z
      .string()
      .describe('The token itself, shown this one time.')
      .meta({ example: 'vf_client_3kTz9vQ2mB7xN4pL8sR1wY6cJ5hG0dFaE3uViOqKtXz' }),
    origin: z.string(),
    scopes: z.array(z.enum(clientScopes)),
    expires_at: z.iso.datetime(),
    max_characters: z.int(),
    max_audio_seconds: z.number(),
  })
  .meta({ id: 'ClientToken' });

export type CreateClientTokenInput = z.output<typeof createClientTokenSchema>;

export interface CreatedClientToken {
  readonly id: string;
  readonly token: string;
  readonly input: CreateClientTokenInput;
  readonly expiresAt: Date;
}

export function presentClientToken(
  created: CreatedClientToken,
): z.output<typeof clientTokenSchema> {
  const { id, token, input, expiresAt } = created;
  return {
    id: formatId('clientToken', id),
    token,
    origin: input.origin,
    scopes: input.scopes,
    expires_at: expiresAt.toISOString(),
    max_characters: input.max_characters,
    max_audio_seconds: input.max_audio_seconds,
  };
}
