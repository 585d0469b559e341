import { z } from 'zod';
import { type Actor, roles } from '../../platform/context.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { actions, isAllowed, type TeamActor } from './permissions.ts';

export const teamIdSchema = z
  .string()
  .refine((text) => parseId('team', text) !== undefined, { error: 'must be a team id (team_…)' })
  .meta({ example: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const roleSchema = z.enum(roles).meta({ example: 'developer' });

export const permissionsSchema = z
  .object({
    team_id: teamIdSchema,
    role: roleSchema.nullable().describe('Of the person who calls; null for a key.'),
    scopes: z.array(z.string()).nullable().describe('Of the key that calls; null for a person.'),
    actions: z.array(z.enum(actions)).describe('All that the caller may do in this team.'),
  })
  .meta({
    id: 'Permissions',
    example: {
      team_id: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6',
      role: 'viewer',
      scopes: null,
      actions: ['voices.read', 'usage.read', 'keys.read', 'team.read', 'members.read'],
    },
  });

export function presentPermissions(actor: TeamActor): z.output<typeof permissionsSchema> {
  return {
    team_id: formatId('team', actor.teamId),
    role: actor.kind === 'user' ? actor.role : null,
    scopes: actor.kind === 'key' ? [...actor.scopes] : null,
    actions: allowedActions(actor),
  };
}

function allowedActions(actor: Actor) {
  return actions.filter((action) => isAllowed(actor, action));
}
