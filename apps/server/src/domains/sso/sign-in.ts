import type { Context } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import type { ProviderProfile } from '../../platform/oauth/index.ts';
import {
  type BegunSignIn,
  beginSignIn,
  type ExternalProfile,
  type LogInPolicy,
  normaliseEmail,
  roundOf,
  type User,
} from '../identity/index.ts';
import { admitMember, findMembership } from '../teams/index.ts';
import { findTeamOfDomain, teamOfDomain } from './domain-store.ts';
import { ssoForeignAddress, ssoNotFound, ssoRequired } from './errors.ts';
import { openIdClientOf } from './oidc.ts';
import { hasSsoPlan, requireSsoPlan } from './plan.ts';
import { samlAddress } from './saml.ts';
import { type SsoServices, serviceProviderOf } from './services.ts';
import { findConnection, type SsoConnection } from './store.ts';

/** The connection of a team that may log in through it. @throws DomainError `sso_not_found`, `plan_required` */
export async function findUsableConnection(
  ctx: Context,
  teamId: string,
  param: 'email' | 'team',
): Promise<SsoConnection> {
  const connection = await findConnection(ctx.db, teamId);
  if (!connection) throw ssoNotFound(param);
  await requireSsoPlan(ctx, teamId);
  return connection;
}

/**
 * Sends who types their address to the identity provider of their team.
 * @throws DomainError `sso_not_found`, `plan_required`, `invalid_email`, `too_many_attempts`, `provider_unavailable`
 */
export async function beginSso({
  ctx,
  input,
  services,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly email: string;
    readonly next: string;
    /** Of the session that the browser has. */
    readonly formerToken: string | undefined;
  };
  readonly services: SsoServices;
}): Promise<{ readonly url: string; readonly begun: BegunSignIn }> {
  const email = normaliseEmail(input.email);
  const teamId = await findTeamOfDomain(ctx.db, domainOf(email));
  if (teamId === undefined) throw ssoNotFound();
  const connection = await findUsableConnection(ctx, teamId, 'email');
  const team = formatId('team', teamId);
  const { next, formerToken } = input;
  const begun = await beginSignIn(ctx, { provider: team, userId: null, next, formerToken });
  const provider = serviceProviderOf(team, services.accounts.publicUrl);
  if (connection.protocol === 'saml') {
    return { url: await samlAddress({ connection, provider, state: begun.state }), begun };
  }
  const client = await openIdClientOf(connection, services, { login_hint: email });
  return { url: await client.authorizationUrl(roundOf(begun, provider.oidcRedirectUri)), begun };
}

/**
 * What a team's provider says, as far as it may: of its own people alone.
 * @throws DomainError `sso_foreign_address`, `invalid_email`
 */
export async function vouchedProfile(
  ctx: Context,
  teamId: string,
  profile: ProviderProfile,
): Promise<ExternalProfile> {
  const email = profile.email === undefined ? null : normaliseEmail(profile.email);
  if (email !== null) await requireOwnAddress(ctx, teamId, email);
  return {
    provider: formatId('team', teamId),
    subject: profile.subject,
    email: profile.emailVerified === false ? null : email,
    name: profile.name,
  };
}

/**
 * Makes who has come through a team's provider a member of it. An account that has moved to an address
 * elsewhere is not the provider's to open any more.
 * @throws DomainError `sso_foreign_address`, `sso_not_found`, `plan_required`, `removed_from_team`
 */
export async function admitBySso({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly user: User; readonly teamId: string };
}): Promise<void> {
  const { user, teamId } = input;
  const { defaultRole: role } = await findUsableConnection(ctx, teamId, 'team');
  await requireOwnAddress(ctx, teamId, user.email);
  const { id: userId, email } = user;
  await admitMember({ ctx, input: { teamId, userId, email, role, method: 'sso' } });
}

async function requireOwnAddress(ctx: Context, teamId: string, email: string): Promise<void> {
  if ((await findTeamOfDomain(ctx.db, domainOf(email))) !== teamId) throw ssoForeignAddress();
}

/**
 * Refuses every other way in for people whose team wants its own. The owner keeps theirs, should the
 * provider be gone. @throws DomainError `sso_required`
 */
export const requireSsoWhereSet: LogInPolicy = {
  question: (email) => teamOfDomain(domainOf(email)),
  async check({ ctx, input }) {
    const { user, method, answer } = input;
    const teamId =
      answer === undefined ? await findTeamOfDomain(ctx.db, domainOf(user.email)) : answer;
    if (!teamId || method === formatId('team', teamId)) return;
    const connection = await findConnection(ctx.db, teamId);
    if (!connection?.required || !(await hasSsoPlan(ctx, teamId))) return;
    const membership = await findMembership(ctx.db, { userId: user.id, teamId });
    if (membership?.role === 'owner') return;
    throw ssoRequired();
  },
};

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}
