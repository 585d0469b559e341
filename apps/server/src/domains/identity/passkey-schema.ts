import { z } from 'zod';
import { formatId, parseId } from '../../platform/ids.ts';
import { nameSchema } from '../../platform/name-schema.ts';
import type { Passkey } from './passkey-store.ts';
import { code, givenPassword } from './schema.ts';

export const passkeyIdSchema = z
  .string()
  .refine((text) => parseId('passkey', text) !== undefined, {
    error: 'must be a passkey id (passkey_…)',
  })
  .meta({ example: 'passkey_01jd3x5qf8e5v9b1m2n3p4q5r6' });

const base64url = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9_-]+$/, { error: 'must be base64url' });

const credential = {
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
};

/** `credential.toJSON()`; what is not needed of it is passed over. */
export const registrationSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8192),
      attestationObject: base64url(65_536),
      transports: z.array(z.string().max(30)).max(10).optional(),
    }),
  })
  .describe('What `navigator.credentials.create()` gave, by its `toJSON()`.')
  .meta({ id: 'PasskeyRegistration' });
export type RegistrationInput = z.output<typeof registrationSchema>;

export const assertionSchema = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url(8192),
      authenticatorData: base64url(8192),
      signature: base64url(8192),
      userHandle: base64url(100)
        .nullish()
        .transform((handle) => handle ?? undefined),
    }),
  })
  .describe('What `navigator.credentials.get()` gave, by its `toJSON()`.')
  .meta({ id: 'PasskeyAssertion' });
export type AssertionInput = z.output<typeof assertionSchema>;

const name = nameSchema({ max: 100 }).meta({ example: "Ada's phone" });

export const addPasskeySchema = z
  .strictObject({
    name: name.optional().describe('Else it is called after the browser.'),
    response: registrationSchema,
  })
  .meta({ id: 'AddPasskey' });

export const renamePasskeySchema = z.strictObject({ name }).meta({ id: 'RenamePasskey' });

export const passkeyLogInSchema = z
  .strictObject({ response: assertionSchema })
  .meta({ id: 'PasskeyLogIn' });

export const creationOptionsSchema = z
  .looseObject({ challenge: z.string() })
  .describe('For `PublicKeyCredential.parseCreationOptionsFromJSON()`. Good for five minutes.')
  .meta({ id: 'PasskeyCreationOptions' });

export const requestOptionsSchema = z
  .looseObject({ challenge: z.string() })
  .describe('For `PublicKeyCredential.parseRequestOptionsFromJSON()`. Good for five minutes.')
  .meta({ id: 'PasskeyRequestOptions' });

export const passkeySchema = z
  .object({
    id: passkeyIdSchema,
    name: z.string(),
    backed_up: z.boolean().describe('Whether it is kept in more places than one device.'),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' });

export const passkeyListSchema = z
  .object({ data: z.array(passkeySchema).describe('At most 20.') })
  .meta({ id: 'PasskeyList' });

export function presentPasskey(passkey: Passkey): z.output<typeof passkeySchema> {
  return {
    id: formatId('passkey', passkey.id),
    name: passkey.name,
    backed_up: passkey.backedUp,
    created_at: passkey.createdAt.toISOString(),
    last_used_at: passkey.lastUsedAt?.toISOString() ?? null,
  };
}

export const confirmSchema = z
  .strictObject({
    password: givenPassword.optional(),
    code: code.optional(),
    passkey: assertionSchema.optional(),
  })
  .refine((given) => Object.values(given).filter((value) => value !== undefined).length <= 1, {
    error: 'takes one of password, code and passkey',
  })
  .meta({ id: 'Confirm' });

export const confirmationSchema = z
  .object({
    methods: z
      .array(z.enum(['password', 'code', 'passkey']))
      .describe('What this account can confirm with. None: log in anew, then confirm with `{}`.'),
    confirmed_until: z.iso.datetime().nullable().describe('Null: not confirmed now.'),
  })
  .meta({ id: 'Confirmation' });
