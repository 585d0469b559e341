import { type Context, type GuestRole, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { removedFromTeam } from './errors.ts';
import { findPendingInvitationTo } from './invitation-store.ts';
import { findMembership, insertMember } from './member-store.ts';
import { findRemoval } from './removal-store.ts';
import { lockTeam } from './store.ts';

/**
 * Makes somebody a member whom the team lets in by its own rules. Who is one already stays what they are.
 * Whom the team has put out is refused, and becomes no member until they accept an invitation.
 * @throws DomainError `removed_from_team`
 */
export async function admitMember({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly userId: string;
    readonly email: string;
    readonly role: GuestRole;
    readonly method: 'sso';
  };
}): Promise<void> {
  const { teamId, userId, email, role, method } = input;
  // Nearly always: their log-ins need not wait for each other.
  if (await findMembership(ctx.db, { userId, teamId })) return;
  await withTransaction(ctx, async (ctx) => {
    if (!(await lockTeam(ctx.db, teamId))) return;
    if (await findRemoval(ctx.db, { teamId, userId, email })) {
      await requireInvitation(ctx, { teamId, email });
      return;
    }
    const joined = await insertMember(ctx.db, {
      teamId,
      userId,
      role,
      invitedAt: ctx.clock.now(),
    });
    if (!joined) return;
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'member.joined',
        teamId,
        resource: { type: 'user', id: userId },
        details: { role, method },
        actor: { kind: 'user', userId },
      },
    });
  });
}

/** Where the provider is the only way in, they could not accept an invitation otherwise. */
async function requireInvitation(
  ctx: Context,
  guest: { readonly teamId: string; readonly email: string },
): Promise<void> {
  const email = guest.email.toLowerCase();
  const invitation = await findPendingInvitationTo(ctx.db, { ...guest, email });
  if (!invitation || invitation.expiresAt <= ctx.clock.now()) throw removedFromTeam();
}
