import { z } from 'zod';
import { formatId, parseId } from '../../platform/ids.ts';
import type { Connection } from './connection-store.ts';
import { parseOwnPath } from './own-path.ts';
import { codeSchema, tokensSchema } from './schema.ts';

const maxNextCharacters = 2000;

/** A path on this server, as a browser would resolve it. */
export const nextSchema = z
  .string()
  .max(maxNextCharacters)
  .transform((text, issues) => {
    const path = parseOwnPath(text);
    if (path !== undefined && path.length <= maxNextCharacters) return path;
    issues.addIssue('must be a path on this server, such as /keys');
    return z.NEVER;
  })
  .describe('The page of this server to go to afterwards.')
  .meta({ example: '/keys' });

export const providerParameters = z.object({
  provider: z
    .string()
    .regex(/^[a-z]{1,20}$/, 'must be the id of a provider, such as google')
    .meta({ example: 'google' }),
});

export const providersSchema = z
  .object({
    data: z.array(
      z.object({
        id: z.string().meta({ example: 'google' }),
        name: z.string().meta({ example: 'Google' }),
      }),
    ),
  })
  .meta({ id: 'SignInProviders' });

export const beginSignInSchema = z
  .strictObject({ next: nextSchema.optional() })
  .meta({ id: 'BeginSignIn' });

export const signInPageSchema = z
  .object({
    url: z
      .url()
      .describe("The provider's page. Lead the browser that sent this request there.")
      .meta({ example: 'https://accounts.google.com/o/oauth2/v2/auth?response_type=code&…' }),
  })
  .meta({ id: 'SignInPage' });

/** What a provider adds to the address; the client library judges it. */
export const callbackSchema = z.looseObject({
  state: z.string().max(200).optional().describe('What the log-in began with.'),
  code: z.string().max(4000).optional().describe('What the provider is asked with.'),
  error: z.string().max(200).optional().describe('Why the provider has let nobody in.'),
});

export const secondFactorSchema = codeSchema;

export const tokensWithNextSchema = tokensSchema
  .extend({ next: z.string().describe('Where the log-in was to lead.') })
  .meta({ id: 'TokensWithNext' });

export const connectSchema = z
  .strictObject({
    provider: providerParameters.shape.provider,
    next: nextSchema.optional(),
  })
  .meta({ id: 'Connect' });

export const connectionParameters = z.object({
  id: z
    .string()
    .refine((text) => parseId('connection', text) !== undefined, {
      error: 'must be a connection id (conn_…)',
    })
    .meta({ example: 'conn_01jd3x5qf8e5v9b1m2n3p4q5r6' }),
});

export const connectionSchema = z
  .object({
    id: z.string().meta({ example: 'conn_01jd3x5qf8e5v9b1m2n3p4q5r6' }),
    provider: z.string().meta({ example: 'github' }),
    email: z.string().nullable().describe('As the provider said it last.'),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Connection' });

export const connectionsSchema = z
  .object({ data: z.array(connectionSchema) })
  .meta({ id: 'Connections' });

export function presentConnection(connection: Connection): z.input<typeof connectionSchema> {
  return {
    id: formatId('connection', connection.id),
    provider: connection.provider,
    email: connection.email,
    created_at: connection.createdAt.toISOString(),
    last_used_at: connection.lastUsedAt?.toISOString() ?? null,
  };
}
