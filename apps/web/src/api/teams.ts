import * as z from 'zod/mini';
import { listAll } from './list-all.ts';

const teamSchema = z.object({ id: z.string(), name: z.string() });

export type Team = z.infer<typeof teamSchema>;

/** Those that the person belongs to. */
export function listTeams(signal: AbortSignal): Promise<Team[]> {
  return listAll('/v1/teams', teamSchema, signal);
}
