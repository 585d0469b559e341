import { sql } from 'kysely';
import type { GuestRole, Person, Role } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { parseId } from '../../platform/ids.ts';
import type { Team } from './store.ts';

export interface Member {
  readonly userId: string;
  readonly name: string | null;
  readonly email: string;
  readonly role: Role;
  readonly joinedAt: Date;
}

/** A team as one of its members sees it. */
export type OwnTeam = Team & { readonly role: Role };

function selectMembers(db: DatabaseHandle) {
  return db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select([
      'team_members.user_id as userId',
      'users.name',
      'users.email',
      'team_members.role',
      'team_members.invited_at as joinedAt',
    ]);
}

/** What somebody is in a team, and whether it or the server asks for a second factor that they have not shown. */
export interface TeamRole {
  readonly teamId: string;
  readonly role: Role;
  readonly lacksSecondFactor: boolean;
}

/**
 * The membership of a user in a team; where none is named in that whose provider opened their session,
 * else in the one they have belonged to for longest.
 */
export async function findMembership(
  db: DatabaseHandle,
  member: Person & { readonly teamId: string | undefined },
): Promise<TeamRole | undefined> {
  const { userId, teamId, sessionId, logInMethod, mustShowSecondFactor = false } = member;
  const vouchedBy = parseId('team', logInMethod ?? '');
  const membership = await db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select([
      'team_members.team_id as teamId',
      'team_members.role',
      sql<boolean>`(teams.two_factor_required OR ${mustShowSecondFactor}) AND NOT EXISTS (
        SELECT FROM totp_factors WHERE user_id = ${userId} AND confirmed_at IS NOT NULL
      )`.as('asksForMore'),
    ])
    .where('user_id', '=', userId)
    .$if(teamId !== undefined, (query) => query.where('team_id', '=', teamId ?? ''))
    .$if(vouchedBy !== undefined, (query) =>
      query.orderBy(sql`team_id = ${vouchedBy}::uuid`, 'desc'),
    )
    .orderBy('invited_at')
    .orderBy('team_id')
    .limit(1)
    .executeTakeFirst();
  if (!membership) return undefined;
  const { asksForMore, ...role } = membership;
  // The person at the machine has no session. A passkey is two factors; a provider has its own rules.
  const hasShown = logInMethod === 'passkey' || vouchedBy === role.teamId;
  return { ...role, lacksSecondFactor: asksForMore && sessionId !== undefined && !hasShown };
}

/** Whether the membership is there. Until the transaction ends it stays. */
export async function holdMembership(
  transaction: DatabaseHandle,
  member: { teamId: string; userId: string },
): Promise<boolean> {
  const held = await transaction
    .selectFrom('team_members')
    .select('role')
    .where('team_id', '=', member.teamId)
    .where('user_id', '=', member.userId)
    .forShare()
    .executeTakeFirst();
  return held !== undefined;
}

export async function findMember(
  db: DatabaseHandle,
  member: { teamId: string; userId: string },
): Promise<Member | undefined> {
  return selectMembers(db)
    .where('team_id', '=', member.teamId)
    .where('user_id', '=', member.userId)
    .executeTakeFirst();
}

/** The member with this address, whatever its letter case. */
export async function findMemberByEmail(
  db: DatabaseHandle,
  member: { teamId: string; email: string },
): Promise<Member | undefined> {
  return selectMembers(db)
    .where('team_id', '=', member.teamId)
    .where((where) => where(where.fn('lower', ['users.email']), '=', member.email))
    .executeTakeFirst();
}

/** In the order of their accounts, from behind `cursor` (a user's UUID). */
export async function listMembersOfTeam(
  db: DatabaseHandle,
  page: { teamId: string; cursor: string | undefined; limit: number },
): Promise<Member[]> {
  return selectMembers(db)
    .where('team_id', '=', page.teamId)
    .$if(page.cursor !== undefined, (query) => query.where('user_id', '>', page.cursor ?? ''))
    .orderBy('user_id')
    .limit(page.limit)
    .execute();
}

/** The teams that a user belongs to, oldest first, from behind `cursor` (a team's UUID). */
export async function listTeamsOfUser(
  db: DatabaseHandle,
  page: { userId: string; cursor: string | undefined; limit: number },
): Promise<OwnTeam[]> {
  return db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .select([
      'teams.id',
      'teams.name',
      'teams.owner_id as ownerId',
      'teams.plan',
      'teams.created_at as createdAt',
      'teams.two_factor_required as twoFactorRequired',
      'team_members.role',
    ])
    .where('user_id', '=', page.userId)
    .$if(page.cursor !== undefined, (query) => query.where('teams.id', '>', page.cursor ?? ''))
    .orderBy('teams.id')
    .limit(page.limit)
    .execute();
}

/** Answers whether they are new; who is a member already stays what they are. */
export async function insertMember(
  db: DatabaseHandle,
  member: { teamId: string; userId: string; role: Role; invitedAt: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('team_members')
    .values({
      team_id: member.teamId,
      user_id: member.userId,
      role: member.role,
      invited_at: member.invitedAt,
    })
    .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export async function setRole(
  db: DatabaseHandle,
  member: { teamId: string; userId: string; role: GuestRole },
): Promise<void> {
  await db
    .updateTable('team_members')
    .set({ role: member.role })
    .where('team_id', '=', member.teamId)
    .where('user_id', '=', member.userId)
    .execute();
}

export async function deleteMember(
  db: DatabaseHandle,
  member: { teamId: string; userId: string },
): Promise<void> {
  await db
    .deleteFrom('team_members')
    .where('team_id', '=', member.teamId)
    .where('user_id', '=', member.userId)
    .execute();
}
