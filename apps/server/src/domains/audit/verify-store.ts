import { type Selectable, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { AuditRetirementsTable } from '../../platform/database/schema.ts';
import type { AuditRow } from './chain.ts';

/** Events behind `after` in the order of their numbers; one number twice is answered twice. */
export async function listLinks(
  db: DatabaseHandle,
  page: { teamId: string; after: AuditRow | null; upTo: number; limit: number },
): Promise<AuditRow[]> {
  const { after } = page;
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('team_id', '=', page.teamId)
    .where('sequence', '<=', page.upTo)
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(sequence, id) > (${after?.sequence}, ${after?.id})`),
    )
    .orderBy('sequence')
    .orderBy('id')
    .limit(page.limit)
    .execute();
}

/** The run that retention took from `firstSequence` on. */
export async function findRetirement(
  db: DatabaseHandle,
  teamId: string,
  firstSequence: number,
): Promise<Selectable<AuditRetirementsTable> | undefined> {
  return db
    .selectFrom('audit_retirements')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('first_sequence', '=', firstSequence)
    .executeTakeFirst();
}

/** The first event behind the chain's last one: somebody put it there past the chain. */
export async function findUnchainedEvent(
  db: DatabaseHandle,
  teamId: string,
): Promise<AuditRow | undefined> {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('team_id', '=', teamId)
    .where(
      'sequence',
      '>',
      sql<number>`coalesce((SELECT sequence FROM audit_chains WHERE team_id = ${teamId}), 0)`,
    )
    .orderBy('sequence')
    .limit(1)
    .executeTakeFirst();
}

export async function findEventAt(
  db: DatabaseHandle,
  teamId: string,
  sequence: number,
): Promise<AuditRow | undefined> {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('sequence', '=', sequence)
    .executeTakeFirst();
}

/** Whether a run that retention took ended with this link. */
export async function wasLastRetired(
  db: DatabaseHandle,
  teamId: string,
  link: { sequence: number; hash: string },
): Promise<boolean> {
  const run = await db
    .selectFrom('audit_retirements')
    .select('last_sequence')
    .where('team_id', '=', teamId)
    .where('last_sequence', '=', link.sequence)
    .where('last_hash', '=', link.hash)
    .executeTakeFirst();
  return run !== undefined;
}
