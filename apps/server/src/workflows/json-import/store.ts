import { sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { ImportPlan, KnownRecords } from './plan.ts';
import type { OldStore } from './read-store.ts';
import { toUuid } from './record-shapes.ts';

/** What the database has of all that the old store mentions. */
export async function findKnownRecords(db: DatabaseHandle, store: OldStore): Promise<KnownRecords> {
  const emails = store.users.map(({ record }) => record.email.toLowerCase());
  const userIds = [
    ...store.users.map(({ record }) => record.id),
    ...store.teams.flatMap(({ record }) => record.owner_id ?? []),
    ...store.teams.flatMap(({ record }) => record.members.map((member) => member.user_id)),
    ...store.team_members.map(({ record }) => record.user_id),
    ...store.api_keys.flatMap(({ record }) => record.created_by ?? []),
  ].map((oldId) => toUuid('users', oldId));
  const teamIds = [
    ...store.team_members.map(({ record }) => record.team_id),
    ...store.api_keys.map(({ record }) => record.team_id),
    ...store.deployments.map(({ record }) => record.team_id),
  ].map((oldId) => toUuid('teams', oldId));
  const hashes = store.api_keys.map(({ record }) => record.key_hash);

  const users = await sql<{ id: string; email: string }>`
    SELECT id, lower(email) AS email FROM users
    WHERE lower(email) = ANY(${emails}::text[]) OR id = ANY(${userIds}::uuid[])
  `.execute(db);
  const teams = await sql<{ id: string }>`
    SELECT id FROM teams WHERE id = ANY(${teamIds}::uuid[])
  `.execute(db);
  const keys = await sql<{ key_hash: string; team_id: string }>`
    SELECT key_hash, team_id FROM api_keys WHERE key_hash = ANY(${hashes}::text[])
  `.execute(db);
  return {
    userIdByEmail: new Map(users.rows.map((user) => [user.email, user.id])),
    userIds: new Set(users.rows.map((user) => user.id)),
    teamIds: new Set(teams.rows.map((team) => team.id)),
    teamIdByKeyHash: new Map(keys.rows.map((key) => [key.key_hash, key.team_id])),
  };
}

/**
 * Inserts the rows of a plan and answers a line for each. A row that is there already stays as it
 * is: what has changed since the first import (a revoked key) must not come back.
 */
export async function insertPlan(db: DatabaseHandle, plan: ImportPlan): Promise<ImportLine[]> {
  const lines: ImportLine[] = [];
  const note = (place: string, what: string, inserted: { numInsertedOrUpdatedRows?: bigint }) =>
    lines.push({ place, what, imported: inserted.numInsertedOrUpdatedRows === 1n });
  for (const { place, row } of plan.users) {
    const query = db.insertInto('users').values(row);
    note(place, 'user', await query.onConflict((at) => at.doNothing()).executeTakeFirst());
  }
  for (const { place, row } of plan.teams) {
    const query = db.insertInto('teams').values(row);
    note(place, 'team', await query.onConflict((at) => at.doNothing()).executeTakeFirst());
  }
  for (const { place, row } of plan.team_members) {
    const query = db.insertInto('team_members').values(row);
    note(place, 'member', await query.onConflict((at) => at.doNothing()).executeTakeFirst());
  }
  for (const { place, row } of plan.api_keys) {
    const query = db.insertInto('api_keys').values(row);
    note(place, 'key', await query.onConflict((at) => at.doNothing()).executeTakeFirst());
  }
  for (const { place, row } of plan.deployments) {
    const query = db.insertInto('deployments').values(row);
    note(place, 'deployment', await query.onConflict((at) => at.doNothing()).executeTakeFirst());
  }
  return lines;
}

export interface ImportLine {
  readonly place: string;
  readonly what: string;
  /** False: it was there already. */
  readonly imported: boolean;
}
