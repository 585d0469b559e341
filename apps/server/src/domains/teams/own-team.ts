import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import { parseId } from '../../platform/ids.ts';
import { memberNotFound, teamNotFound } from './errors.ts';
import { findMembership, holdMembership } from './member-store.ts';
import { type Action, requirePermission, type TeamActor } from './permissions.ts';
import { lockTeam, type Team } from './store.ts';

export type TeamContext = Context & { readonly actor: TeamActor };

/**
 * The same call in the team that its path names, with the role that the caller has there, whichever
 * team the credential acts in by itself. @throws DomainError `team_not_found`
 */
export async function inTeam(ctx: Context, id: string): Promise<TeamContext> {
  const teamId = parseId('team', id);
  if (teamId === undefined) throw teamNotFound();
  const { actor } = ctx;
  if (actor.kind === 'key' && actor.teamId === teamId) return { ...ctx, actor };
  const person = personOf(actor);
  const membership = person && (await findMembership(ctx.db, { ...person, teamId }));
  if (!membership) throw teamNotFound();
  return { ...ctx, actor: { ...person, kind: 'user', ...membership } };
}

/**
 * Runs `work` in a transaction on a team that nobody else changes meanwhile. What the caller may do
 * is looked at once more then: they may have been removed while they waited.
 * @throws DomainError `team_not_found`, `permission_denied`
 */
export async function changeTeam<T>(
  ctx: Context,
  id: string,
  action: Action | 'membership',
  work: (ctx: TeamContext, team: Team) => Promise<T>,
): Promise<T> {
  const enter = async (ctx: Context) => {
    const own = await inTeam(ctx, id);
    if (action !== 'membership') requirePermission(own.actor, action);
    return own;
  };
  const { actor } = await enter(ctx);
  return withTransaction(ctx, async (ctx) => {
    const team = await lockTeam(ctx.db, actor.teamId);
    if (!team) throw teamNotFound();
    return work(await enter(ctx), team);
  });
}

/**
 * Keeps the person who acts in their team until the transaction ends, so that what they make in it
 * is seen by who removes them. @throws DomainError `member_not_found`
 */
export async function holdActorInTeam(ctx: Context): Promise<void> {
  const { actor } = ctx;
  if (actor.kind === 'user' && !(await holdMembership(ctx.db, actor))) throw memberNotFound();
}
