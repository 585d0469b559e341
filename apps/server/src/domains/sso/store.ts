import type { GuestRole } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';

interface Shared {
  readonly teamId: string;
  /** What who comes in for the first time becomes. */
  readonly defaultRole: GuestRole;
  readonly required: boolean;
}

export interface OidcConnection extends Shared {
  readonly protocol: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  readonly sealedClientSecret: string;
}

export interface SamlConnection extends Shared {
  readonly protocol: 'saml';
  readonly entityId: string;
  readonly signInUrl: string;
  /** PEM. */
  readonly certificates: readonly string[];
}

export type SsoConnection = OidcConnection | SamlConnection;

export async function findConnection(
  db: DatabaseHandle,
  teamId: string,
): Promise<SsoConnection | undefined> {
  const row = await db
    .selectFrom('sso_connections')
    .selectAll()
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  if (!row) return undefined;
  const shared = { teamId, defaultRole: row.default_role, required: row.required };
  if (row.protocol === 'oidc') {
    return {
      ...shared,
      protocol: 'oidc',
      issuer: row.issuer ?? '',
      clientId: row.client_id ?? '',
      sealedClientSecret: row.sealed_client_secret ?? '',
    };
  }
  return {
    ...shared,
    protocol: 'saml',
    entityId: row.entity_id ?? '',
    signInUrl: row.sign_in_url ?? '',
    certificates: row.certificates ?? [],
  };
}

export async function replaceConnection(
  db: DatabaseHandle,
  connection: SsoConnection,
  now: Date,
): Promise<void> {
  const oidc = connection.protocol === 'oidc' ? connection : undefined;
  const saml = connection.protocol === 'saml' ? connection : undefined;
  const values = {
    protocol: connection.protocol,
    issuer: oidc?.issuer ?? null,
    client_id: oidc?.clientId ?? null,
    sealed_client_secret: oidc?.sealedClientSecret ?? null,
    entity_id: saml?.entityId ?? null,
    sign_in_url: saml?.signInUrl ?? null,
    certificates: saml ? [...saml.certificates] : null,
    default_role: connection.defaultRole,
    required: connection.required,
    updated_at: now,
  };
  await db
    .insertInto('sso_connections')
    .values({ team_id: connection.teamId, created_at: now, ...values })
    .onConflict((conflict) => conflict.column('team_id').doUpdateSet(values))
    .execute();
}

/** Answers whether there was one. */
export async function deleteConnection(db: DatabaseHandle, teamId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sso_connections')
    .where('team_id', '=', teamId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
