import { z } from 'zod';
import { formatId, parseId } from '../../platform/ids.ts';
import { nameSchema } from '../../platform/name-schema.ts';

export const signingSecretIdSchema = z
  .string()
  .refine((text) => parseId('signingSecret', text) !== undefined, {
    error: 'must be the id of a signing secret (sign_…)',
  })
  .meta({ example: 'sign_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const createSigningSecretSchema = z
  .strictObject({
    name: nameSchema({ max: 255 }).meta({ example: 'Billing service, 2026' }),
  })
  .meta({ id: 'CreateSigningSecret' });

export const signingSecretSchema = z
  .object({
    id: signingSecretIdSchema,
    name: z.string(),
    created_at: z.iso.datetime(),
    revoked_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SigningSecret' });

export const createdSigningSecretSchema = signingSecretSchema
  .extend({
    secret: z
      .string()
      .describe('The secret itself, shown this one time. All of its characters are the HMAC key.')
      .meta({ example: 'vf_sign_3kTz9vQ2mB7xN4pL8sR1wY6cJ5hG0dFaE3uViOqKtXz' }),
  })
  .meta({ id: 'CreatedSigningSecret' });

export const signingSecretListSchema = z
  .object({ data: z.array(signingSecretSchema) })
  .meta({ id: 'SigningSecretList' });

export const requestSigningSchema = z
  .strictObject({
    required: z
      .boolean()
      .describe(
        'Whether a request with a key of the team must be signed. People who have logged in need not sign.',
      ),
  })
  .meta({ id: 'RequestSigning' });

/** A secret as the rules know it: ids are UUIDs, times are Dates. */
export interface SigningSecret {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export function presentSigningSecret(secret: SigningSecret): z.output<typeof signingSecretSchema> {
  return {
    id: formatId('signingSecret', secret.id),
    name: secret.name,
    created_at: secret.createdAt.toISOString(),
    revoked_at: secret.revokedAt?.toISOString() ?? null,
  };
}
