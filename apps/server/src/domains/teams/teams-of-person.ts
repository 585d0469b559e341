import type { Context } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { findSuccessor, listMemberships } from './person-store.ts';
import { deleteTeamRow, lockTeamForDeletion, moveOwnership } from './store.ts';

/**
 * Takes a person out of the teams that they own, because their account goes: a team with nobody else
 * goes too; one that somebody has joined gets its longest-serving member of the highest role for an
 * owner. Runs in the caller's transaction.
 */
export async function leaveOwnedTeams(ctx: Context, userId: string): Promise<void> {
  for (const { teamId, role } of await listMemberships(ctx.db, userId)) {
    if (role !== 'owner') continue;
    await lockTeamForDeletion(ctx.db, teamId);
    const heir = await findSuccessor(ctx.db, { teamId, except: userId });
    const details = { reason: 'account_deleted' };
    if (heir === undefined) {
      const resource = { type: 'team', id: teamId };
      for (const chain of [null, teamId]) {
        const input = { eventType: 'team.deleted', teamId: chain, resource, details };
        await recordAuditEvent({ ctx, input });
      }
      await deleteTeamRow(ctx.db, teamId);
    } else {
      await moveOwnership(ctx.db, { teamId, from: userId, to: heir });
      const resource = { type: 'user', id: heir };
      await recordAuditEvent({
        ctx,
        input: { eventType: 'team.transferred', teamId, resource, details },
      });
    }
  }
}
