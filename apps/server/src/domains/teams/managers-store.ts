import type { DatabaseHandle } from '../../platform/database/database.ts';

export interface Manager {
  readonly userId: string;
  readonly email: string;
}

export async function listManagersOfTeam(
  db: DatabaseHandle,
  teamId: string,
): Promise<readonly Manager[]> {
  return db
    .selectFrom('team_members')
    .innerJoin('users', 'users.id', 'team_members.user_id')
    .select(['users.id as userId', 'users.email as email'])
    .where('team_members.team_id', '=', teamId)
    .where('team_members.role', 'in', ['owner', 'admin'])
    .orderBy('users.id')
    .execute();
}
