import { hash } from 'node:crypto';
import { validate as isUuid, v5 as uuidv5 } from 'uuid';
import { z } from 'zod';
import { roles } from '../../platform/context.ts';

export const recordKinds = ['users', 'teams', 'team_members', 'api_keys', 'deployments'] as const;
export type RecordKind = (typeof recordKinds)[number];

// Chosen once; another value would give every imported record another id.
const idNamespace = '6f2a7d0c-3f1e-5f7b-9a53-2c7b8f0f4c11';

/** The UUID of an old id: itself if it is one, else one that is the same at every import. */
export function toUuid(kind: RecordKind, oldId: string): string {
  return isUuid(oldId) ? oldId.toLowerCase() : uuidv5(`${kind}/${oldId}`, idNamespace);
}

const oldId = z.union([z.string().trim().min(1).max(255), z.number().int()]).transform(String);
const shortText = z.string().trim().min(1).max(255);

/** RFC 3339, or seconds or milliseconds since 1970. */
const time = z.union([z.string(), z.number().nonnegative()]).transform((value, issues) => {
  const isMilliseconds = typeof value === 'number' && value > 1e11;
  const date = new Date(typeof value === 'number' && !isMilliseconds ? value * 1000 : value);
  if (!Number.isNaN(date.getTime())) return date;
  issues.addIssue('must be a time (RFC 3339, or seconds since 1970)');
  return z.NEVER;
});

const optionalTime = time.nullish();
const role = z.enum(roles);

const userShape = z.object({
  id: oldId,
  email: z.email().max(255),
  name: shortText.nullish(),
  password_hash: z.string().max(255).nullish(),
  created_at: optionalTime,
  updated_at: optionalTime,
});

const memberShape = z.object({
  team_id: oldId,
  user_id: oldId,
  role: role.default('developer'),
  invited_at: optionalTime,
});

/** Members within a team: a list of ids or of objects, or roles by user id. */
const membersOfTeam = z
  .union([
    z.array(z.union([oldId, z.object({ user_id: oldId, role: role.default('developer') })])),
    z.record(z.string(), z.union([role, z.object({ role })])),
  ])
  .transform((members) =>
    Array.isArray(members)
      ? members.map((member) =>
          typeof member === 'string' ? { user_id: member, role: 'developer' as const } : member,
        )
      : Object.entries(members).map(([user_id, value]) => ({
          user_id,
          role: typeof value === 'string' ? value : value.role,
        })),
  );

const teamShape = z.object({
  id: oldId,
  name: shortText,
  owner_id: oldId.optional(),
  plan: z.enum(['free', 'pro', 'enterprise']).default('free'),
  members: membersOfTeam.default([]),
  created_at: optionalTime,
});

const keyShape = z
  .object({
    id: oldId.optional(),
    team_id: oldId,
    name: shortText.default('Imported key'),
    key: z.string().min(16).max(255).optional(),
    key_hash: z
      .string()
      .transform((text) => text.toLowerCase().replace(/^sha256[:$]/, ''))
      .refine((text) => /^[0-9a-f]{64}$/.test(text), { error: 'must be SHA-256 in hex' })
      .optional(),
    key_prefix: z.string().max(20).optional(),
    mode: z.enum(['live', 'test']).optional(),
    created_by: oldId.nullish(),
    created_at: optionalTime,
    last_used_at: optionalTime,
    revoked_at: optionalTime,
    revoked: z.boolean().default(false),
    active: z.boolean().default(true),
  })
  .transform((record, issues) => {
    const { key, revoked, active, ...rest } = record;
    const keyHash = record.key_hash ?? (key && hash('sha256', key, 'hex'));
    if (!keyHash) {
      issues.addIssue({ code: 'custom', path: ['key_hash'], message: 'key_hash or key is needed' });
      return z.NEVER;
    }
    const shown = key ?? record.key_prefix ?? '';
    return {
      ...rest,
      id: record.id ?? keyHash,
      key_hash: keyHash,
      key_prefix: record.key_prefix ?? shown.slice(0, 12),
      mode: record.mode ?? (shown.startsWith('vf_test_') ? ('test' as const) : ('live' as const)),
      isRevoked: revoked || !active || record.revoked_at != null,
    };
  });

const deploymentShape = z.object({
  id: oldId,
  team_id: oldId,
  name: shortText,
  gpu_type: z.string().max(100).nullish(),
  status: z.string().min(1).max(50).default('stopped'),
  endpoint: z.string().max(500).nullish(),
  hourly_cost: z
    .union([z.number(), z.string()])
    .transform(String)
    .refine((text) => /^\d{1,6}(\.\d{1,4})?$/.test(text), {
      error: 'must be a decimal number with at most 4 places',
    })
    .nullish(),
  created_at: optionalTime,
  stopped_at: optionalTime,
});

export const recordShapes = {
  users: userShape,
  teams: teamShape,
  team_members: memberShape,
  api_keys: keyShape,
  deployments: deploymentShape,
} as const;

export type OldRecord<K extends RecordKind> = z.output<(typeof recordShapes)[K]>;

/** Other names that a field goes by in older stores. */
export const fieldAliases: Readonly<Record<RecordKind, Readonly<Record<string, string>>>> = {
  users: { user_id: 'id', full_name: 'name', password: 'password_hash' },
  teams: { team_id: 'id', owner: 'owner_id', owner_user_id: 'owner_id' },
  team_members: {
    team: 'team_id',
    user: 'user_id',
    created_at: 'invited_at',
    joined_at: 'invited_at',
  },
  api_keys: {
    key_id: 'id',
    team: 'team_id',
    hash: 'key_hash',
    prefix: 'key_prefix',
    api_key: 'key',
    user_id: 'created_by',
    last_used: 'last_used_at',
  },
  deployments: {
    deployment_id: 'id',
    team: 'team_id',
    gpu: 'gpu_type',
    url: 'endpoint',
    cost_per_hour: 'hourly_cost',
  },
};
