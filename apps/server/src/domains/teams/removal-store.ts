import { hash } from 'node:crypto';
import type { ExpressionBuilder } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Tables } from '../../platform/database/schema.ts';

export interface FormerMember {
  readonly teamId: string;
  readonly userId: string;
  readonly email: string;
}

/** Notes that a team has put somebody out. */
export async function noteRemoval(
  db: DatabaseHandle,
  member: FormerMember & { readonly removedAt: Date },
): Promise<void> {
  const removal = { user_id: member.userId, removed_at: member.removedAt };
  await db
    .insertInto('removed_members')
    .values({ team_id: member.teamId, email_hash: hashOf(member.email), ...removal })
    .onConflict((conflict) => conflict.columns(['team_id', 'email_hash']).doUpdateSet(removal))
    .execute();
}

/** When a team last put this person out, under this account or this address. */
export async function findRemoval(
  db: DatabaseHandle,
  person: FormerMember,
): Promise<Date | undefined> {
  const found = await db
    .selectFrom('removed_members')
    .select('removed_at as removedAt')
    .where((where) => isOf(where, person))
    .orderBy('removed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.removedAt;
}

/** Forgets it: the team has let them in again. */
export async function forgetRemoval(db: DatabaseHandle, person: FormerMember): Promise<void> {
  await db
    .deleteFrom('removed_members')
    .where((where) => isOf(where, person))
    .execute();
}

function isOf(where: ExpressionBuilder<Tables, 'removed_members'>, person: FormerMember) {
  return where.and([
    where('team_id', '=', person.teamId),
    where.or([
      where('user_id', '=', person.userId),
      where('email_hash', '=', hashOf(person.email)),
    ]),
  ]);
}

function hashOf(email: string): string {
  return hash('sha256', email.toLowerCase(), 'hex');
}
