import { findEventsOfUser, presentAuditEvent } from '../domains/audit/index.ts';
import { type AccountServices, describeAccount } from '../domains/identity/index.ts';
import { listMemberships } from '../domains/teams/index.ts';
import { formatId } from '../platform/ids.ts';

const maxEvents = 10_000;

/** Everything that is kept of the caller. The export is itself an event. @throws DomainError `user_required`, `too_many_attempts` */
export const exportAccount: AccountServices['exportAccount'] = async ({ ctx }) => {
  const { userId, ...account } = await describeAccount({ ctx });
  const memberships = await listMemberships(ctx.db, userId);
  const events = await findEventsOfUser(ctx.db, userId, maxEvents);
  return {
    exported_at: ctx.clock.now().toISOString(),
    ...account,
    memberships: memberships.map(({ teamId, name, role, joinedAt }) => ({
      team: { id: formatId('team', teamId), name },
      role,
      joined_at: joinedAt.toISOString(),
    })),
    audit_events: events.map(presentAuditEvent),
  };
};
