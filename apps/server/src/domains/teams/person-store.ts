import { sql } from 'kysely';
import type { Role } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';

/** A team that a person belongs to. */
export interface Membership {
  readonly teamId: string;
  readonly name: string;
  readonly role: Role;
  readonly joinedAt: Date;
  readonly otherMembers: number;
}

/** All teams that somebody belongs to, oldest membership first. */
export async function listMemberships(db: DatabaseHandle, userId: string): Promise<Membership[]> {
  return db
    .selectFrom('team_members as own')
    .innerJoin('teams', 'teams.id', 'own.team_id')
    .select(['teams.id as teamId', 'teams.name', 'own.role', 'own.invited_at as joinedAt'])
    .select(
      sql<number>`(SELECT count(*) FROM team_members WHERE team_id = own.team_id) - 1`.as(
        'otherMembers',
      ),
    )
    .where('own.user_id', '=', userId)
    .orderBy('own.invited_at')
    .orderBy('own.team_id')
    .execute();
}

/** Of those with the highest role who has been there longest. */
export async function findSuccessor(
  db: DatabaseHandle,
  team: { teamId: string; except: string },
): Promise<string | undefined> {
  const found = await db
    .selectFrom('team_members')
    .select('user_id as userId')
    .where('team_id', '=', team.teamId)
    .where('user_id', '!=', team.except)
    .orderBy(sql`array_position(ARRAY['admin', 'developer', 'viewer'], role::text)`)
    .orderBy('invited_at')
    .orderBy('user_id')
    .limit(1)
    .executeTakeFirst();
  return found?.userId;
}
