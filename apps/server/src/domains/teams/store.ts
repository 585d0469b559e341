import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';

export const plans = ['free', 'pro', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly plan: string;
  readonly createdAt: Date;
  readonly twoFactorRequired: boolean;
}

const columns = [
  'id',
  'name',
  'owner_id as ownerId',
  'plan',
  'created_at as createdAt',
  'two_factor_required as twoFactorRequired',
] as const;

export async function findTeam(db: DatabaseHandle, id: string): Promise<Team | undefined> {
  return db.selectFrom('teams').select(columns).where('id', '=', id).executeTakeFirst();
}

/**
 * The team, whose members, invitations and name nobody else changes until the transaction ends.
 * Undefined when it is gone.
 */
export async function lockTeam(transaction: DatabaseHandle, id: string): Promise<Team | undefined> {
  return transaction
    .selectFrom('teams')
    .select(columns)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Keeps others even from adding to the team: what hangs on it can then be counted up and deleted. */
export async function lockTeamForDeletion(transaction: DatabaseHandle, id: string): Promise<void> {
  await transaction.selectFrom('teams').select('id').where('id', '=', id).forUpdate().execute();
}

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

/** How many teams somebody owns. Until the transaction ends nobody else counts theirs. */
export async function countOwnedTeams(
  transaction: DatabaseHandle,
  ownerId: string,
): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`teams of ${ownerId}`}, 0))`.execute(
    transaction,
  );
  const { count } = await transaction
    .selectFrom('teams')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function renameTeam(
  db: DatabaseHandle,
  team: { id: string; name: string },
): Promise<void> {
  await db.updateTable('teams').set({ name: team.name }).where('id', '=', team.id).execute();
}

export async function setTwoFactorRequired(
  db: DatabaseHandle,
  team: { id: string; required: boolean },
): Promise<void> {
  await db
    .updateTable('teams')
    .set({ two_factor_required: team.required })
    .where('id', '=', team.id)
    .execute();
}

/** Makes a member the owner, and the one before an admin: there is exactly one at any time. */
export async function moveOwnership(
  db: DatabaseHandle,
  move: { teamId: string; from: string; to: string },
): Promise<void> {
  for (const [userId, role] of [
    [move.from, 'admin'],
    [move.to, 'owner'],
  ] as const) {
    await db
      .updateTable('team_members')
      .set({ role })
      .where('team_id', '=', move.teamId)
      .where('user_id', '=', userId)
      .execute();
  }
  await db.updateTable('teams').set({ owner_id: move.to }).where('id', '=', move.teamId).execute();
}

/** Deletes the team and all that hangs on it; what was metered stays. */
export async function deleteTeamRow(db: DatabaseHandle, id: string): Promise<void> {
  await db.deleteFrom('teams').where('id', '=', id).execute();
}
