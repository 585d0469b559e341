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
}

const columns = ['id', 'name', 'owner_id as ownerId', 'plan', 'created_at as createdAt'] as const;

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
