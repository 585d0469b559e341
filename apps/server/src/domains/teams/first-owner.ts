import { type Context, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { alreadyOwned, systemOnly, teamNotFound } from './errors.ts';
import { deleteMember, findMember, insertMember } from './member-store.ts';
import { getFirstTeam } from './service.ts';
import { lockTeam, moveOwnership, type Team } from './store.ts';

/**
 * Hands the first team from the account that stands in for its owner to a person. Answers what has moved;
 * undefined where they own it already. @throws DomainError `already_owned`
 */
export async function handOverFirstTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly standInEmail: string; readonly userId: string };
}): Promise<{ readonly team: Team; readonly standInId: string } | undefined> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  const { standInEmail, userId } = input;
  return withTransaction(ctx, async (ctx) => {
    const first = await getFirstTeam({ ctx });
    const team = first && (await lockTeam(ctx.db, first.id));
    const owner = team && (await findMember(ctx.db, { teamId: team.id, userId: team.ownerId }));
    if (!team || !owner) throw teamNotFound();
    if (owner.userId === userId) return undefined;
    if (owner.email !== standInEmail) throw alreadyOwned(owner.email);
    const [teamId, standInId] = [team.id, owner.userId];
    await insertMember(ctx.db, { teamId, userId, role: 'admin', invitedAt: ctx.clock.now() });
    await moveOwnership(ctx.db, { teamId, from: standInId, to: userId });
    await deleteMember(ctx.db, { teamId, userId: standInId });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.transferred',
        teamId,
        resource: { type: 'user', id: userId },
        details: { reason: 'first_owner' },
      },
    });
    return { team, standInId };
  });
}
