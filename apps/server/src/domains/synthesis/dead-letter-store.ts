import type { Insertable, Selectable } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { DeadLettersTable } from '../../platform/database/schema.ts';

export type DeadLetterRow = Selectable<DeadLettersTable>;

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

export async function deleteOldDeadLetters(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('dead_letters').where('died_at', '<', before).execute();
}
