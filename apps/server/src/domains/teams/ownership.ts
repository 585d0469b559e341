import { type Context, personOf } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireConfirmation } from '../identity/index.ts';
import { alreadyOwner, firstTeamStays, memberNotFound, nameDiffers } from './errors.ts';
import { formerOwnerMail, newOwnerMail, teamDeletedMail } from './mails.ts';
import { listManagersOfTeam } from './managers-store.ts';
import { findMember, type Member } from './member-store.ts';
import { changeTeam, type TeamContext } from './own-team.ts';
import { deleteTeamRow, findFirstTeam, lockTeamForDeletion, moveOwnership } from './store.ts';

/** The person at the machine has no session, and being there is what they can show. */
export async function requireProof(ctx: Context): Promise<void> {
  if (personOf(ctx.actor)?.sessionId !== undefined) await requireConfirmation(ctx);
}

/**
 * Hands a team over to another member; the owner becomes an admin. There is exactly one owner at any
 * time. Answers the new one.
 * @throws DomainError `team_not_found`, `permission_denied`, `confirmation_required`,
 * `member_not_found`, `already_owner`
 */
export async function transferTeam({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly userId: string };
  readonly publicUrl: string;
}): Promise<Member> {
  return changeTeam(ctx, input.id, 'team.transfer', async (ctx, team) => {
    await requireProof(ctx);
    const heir = await findMember(ctx.db, { teamId: team.id, userId: input.userId });
    const owner = await findMember(ctx.db, { teamId: team.id, userId: team.ownerId });
    if (!heir || !owner) throw memberNotFound();
    if (heir.userId === owner.userId) throw alreadyOwner();
    await moveOwnership(ctx.db, { teamId: team.id, from: owner.userId, to: heir.userId });
    await queueMail(ctx, newOwnerMail(heir.email, publicUrl, team.name));
    const handedOver = { team: team.name, newOwner: heir.email };
    await queueMail(ctx, formerOwnerMail(owner.email, publicUrl, handedOver));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.transferred',
        teamId: team.id,
        resource: { type: 'user', id: heir.userId },
        details: { previous_role: heir.role },
      },
    });
    return { ...heir, role: 'owner' };
  });
}

/**
 * Deletes a team with all that belongs to it; what was metered and the audit log stay. `last` runs
 * before: keys are above teams.
 * @throws DomainError `team_not_found`, `permission_denied`, `confirmation_required`,
 * `name_differs`, `first_team`
 */
export async function deleteTeam({
  ctx,
  input,
  publicUrl,
  last,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly name: string };
  readonly publicUrl: string;
  readonly last: (ctx: TeamContext) => Promise<void>;
}): Promise<void> {
  await changeTeam(ctx, input.id, 'team.delete', async (ctx, team) => {
    await requireProof(ctx);
    if (input.name !== team.name) throw nameDiffers();
    if ((await findFirstTeam(ctx.db))?.id === team.id) throw firstTeamStays();
    await lockTeamForDeletion(ctx.db, team.id);
    await last(ctx);
    for (const { email } of await listManagersOfTeam(ctx.db, team.id)) {
      await queueMail(ctx, teamDeletedMail(email, publicUrl, team.name));
    }
    // Who belongs to the team can read its log no more: the operator finds it in the server's own.
    for (const teamId of [null, team.id]) {
      await recordAuditEvent({
        ctx,
        input: { eventType: 'team.deleted', teamId, resource: { type: 'team', id: team.id } },
      });
    }
    await deleteTeamRow(ctx.db, team.id);
  });
}
