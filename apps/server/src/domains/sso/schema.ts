import { X509Certificate } from 'node:crypto';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { guestRoles } from '../../platform/context.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { nextSchema } from '../identity/index.ts';
import type { Sso } from './configure.ts';
import { recordOf } from './domain-record.ts';
import type { SsoDomain } from './domain-store.ts';
import { serviceProviderOf } from './services.ts';
import type { SsoConnection } from './store.ts';

const teamId = z
  .string()
  .refine((text) => parseId('team', text) !== undefined, { error: 'must be a team id (team_…)' })
  .meta({ example: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const ssoParameters = z.object({ id: teamId });
export const signInParameters = z.object({ team: teamId });

const domainPattern = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const domainName = z
  .string()
  .max(253)
  .transform((text, issues) => {
    const domain = domainToASCII(text.trim().toLowerCase());
    if (domainPattern.test(domain)) return domain;
    issues.addIssue('must be a domain such as example.com');
    return z.NEVER;
  })
  .describe('What stands behind the @ in the addresses of its people.')
  .meta({ example: 'example.com' });

export const domainParameters = z.object({ id: teamId, domain: domainName });
export const addDomainSchema = z.strictObject({ domain: domainName }).meta({ id: 'AddSsoDomain' });

function webAddress(maxCharacters: number) {
  return z
    .string()
    .max(maxCharacters)
    .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
      error: 'must be an address that begins with https://',
    });
}

const certificate = z
  .string()
  .max(20_000)
  .transform((text, issues) => {
    const pem = toPem(text);
    if (pem !== undefined) return pem;
    issues.addIssue('must be an X.509 certificate in PEM, as the provider shows it');
    return z.NEVER;
  })
  .meta({ example: '-----BEGIN CERTIFICATE-----\nMIID…\n-----END CERTIFICATE-----' });

/** One spelling of a certificate, so that the same one is known again. Takes bare base64 as well. */
function toPem(text: string): string | undefined {
  const bare = /^[A-Za-z0-9+/=\s]+$/.test(text);
  try {
    return new X509Certificate(bare ? Buffer.from(text, 'base64') : text).toString();
  } catch {
    return undefined;
  }
}

const shared = {
  default_role: z
    .enum(guestRoles)
    .default('developer')
    .describe('What people become who come in for the first time.'),
  required: z
    .boolean()
    .default(false)
    .describe(
      "Whether people with an address of the team's domains can log in no other way. The owner always can.",
    ),
};

const oidcSchema = z.strictObject({
  protocol: z.literal('oidc'),
  issuer: webAddress(500).meta({ example: 'https://login.example.com' }),
  client_id: z.string().min(1).max(255).meta({ example: 'voiceflow' }),
  client_secret: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('Left out: stays as it is. It is never shown again.'),
  ...shared,
});

const samlSchema = z.strictObject({
  protocol: z.literal('saml'),
  entity_id: z
    .string()
    .min(1)
    .max(500)
    .describe('The issuer of its assertions.')
    .meta({ example: 'https://idp.example.com/metadata' }),
  sign_in_url: webAddress(2000)
    .describe('Where it takes requests (HTTP-Redirect).')
    .meta({ example: 'https://idp.example.com/sso' }),
  certificates: z
    .array(certificate)
    .min(1)
    .max(5)
    .describe('With which it signs. Several while it changes them.'),
  ...shared,
});

export const configureSsoSchema = z
  .discriminatedUnion('protocol', [oidcSchema, samlSchema])
  .meta({ id: 'ConfigureSso' });
export type ConfigureSsoInput = z.output<typeof configureSsoSchema>;

const connectionSchema = z
  .object({
    protocol: z.enum(['oidc', 'saml']),
    issuer: z.string().optional(),
    client_id: z.string().optional(),
    entity_id: z.string().optional(),
    sign_in_url: z.string().optional(),
    certificates: z.array(z.object({ pem: z.string(), expires_at: z.iso.datetime() })).optional(),
    default_role: z.enum(guestRoles),
    required: z.boolean(),
  })
  .meta({ id: 'SsoConnection' });

export const ssoDomainSchema = z
  .object({
    domain: z.string().meta({ example: 'example.com' }),
    verified_at: z.iso.datetime().nullable().describe('Null: the record was not seen yet.'),
    record: z
      .object({ type: z.literal('TXT'), name: z.string(), value: z.string() })
      .describe('What the DNS of the domain must show.')
      .meta({
        example: {
          type: 'TXT',
          name: 'example.com',
          value: 'voiceflow-verification=kQ3v0nq5yR2b8xTzLw7mJdPfHs1cVgUa',
        },
      }),
  })
  .meta({ id: 'SsoDomain' });

export const ssoSchema = z
  .object({
    connection: connectionSchema.nullable(),
    domains: z.array(ssoDomainSchema),
    service_provider: z
      .object({
        oidc_redirect_uri: z.string(),
        saml_entity_id: z.string(),
        saml_acs_url: z.string(),
        saml_metadata_url: z.string(),
      })
      .describe('What the identity provider must be told of this server.'),
  })
  .meta({ id: 'Sso' });

export function presentSso(sso: Sso, publicUrl: string): z.input<typeof ssoSchema> {
  const provider = serviceProviderOf(formatId('team', sso.teamId), publicUrl);
  return {
    connection: sso.connection ? presentConnection(sso.connection) : null,
    domains: sso.domains.map(presentDomain),
    service_provider: {
      oidc_redirect_uri: provider.oidcRedirectUri,
      saml_entity_id: provider.samlEntityId,
      saml_acs_url: provider.samlAcsUrl,
      saml_metadata_url: provider.samlEntityId,
    },
  };
}

function presentConnection(connection: SsoConnection): z.input<typeof connectionSchema> {
  const shared = { default_role: connection.defaultRole, required: connection.required };
  if (connection.protocol === 'oidc') {
    const { issuer, clientId } = connection;
    return { protocol: 'oidc', issuer, client_id: clientId, ...shared };
  }
  return {
    protocol: 'saml',
    entity_id: connection.entityId,
    sign_in_url: connection.signInUrl,
    certificates: connection.certificates.map((pem) => ({
      pem,
      expires_at: new X509Certificate(pem).validToDate.toISOString(),
    })),
    ...shared,
  };
}

export function presentDomain(domain: SsoDomain): z.input<typeof ssoDomainSchema> {
  return {
    domain: domain.domain,
    verified_at: domain.verifiedAt?.toISOString() ?? null,
    record: { type: 'TXT', name: domain.domain, value: recordOf(domain) },
  };
}

export const beginSsoSchema = z
  .strictObject({
    email: z.string().min(3).max(320).meta({ example: 'ada@example.com' }),
    next: nextSchema.optional(),
  })
  .meta({ id: 'BeginSso' });

export const assertionSchema = z
  .object({
    SAMLResponse: z.string().min(1).max(250_000),
    RelayState: z.string().max(200).optional(),
  })
  .meta({ id: 'SamlAssertion' });

export const finishSchema = z.object({
  token: z.string().max(200).optional().describe('Of the step before.'),
});
