import type { Context } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { removeConnectionsOfProvider } from '../identity/index.ts';
import { changeTeam, inTeam, requirePermission } from '../teams/index.ts';
import { createDomainToken } from './domain-record.ts';
import { listDomains, resetDomain, type SsoDomain } from './domain-store.ts';
import { clientSecretRequired, ssoNotFound } from './errors.ts';
import { checkIssuer } from './oidc.ts';
import { requireSsoPlan } from './plan.ts';
import type { ConfigureSsoInput } from './schema.ts';
import type { SsoServices } from './services.ts';
import {
  deleteConnection,
  findConnection,
  replaceConnection,
  type SsoConnection,
} from './store.ts';

export interface Sso {
  readonly teamId: string;
  readonly connection: SsoConnection | undefined;
  readonly domains: readonly SsoDomain[];
}

/** How a team logs in. @throws DomainError `team_not_found`, `permission_denied` */
export async function getSso({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<Sso> {
  const own = await inTeam(ctx, input.id);
  const { teamId } = requirePermission(own.actor, 'sso.manage');
  return readSso(own, teamId);
}

async function readSso(ctx: Context, teamId: string): Promise<Sso> {
  const connection = await findConnection(ctx.db, teamId);
  return { teamId, connection, domains: await listDomains(ctx.db, teamId) };
}

/**
 * Names the identity provider of a team. Who names another one could let it say that anybody has come:
 * only the owner may do so without proving the domains anew.
 * @throws DomainError `team_not_found`, `permission_denied`, `plan_required`, `invalid_issuer`, `invalid_field`
 */
export async function configureSso({
  ctx,
  input,
  services,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly settings: ConfigureSsoInput };
  readonly services: SsoServices;
}): Promise<Sso> {
  const { id, settings } = input;
  const own = await inTeam(ctx, id);
  const { teamId } = requirePermission(own.actor, 'sso.manage');
  await requireSsoPlan(own, teamId);
  if (settings.protocol === 'oidc') await checkIssuer(settings.issuer, services);
  const sealed =
    settings.protocol === 'oidc' && settings.client_secret !== undefined
      ? await services.box.seal(settings.client_secret)
      : undefined;
  return changeTeam(ctx, id, 'sso.manage', async (ctx) => {
    const before = await findConnection(ctx.db, teamId);
    const connection = toConnection(teamId, settings, before, sealed);
    await replaceConnection(ctx.db, connection, ctx.clock.now());
    const moved = before === undefined || !isSameProvider(before, connection);
    if (moved) await removeConnectionsOfProvider(ctx, formatId('team', teamId));
    const isOwner = ctx.actor.kind === 'user' && ctx.actor.role === 'owner';
    if (moved && !isOwner) await askForProofAnew(ctx, teamId);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'sso.configured',
        teamId,
        resource: { type: 'team', id: teamId },
        details: {
          protocol: connection.protocol,
          provider: connection.protocol === 'oidc' ? connection.issuer : connection.entityId,
          default_role: connection.defaultRole,
          required: connection.required,
          new_provider: moved,
        },
      },
    });
    return readSso(ctx, teamId);
  });
}

function toConnection(
  teamId: string,
  settings: ConfigureSsoInput,
  before: SsoConnection | undefined,
  sealed: string | undefined,
): SsoConnection {
  const shared = { teamId, defaultRole: settings.default_role, required: settings.required };
  if (settings.protocol === 'saml') {
    return {
      ...shared,
      protocol: 'saml',
      entityId: settings.entity_id,
      signInUrl: settings.sign_in_url,
      certificates: settings.certificates,
    };
  }
  const { issuer, client_id: clientId } = settings;
  // A secret that was given for one provider is not sent to another.
  const kept =
    before?.protocol === 'oidc' && before.issuer === issuer && before.clientId === clientId
      ? before.sealedClientSecret
      : undefined;
  const sealedClientSecret = sealed ?? kept;
  if (sealedClientSecret === undefined) throw clientSecretRequired();
  return { ...shared, protocol: 'oidc', issuer, clientId, sealedClientSecret };
}

/** Whether the same party goes on to say who has come. */
function isSameProvider(a: SsoConnection, b: SsoConnection): boolean {
  if (a.protocol === 'oidc' && b.protocol === 'oidc') {
    return a.issuer === b.issuer && a.clientId === b.clientId;
  }
  if (a.protocol === 'saml' && b.protocol === 'saml') {
    const known = new Set(a.certificates);
    return a.entityId === b.entityId && b.certificates.every((pem) => known.has(pem));
  }
  return false;
}

async function askForProofAnew(ctx: Context, teamId: string): Promise<void> {
  for (const { domain } of await listDomains(ctx.db, teamId)) {
    await resetDomain(ctx.db, { teamId, domain, token: createDomainToken() });
  }
}

/**
 * Ends single sign-on for a team; its domains stay. What people are stays too, and they log in with a
 * password, which they can set by mail. @throws DomainError `team_not_found`, `permission_denied`, `sso_not_found`
 */
export async function removeSso({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<void> {
  await changeTeam(ctx, input.id, 'sso.manage', async (ctx) => {
    const { teamId } = ctx.actor;
    if (!(await deleteConnection(ctx.db, teamId))) throw ssoNotFound('id');
    await removeConnectionsOfProvider(ctx, formatId('team', teamId));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'sso.removed',
        teamId,
        resource: { type: 'team', id: teamId },
      },
    });
  });
}
