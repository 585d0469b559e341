import * as z from 'zod/mini';
import { callApi, postJson } from './call-api.ts';

const domainSchema = z.object({
  domain: z.string(),
  /** Null: its record was not seen yet. */
  verified_at: z.nullable(z.string()),
  record: z.object({ type: z.string(), name: z.string(), value: z.string() }),
});

export type SsoDomain = z.infer<typeof domainSchema>;

const ssoSchema = z.object({
  connection: z.nullable(
    z.object({
      protocol: z.enum(['oidc', 'saml']),
      issuer: z.optional(z.string()),
      client_id: z.optional(z.string()),
      entity_id: z.optional(z.string()),
      sign_in_url: z.optional(z.string()),
      certificates: z.optional(z.array(z.object({ pem: z.string(), expires_at: z.string() }))),
      default_role: z.enum(['admin', 'developer', 'viewer']),
      required: z.boolean(),
    }),
  ),
  domains: z.array(domainSchema),
  /** What the identity provider must be told of this server. */
  service_provider: z.object({
    oidc_redirect_uri: z.string(),
    saml_entity_id: z.string(),
    saml_acs_url: z.string(),
  }),
});

export type Sso = z.infer<typeof ssoSchema>;
export type SsoConnection = NonNullable<Sso['connection']>;

/** By the names that the API gives them. */
export type SsoSettings = { protocol: 'oidc' | 'saml' } & Readonly<Record<string, unknown>>;

const pathOf = (teamId: string) => `/v1/teams/${encodeURIComponent(teamId)}/sso`;
const domainPath = (teamId: string, domain: string) =>
  `${pathOf(teamId)}/domains/${encodeURIComponent(domain)}`;

export async function fetchSso(teamId: string, signal: AbortSignal): Promise<Sso> {
  return ssoSchema.parse(await (await callApi(pathOf(teamId), { signal })).json());
}

export async function configureSso(teamId: string, settings: SsoSettings): Promise<void> {
  await postJson(pathOf(teamId), settings, 'PUT');
}

export async function removeSso(teamId: string): Promise<void> {
  await callApi(pathOf(teamId), { method: 'DELETE' });
}

export async function addSsoDomain(teamId: string, domain: string): Promise<void> {
  await postJson(`${pathOf(teamId)}/domains`, { domain });
}

/** Looks for the record in the DNS. */
export async function verifySsoDomain(teamId: string, domain: string): Promise<void> {
  await callApi(`${domainPath(teamId, domain)}/verify`, { method: 'POST' });
}

export async function removeSsoDomain(teamId: string, domain: string): Promise<void> {
  await callApi(domainPath(teamId, domain), { method: 'DELETE' });
}
