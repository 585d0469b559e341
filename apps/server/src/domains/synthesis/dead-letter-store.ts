import type { Insertable, Selectable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { DeadLettersTable } from '../../platform/database/schema.ts';

export type DeadLetterRow = Selectable<DeadLettersTable> & { readonly team_name: string | null };

function selectLetters(db: DatabaseHandle) {
  return db
    .selectFrom('dead_letters')
    .leftJoin('teams', 'teams.id', 'dead_letters.team_id')
    .selectAll('dead_letters')
    .select('teams.name as team_name');
}

/** Adds a dead letter, unless it is there or its team is not there any more. */
export async function insertDeadLetter(
  db: DatabaseHandle,
  letter: Insertable<DeadLettersTable> & { readonly team_id: string | null },
): Promise<void> {
  const { team_id: teamId } = letter;
  const team =
    teamId === null ||
    (await db.selectFrom('teams').select('id').where('id', '=', teamId).executeTakeFirst());
  if (!team) return;
  await db
    .insertInto('dead_letters')
    .values(letter)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

export async function findDeadLetter(
  db: DatabaseHandle,
  id: string,
): Promise<DeadLetterRow | undefined> {
  return selectLetters(db).where('dead_letters.id', '=', id).executeTakeFirst();
}

/** Newest first, from behind `cursor` (a letter's UUID, which is ordered by time). */
export async function listDeadLetterRows(
  db: DatabaseHandle,
  page: { cursor: string | undefined; limit: number },
): Promise<DeadLetterRow[]> {
  const { cursor, limit } = page;
  return selectLetters(db)
    .$if(cursor !== undefined, (query) => query.where('dead_letters.id', '<', cursor ?? ''))
    .orderBy('dead_letters.id', 'desc')
    .limit(limit)
    .execute();
}

/** Whether it was there. */
export async function deleteDeadLetter(db: DatabaseHandle, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('dead_letters')
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0;
}

/** Answers how many there were. */
export async function deleteAllDeadLetters(db: DatabaseHandle): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('dead_letters').executeTakeFirst();
  return Number(numDeletedRows);
}

export async function deleteOldDeadLetters(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('dead_letters').where('died_at', '<', before).execute();
}
