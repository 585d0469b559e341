import { z } from 'zod';
import { type Actor, guestRoles, roles } from '../../platform/context.ts';
import { pageSize } from '../../platform/decimal-text.ts';
import { formatId, parseId } from '../../platform/ids.ts';
import { nameSchema } from '../../platform/name-schema.ts';
import type { Member } from './member-store.ts';
import { actions, isAllowed, mayGive, scopeNames, scopes } from './permissions.ts';
import type { SeenTeam } from './service.ts';
import { plans } from './store.ts';

export const teamIdSchema = z
  .string()
  .refine((text) => parseId('team', text) !== undefined, { error: 'must be a team id (team_…)' })
  .meta({ example: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const userIdSchema = z
  .string()
  .refine((text) => parseId('user', text) !== undefined, { error: 'must be a user id (user_…)' })
  .meta({ example: 'user_01jd3x5qf8e5v9b1m2n3p4q5r6' });

export const roleSchema = z.enum(roles).meta({ example: 'developer' });

/** The owner's is not given but handed over. */
export const guestRoleSchema = z.enum(guestRoles).meta({ example: 'developer' });

export const teamPath = z.strictObject({ id: teamIdSchema });
export const memberPath = z.strictObject({ id: teamIdSchema, user_id: userIdSchema });

const teamName = nameSchema({ max: 100 }).meta({ example: 'Voices of Babbage' });

export const createTeamSchema = z.strictObject({ name: teamName }).meta({ id: 'CreateTeam' });

export const updateTeamSchema = z
  .strictObject({ name: teamName.optional() })
  .refine((fields) => Object.keys(fields).length > 0, {
    path: ['name'],
    error: 'give what shall change',
  })
  .meta({ id: 'UpdateTeam' });

export const teamSchema = z
  .object({
    id: teamIdSchema,
    name: z.string(),
    plan: z.enum(plans),
    role: roleSchema.nullable().describe('That of the person who asks; null for a key.'),
    // An answer that was kept for an idempotency key before may lack it.
    two_factor_required: z
      .boolean()
      .default(false)
      .describe('Whether members need a second factor to act in the team.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Team' });

export const listTeamsSchema = z.strictObject({
  limit: pageSize(),
  cursor: teamIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const teamPageSchema = z
  .object({ data: z.array(teamSchema), next_cursor: teamIdSchema.nullable() })
  .meta({ id: 'TeamPage' });

export const memberSchema = z
  .object({
    user_id: userIdSchema,
    name: z.string().nullable(),
    email: z.string(),
    role: roleSchema,
    joined_at: z.iso.datetime(),
  })
  .meta({ id: 'Member' });

export const listMembersSchema = z.strictObject({
  limit: pageSize(),
  cursor: userIdSchema.optional().describe('The `next_cursor` of the page before.'),
});

export const memberPageSchema = z
  .object({ data: z.array(memberSchema), next_cursor: userIdSchema.nullable() })
  .meta({ id: 'MemberPage' });

export const changeRoleSchema = z
  .strictObject({
    role: guestRoleSchema.describe('The role of an owner is handed over, not given.'),
  })
  .meta({ id: 'ChangeRole' });

export const requireTwoFactorSchema = z
  .strictObject({
    required: z.boolean().describe('Whether members need a second factor to act in the team.'),
  })
  .meta({ id: 'RequireTwoFactor', example: { required: true } });

export const transferTeamSchema = z
  .strictObject({ user_id: userIdSchema.describe('A member, who becomes the owner.') })
  .meta({ id: 'TransferTeam' });

export const deleteTeamSchema = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(255)
      .describe('The name of the team, exactly as it is.')
      .meta({ example: 'Voices of Babbage' }),
  })
  .meta({ id: 'DeleteTeam' });

export const permissionsSchema = z
  .object({
    team_id: teamIdSchema.nullable().describe('Null for a person who belongs to no team.'),
    role: roleSchema.nullable().describe('Of the person who calls; null for a key.'),
    scopes: z.array(z.string()).nullable().describe('Of the key that calls; null for a person.'),
    actions: z.array(z.enum(actions)).describe('All that the caller may do there.'),
    may_give: z
      .array(z.object({ scope: z.enum(scopeNames), means: z.string() }))
      .describe('The scopes of the keys that the caller may make.'),
    operator: z
      .boolean()
      .describe('Whether the caller is the operator of this server, who may call `/v1/operator`.'),
  })
  .meta({
    id: 'Permissions',
    example: {
      team_id: 'team_01jd3x5qf8e5v9b1m2n3p4q5r6',
      role: 'viewer',
      scopes: null,
      actions: ['voices.read', 'usage.read', 'keys.read', 'team.read', 'members.read'],
      may_give: [],
      operator: false,
    },
  });

export function presentTeam(team: SeenTeam): z.output<typeof teamSchema> {
  return {
    id: formatId('team', team.id),
    name: team.name,
    plan: plans.find((plan) => plan === team.plan) ?? 'free',
    role: team.role,
    two_factor_required: team.twoFactorRequired,
    created_at: team.createdAt.toISOString(),
  };
}

export function presentMember(member: Member): z.output<typeof memberSchema> {
  return {
    user_id: formatId('user', member.userId),
    name: member.name,
    email: member.email,
    role: member.role,
    joined_at: member.joinedAt.toISOString(),
  };
}

export function presentPermissions(
  actor: Actor,
  operator: boolean,
): z.output<typeof permissionsSchema> {
  return {
    team_id: 'teamId' in actor ? formatId('team', actor.teamId) : null,
    role: actor.kind === 'user' ? actor.role : null,
    scopes: actor.kind === 'key' ? [...actor.scopes] : null,
    actions: actions.filter((action) => isAllowed(actor, action)),
    may_give: isAllowed(actor, 'keys.write')
      ? scopes.filter(({ scope }) => mayGive(actor, scope))
      : [],
    operator,
  };
}
