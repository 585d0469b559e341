import type { Insertable } from 'kysely';
import type { GuestRole } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { InvitationsTable } from '../../platform/database/schema.ts';

export interface Invitation {
  readonly id: string;
  readonly teamId: string;
  /** Null: a link for whoever has it. */
  readonly email: string | null;
  readonly role: GuestRole;
  readonly invitedBy: string | null;
  readonly inviterName: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedBy: string | null;
}

function selectInvitations(db: DatabaseHandle) {
  return db
    .selectFrom('invitations')
    .leftJoin('users', 'users.id', 'invitations.invited_by')
    .select([
      'invitations.id',
      'invitations.team_id as teamId',
      'invitations.email',
      'invitations.role',
      'invitations.invited_by as invitedBy',
      'users.name as inviterName',
      'invitations.created_at as createdAt',
      'invitations.expires_at as expiresAt',
      'invitations.accepted_by as acceptedBy',
    ])
    .where('invitations.revoked_at', 'is', null);
}

export async function insertInvitation(
  db: DatabaseHandle,
  invitation: Insertable<InvitationsTable>,
): Promise<void> {
  await db.insertInto('invitations').values(invitation).execute();
}

/** One that was neither accepted nor revoked, be it too old or not. */
export async function findPendingInvitation(
  db: DatabaseHandle,
  invitation: { id: string; teamId: string },
): Promise<Invitation | undefined> {
  return selectInvitations(db)
    .where('invitations.id', '=', invitation.id)
    .where('invitations.team_id', '=', invitation.teamId)
    .where('invitations.accepted_at', 'is', null)
    .executeTakeFirst();
}

/** The one that waits for an address. */
export async function findPendingInvitationTo(
  db: DatabaseHandle,
  guest: { teamId: string; email: string },
): Promise<Invitation | undefined> {
  return selectInvitations(db)
    .where('invitations.team_id', '=', guest.teamId)
    .where('invitations.email', '=', guest.email)
    .where('invitations.accepted_at', 'is', null)
    .executeTakeFirst();
}

/** One that is not revoked: waiting, too old or accepted. */
export async function findInvitationByToken(
  db: DatabaseHandle,
  tokenHash: string,
): Promise<Invitation | undefined> {
  return selectInvitations(db).where('token_hash', '=', tokenHash).executeTakeFirst();
}

/** Newest first, from behind `cursor` (an invitation's UUID). */
export async function listPendingInvitations(
  db: DatabaseHandle,
  page: { teamId: string; cursor: string | undefined; limit: number },
): Promise<Invitation[]> {
  return selectInvitations(db)
    .where('invitations.team_id', '=', page.teamId)
    .where('invitations.accepted_at', 'is', null)
    .$if(page.cursor !== undefined, (query) =>
      query.where('invitations.id', '<', page.cursor ?? ''),
    )
    .orderBy('invitations.id', 'desc')
    .limit(page.limit)
    .execute();
}

export async function countPendingInvitations(
  db: DatabaseHandle,
  team: { teamId: string; now: Date },
): Promise<number> {
  const { count } = await db
    .selectFrom('invitations')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('team_id', '=', team.teamId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', team.now)
    .executeTakeFirstOrThrow();
  return count;
}

/** Gives an invitation another token, inviter and end: the token before stops working. */
export async function renewInvitation(
  db: DatabaseHandle,
  id: string,
  renewed: Pick<
    Insertable<InvitationsTable>,
    'token_hash' | 'invited_by' | 'invited_by_key' | 'expires_at'
  >,
): Promise<void> {
  await db.updateTable('invitations').set(renewed).where('id', '=', id).execute();
}

/** Uses an invitation up: of any number who try at once one succeeds. */
export async function useInvitation(
  db: DatabaseHandle,
  use: { id: string; userId: string; now: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('invitations')
    .set({ accepted_at: use.now, accepted_by: use.userId })
    .where('id', '=', use.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', use.now)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Revokes one that waits. Answers whether it did. */
export async function markInvitationRevoked(
  db: DatabaseHandle,
  invitation: { id: string; revokedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('invitations')
    .set({ revoked_at: invitation.revokedAt })
    .where('id', '=', invitation.id)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Revokes what somebody, or one of these keys, has invited to and nobody has accepted. Answers the ids. */
export async function revokeInvitationsBy(
  db: DatabaseHandle,
  inviter: { teamId: string; userId: string; keyIds: readonly string[]; revokedAt: Date },
): Promise<string[]> {
  const { userId, keyIds } = inviter;
  const revoked = await db
    .updateTable('invitations')
    .set({ revoked_at: inviter.revokedAt })
    .where('team_id', '=', inviter.teamId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where((where) =>
      where.or([
        where('invited_by', '=', userId),
        ...(keyIds.length > 0 ? [where('invited_by_key', 'in', keyIds)] : []),
      ]),
    )
    .returning('id')
    .execute();
  return revoked.map(({ id }) => id);
}

export async function deleteInvitationsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('invitations').where('expires_at', '<', before).execute();
}
