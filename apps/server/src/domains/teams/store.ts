import type { Role } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export const plans = ['free', 'pro', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly plan: string;
}

const columns = ['id', 'name', 'owner_id as ownerId', 'plan'] as const;

export async function findPlan(db: DatabaseHandle, teamId: string): Promise<string | undefined> {
  const team = await db
    .selectFrom('teams')
    .select('plan')
    .where('id', '=', teamId)
    .executeTakeFirst();
  return team?.plan;
}

export async function setPlan(db: DatabaseHandle, teamId: string, plan: Plan): Promise<void> {
  await db.updateTable('teams').set({ plan }).where('id', '=', teamId).execute();
}

/** The oldest team: the one that the first start makes. */
export async function findFirstTeam(db: DatabaseHandle): Promise<Team | undefined> {
  return db
    .selectFrom('teams')
    .select(columns)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** The membership of a user in a team, or in the one they have belonged to for longest. */
export async function findMembership(
  db: DatabaseHandle,
  member: { userId: string; teamId: string | undefined },
): Promise<{ readonly teamId: string; readonly role: Role } | undefined> {
  const { userId, teamId } = member;
  return db
    .selectFrom('team_members')
    .select(['team_id as teamId', 'role'])
    .where('user_id', '=', userId)
    .$if(teamId !== undefined, (query) => query.where('team_id', '=', teamId ?? ''))
    .orderBy('invited_at')
    .orderBy('team_id')
    .limit(1)
    .executeTakeFirst();
}

export async function insertTeam(
  db: DatabaseHandle,
  team: { name: string; ownerId: string; plan: Plan; createdAt: Date },
): Promise<Team> {
  return db
    .insertInto('teams')
    .values({
      id: createId(),
      name: team.name,
      owner_id: team.ownerId,
      plan: team.plan,
      created_at: team.createdAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

export async function insertMember(
  db: DatabaseHandle,
  member: { teamId: string; userId: string; role: 'owner'; invitedAt: Date },
): Promise<void> {
  await db
    .insertInto('team_members')
    .values({
      team_id: member.teamId,
      user_id: member.userId,
      role: member.role,
      invited_at: member.invitedAt,
    })
    .execute();
}
