import { type Context, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { getMe, hashToken } from '../identity/index.ts';
import {
  alreadyMember,
  invalidInvitation,
  invitationForAnother,
  removedFromTeam,
} from './errors.ts';
import { findInvitationByToken, type Invitation, useInvitation } from './invitation-store.ts';
import { findMembership, insertMember, type OwnTeam } from './member-store.ts';
import { findRemoval, forgetRemoval } from './removal-store.ts';
import { findTeam, lockTeam } from './store.ts';

export interface InvitationPreview extends Invitation {
  readonly teamName: string;
}

/** What an invitation leads to, for who has its token. @throws DomainError `invalid_invitation` */
export async function previewInvitation({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string };
}): Promise<InvitationPreview> {
  const invitation = await findInvitationByToken(ctx.db, hashToken(input.token));
  const open =
    invitation && invitation.acceptedBy === null && invitation.expiresAt > ctx.clock.now();
  const team = open && (await findTeam(ctx.db, invitation.teamId));
  if (!team) throw invalidInvitation('X-VoiceFlow-Invitation');
  return { ...invitation, teamName: team.name };
}

/**
 * Makes the person who calls a member. An invitation that went by mail counts only for an account
 * whose proven address it went to. Doing so again changes nothing.
 * @throws DomainError `invalid_invitation`, `invitation_for_another`, `already_member`, `removed_from_team`, `user_required`
 */
export async function acceptInvitation({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string };
}): Promise<OwnTeam> {
  const user = await getMe({ ctx });
  return withTransaction(ctx, async (ctx) => {
    const found = await findInvitationByToken(ctx.db, hashToken(input.token));
    // The team first: whoever changes its members takes this lock before any other.
    const team = found && (await lockTeam(ctx.db, found.teamId));
    const invitation = team && (await findInvitationByToken(ctx.db, hashToken(input.token)));
    if (!invitation) throw invalidInvitation('token');
    const { email, role } = invitation;
    if (email !== null && (user.email.toLowerCase() !== email || !user.emailVerifiedAt)) {
      throw invitationForAnother(email);
    }
    const membership = await findMembership(ctx.db, { userId: user.id, teamId: team.id });
    if (membership) {
      if (invitation.acceptedBy === user.id) return { ...team, role: membership.role };
      throw alreadyMember('token');
    }
    const person = { teamId: team.id, userId: user.id, email: user.email };
    // A link that they know from before lets nobody back in.
    const removedAt = await findRemoval(ctx.db, person);
    if (removedAt && invitation.createdAt <= removedAt) throw removedFromTeam();
    const now = ctx.clock.now();
    const used = await useInvitation(ctx.db, { id: invitation.id, userId: user.id, now });
    if (!used) throw invalidInvitation('token');
    await insertMember(ctx.db, { teamId: team.id, userId: user.id, role, invitedAt: now });
    await forgetRemoval(ctx.db, person);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'member.joined',
        teamId: team.id,
        resource: { type: 'user', id: user.id },
        details: { role, invitation_id: invitation.id },
      },
    });
    return { ...team, role };
  });
}
