import { sql } from 'kysely';
import type { Roles } from './roles.ts';

export interface Booked {
  status: string;
  cache: string;
  characters: number;
  counted: number;
  audioSeconds: number;
  computeSeconds: number;
  voice: string;
}

/** What is on the books of the tenant, oldest first: generations with their usage events. */
export async function readBooks({ database, tenant }: Roles): Promise<Booked[]> {
  const { rows } = await sql<Booked>`
    SELECT g.status, g.cache, g.characters, u.characters AS counted,
      u.audio_seconds AS "audioSeconds", u.compute_seconds AS "computeSeconds", u.voice
    FROM generations g LEFT JOIN usage_events u ON u.generation_id = g.id
    WHERE g.team_id = ${tenant.teamId} ORDER BY g.completed_at, g.id
  `.execute(database.db);
  return rows;
}

/** The rows that `work` adds. */
export async function newlyBooked(roles: Roles, work: () => Promise<unknown>): Promise<Booked[]> {
  const before = (await readBooks(roles)).length;
  await work();
  return (await readBooks(roles)).slice(before);
}
