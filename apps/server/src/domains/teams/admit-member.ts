import { type Context, type GuestRole, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { findMembership, insertMember } from './member-store.ts';
import { lockTeam } from './store.ts';

/** Makes somebody a member whom the team lets in by its own rules. Who is one already stays what they are. */
export async function admitMember({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly userId: string;
    readonly role: GuestRole;
    readonly method: 'sso';
  };
}): Promise<void> {
  const { teamId, userId, role, method } = input;
  // Nearly always: their log-ins need not wait for each other.
  if (await findMembership(ctx.db, { userId, teamId })) return;
  await withTransaction(ctx, async (ctx) => {
    if (!(await lockTeam(ctx.db, teamId))) return;
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
