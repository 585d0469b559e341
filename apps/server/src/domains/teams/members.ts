import { type Context, type GuestRole, personOf, roles } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { type Page, readPage } from '../../platform/page.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { memberNotFound, ownerStays } from './errors.ts';
import {
  findPendingInvitationTo,
  markInvitationRevoked,
  revokeInvitationsBy,
} from './invitation-store.ts';
import { removedMail } from './mails.ts';
import {
  deleteMember,
  findMember,
  listMembersOfTeam,
  type Member,
  setRole,
} from './member-store.ts';
import { changeTeam, inTeam, type TeamContext } from './own-team.ts';
import { requirePermission, rolesFor } from './permissions.ts';
import { noteRemoval } from './removal-store.ts';

/** @throws DomainError `team_not_found`, `permission_denied` */
export async function listMembers({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  };
}): Promise<Page<Member>> {
  const { limit, cursor } = input;
  const { actor } = await inTeam(ctx, input.teamId);
  const { teamId } = requirePermission(actor, 'members.read');
  return readPage({
    limit,
    read: (limit) => listMembersOfTeam(ctx.db, { teamId, cursor, limit }),
    idOf: ({ userId }) => userId,
  });
}

export interface MemberChange {
  readonly teamId: string;
  readonly userId: string;
}

/** What a change of a member leads to, in its transaction: keys are above teams. */
export type AfterMemberChange = (
  ctx: TeamContext,
  member: Member,
) => Promise<{ readonly keyIds: readonly string[] }>;

/**
 * Gives a member another role: the owner's is handed over, not given. Who is lowered loses what they
 * could come back with: `lowered` answers the keys that went, and their invitations go here.
 * @throws DomainError `team_not_found`, `permission_denied`, `member_not_found`, `owner_required`
 */
export async function changeRole({
  ctx,
  input,
  lowered,
}: {
  readonly ctx: Context;
  readonly input: MemberChange & { readonly role: GuestRole };
  readonly lowered: AfterMemberChange;
}): Promise<Member> {
  return changeTeam(ctx, input.teamId, 'members.update', async (ctx, team) => {
    const { userId, role } = input;
    const before = await findMember(ctx.db, { teamId: team.id, userId });
    if (!before) throw memberNotFound();
    if (before.role === 'owner') throw ownerStays();
    if (before.role === role) return before;
    await setRole(ctx.db, { teamId: team.id, userId, role });
    const member = { ...before, role };
    const isLower = roles.indexOf(role) > roles.indexOf(before.role);
    const { keyIds } = isLower ? await lowered(ctx, member) : { keyIds: [] };
    const mayInvite = rolesFor('members.invite').includes(role);
    const invitationIds =
      isLower && !mayInvite ? await revokeInvitations(ctx, { userId, keyIds }) : [];
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'member.role_changed',
        teamId: team.id,
        resource: { type: 'user', id: userId },
        details: { role, previous_role: before.role, ...lostBy(keyIds, invitationIds) },
      },
    });
    return member;
  });
}

/**
 * Takes a member out of a team; who takes out themselves leaves. What they could come back with goes
 * too: `removed` answers the keys that went, and their invitations go here.
 * @throws DomainError `team_not_found`, `permission_denied`, `member_not_found`, `owner_required`
 */
export async function removeMember({
  ctx,
  input,
  removed,
}: {
  readonly ctx: Context;
  readonly input: MemberChange;
  readonly removed: AfterMemberChange;
}): Promise<void> {
  const leaves = personOf(ctx.actor)?.userId === input.userId;
  const action = leaves ? 'membership' : 'members.remove';
  await changeTeam(ctx, input.teamId, action, async (ctx, team) => {
    const { userId } = input;
    const member = await findMember(ctx.db, { teamId: team.id, userId });
    if (!member) throw memberNotFound();
    if (member.role === 'owner') throw ownerStays();
    await deleteMember(ctx.db, { teamId: team.id, userId });
    if (!leaves) await keepOut(ctx, member);
    const { keyIds } = await removed(ctx, member);
    const invitationIds = await revokeInvitations(ctx, { userId, keyIds });
    if (!leaves) await queueMail(ctx, removedMail(member.email, team.name));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: leaves ? 'member.left' : 'member.removed',
        teamId: team.id,
        resource: { type: 'user', id: userId },
        details: { role: member.role, ...lostBy(keyIds, invitationIds) },
      },
    });
  });
}

/** Neither an identity provider nor an invitation from before brings back whom the team puts out. */
async function keepOut(ctx: TeamContext, { userId, email }: Member): Promise<void> {
  const { teamId } = ctx.actor;
  const now = ctx.clock.now();
  await noteRemoval(ctx.db, { teamId, userId, email, removedAt: now });
  const waiting = await findPendingInvitationTo(ctx.db, { teamId, email: email.toLowerCase() });
  if (waiting) await markInvitationRevoked(ctx.db, { id: waiting.id, revokedAt: now });
}

function revokeInvitations(
  ctx: TeamContext,
  inviter: { readonly userId: string; readonly keyIds: readonly string[] },
): Promise<string[]> {
  const { teamId } = ctx.actor;
  return revokeInvitationsBy(ctx.db, { ...inviter, teamId, revokedAt: ctx.clock.now() });
}

function lostBy(keyIds: readonly string[], invitationIds: readonly string[]) {
  return { revoked_keys: keyIds.length, revoked_invitations: invitationIds.length };
}
