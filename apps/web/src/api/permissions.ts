import * as z from 'zod/mini';
import { callApi } from './call-api.ts';

/** What the pages ask for, of the server's table. */
export type Action =
  | 'keys.read'
  | 'keys.write'
  | 'team.read'
  | 'team.update'
  | 'team.transfer'
  | 'team.delete'
  | 'members.invite'
  | 'members.update'
  | 'members.remove'
  | 'audit.read'
  | 'signing.manage'
  | 'two_factor.require'
  | 'sso.manage'
  | 'webhooks.read'
  | 'webhooks.write';

export const permissionsQueryKey = ['permissions'];

const permissionsSchema = z.object({
  /** Null for who belongs to no team. */
  team_id: z.nullable(z.string()),
  role: z.nullable(z.string()),
  actions: z.array(z.string()),
  may_give: z.array(z.object({ scope: z.string(), means: z.string() })),
  /** Whether they look after this server. */
  operator: z.boolean(),
});

export type Permissions = z.infer<typeof permissionsSchema>;

/** What the person here may do in the team that they act in. */
export async function fetchPermissions(signal: AbortSignal): Promise<Permissions> {
  const response = await callApi('/v1/me/permissions', { signal });
  return permissionsSchema.parse(await response.json());
}
