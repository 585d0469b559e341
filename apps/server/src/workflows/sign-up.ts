import { type OpenSession, type User, verifyEmail } from '../domains/identity/index.ts';
import { admitBySso, requireSsoWhereSet } from '../domains/sso/index.ts';
import { createTeam, findMembership } from '../domains/teams/index.ts';
import type { Context } from '../platform/context.ts';
import { parseId } from '../platform/ids.ts';

const maxTeamNameCharacters = 255;

/**
 * Proves the address of who registered, makes a team of their own and logs them in.
 * @throws DomainError `invalid_token`, `wrong_password`, `sso_required`, `too_many_attempts`, `overloaded`
 */
export function confirmSignUp({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string; readonly password: string };
}): Promise<OpenSession> {
  return verifyEmail({ ctx, input, policy: requireSsoWhereSet, after: ensureTeam });
}

/**
 * Whoever comes through a team's identity provider becomes a member of it; through any other, they get
 * a team of their own. @throws DomainError `sso_foreign_address`, `sso_not_found`, `plan_required`, `removed_from_team`
 */
export async function settleIn({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly user: User; readonly provider: string };
}): Promise<void> {
  const { user, provider } = input;
  const teamId = parseId('team', provider);
  if (teamId === undefined) await ensureTeam(ctx, user);
  else await admitBySso({ ctx, input: { user, teamId } });
}

async function ensureTeam(ctx: Context, user: User): Promise<void> {
  if (await findMembership(ctx.db, { userId: user.id, teamId: undefined })) return;
  const name = `${user.name ?? user.email.split('@')[0]}'s team`.slice(-maxTeamNameCharacters);
  // Nobody is logged in yet, and yet it is theirs: the log says who made it.
  const actor = { kind: 'person', userId: user.id } as const;
  await createTeam({ ctx: { ...ctx, actor }, input: { name } });
}
