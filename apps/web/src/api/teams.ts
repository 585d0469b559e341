import * as z from 'zod/mini';
import type { Attempt } from './attempt.ts';
import { callApi, postJson, postOnce } from './call-api.ts';
import { listAll } from './list-all.ts';

const teamSchema = z.object({
  id: z.string(),
  name: z.string(),
  plan: z.string(),
  /** That of the person who asks. */
  role: z.nullable(z.string()),
  /** Whether members need a second factor to act in it. */
  two_factor_required: z.boolean(),
});

export type Team = z.infer<typeof teamSchema>;

const memberSchema = z.object({
  user_id: z.string(),
  name: z.nullable(z.string()),
  email: z.string(),
  role: z.string(),
  joined_at: z.string(),
});

export type Member = z.infer<typeof memberSchema>;

const pathOf = (teamId: string) => `/v1/teams/${encodeURIComponent(teamId)}`;
const memberPath = (teamId: string, userId: string) =>
  `${pathOf(teamId)}/members/${encodeURIComponent(userId)}`;

export function listTeams(signal: AbortSignal): Promise<Team[]> {
  return listAll('/v1/teams', teamSchema, signal);
}

export async function createTeam(name: string, attempt: Attempt): Promise<Team> {
  return teamSchema.parse(await (await postOnce('/v1/teams', { name }, attempt)).json());
}

export async function renameTeam(teamId: string, name: string): Promise<void> {
  await postJson(pathOf(teamId), { name }, 'PATCH');
}

/** Asks members for a second factor from now on, or no longer. */
export async function requireTwoFactor(teamId: string, required: boolean): Promise<void> {
  await postJson(`${pathOf(teamId)}/two-factor`, { required }, 'PUT');
}

/** Makes another member the owner, and the one before an admin. */
export async function transferTeam(teamId: string, userId: string): Promise<void> {
  await postJson(`${pathOf(teamId)}/transfer`, { user_id: userId });
}

export async function deleteTeam(teamId: string, name: string): Promise<void> {
  await postJson(pathOf(teamId), { name }, 'DELETE');
}

export function listMembers(teamId: string, signal: AbortSignal): Promise<Member[]> {
  return listAll(`${pathOf(teamId)}/members`, memberSchema, signal);
}

export async function changeRole(teamId: string, userId: string, role: string): Promise<void> {
  await postJson(`${memberPath(teamId, userId)}/role`, { role }, 'PUT');
}

export async function removeMember(teamId: string, userId: string): Promise<void> {
  await callApi(memberPath(teamId, userId), { method: 'DELETE' });
}
