import * as z from 'zod/mini';
import type { Attempt } from './attempt.ts';
import { callApi, postJson, postOnce } from './call-api.ts';
import { listAll } from './list-all.ts';

const invitationSchema = z.object({
  id: z.string(),
  /** Null: a link for whoever has it. */
  email: z.nullable(z.string()),
  role: z.string(),
  invited_by: z.nullable(z.object({ name: z.nullable(z.string()) })),
  expires_at: z.string(),
});

export type Invitation = z.infer<typeof invitationSchema>;

/** The link to pass on; null where it went by mail. */
const sentSchema = z.object({ url: z.nullable(z.string()) });

const pathOf = (teamId: string) => `/v1/teams/${encodeURIComponent(teamId)}`;
const invitationPath = (teamId: string, id: string) =>
  `${pathOf(teamId)}/invitations/${encodeURIComponent(id)}`;

export function listInvitations(teamId: string, signal: AbortSignal): Promise<Invitation[]> {
  return listAll(`${pathOf(teamId)}/invitations`, invitationSchema, signal);
}

/** By mail, or, without an address, by a link that is answered this one time. */
export async function invite(
  teamId: string,
  invitation: { email?: string; role: string },
  attempt: Attempt,
): Promise<string | null> {
  const response = await postOnce(`${pathOf(teamId)}/invite`, invitation, attempt);
  return sentSchema.parse(await response.json()).url;
}

/** With a new link, and new days; answers the link where it is to be passed on. */
export async function resendInvitation(teamId: string, id: string): Promise<string | null> {
  const response = await callApi(`${invitationPath(teamId, id)}/resend`, { method: 'POST' });
  return sentSchema.parse(await response.json()).url;
}

export async function revokeInvitation(teamId: string, id: string): Promise<void> {
  await callApi(invitationPath(teamId, id), { method: 'DELETE' });
}

const previewSchema = z.object({
  team: z.object({ name: z.string() }),
  role: z.string(),
  invited_by: z.nullable(z.object({ name: z.nullable(z.string()) })),
  /** The account must have this address; null: any will do. */
  email: z.nullable(z.string()),
  expires_at: z.string(),
});

export type InvitationPreview = z.infer<typeof previewSchema>;

export async function previewInvitation(
  token: string,
  signal: AbortSignal,
): Promise<InvitationPreview> {
  const headers = { 'x-voiceflow-invitation': token };
  const response = await callApi('/v1/invitations/preview', { headers, signal });
  return previewSchema.parse(await response.json());
}

/** Answers the id of the team that the person belongs to from now on. */
export async function acceptInvitation(token: string): Promise<string> {
  const response = await postJson('/v1/invitations/accept', { token });
  return z.object({ id: z.string() }).parse(await response.json()).id;
}
