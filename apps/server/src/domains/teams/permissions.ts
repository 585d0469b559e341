import type { Actor, Role } from '../../platform/context.ts';
import { permissionDenied } from './errors.ts';

/** What may be done within a team. A key's scopes are a subset of these, or `*` for all. */
export const permissions = [
  'speech.create',
  'voices.read',
  'keys.read',
  'keys.write',
  'usage.read',
  'audit.read',
] as const;
export type Permission = (typeof permissions)[number];

const everything: ReadonlySet<Permission> = new Set(permissions);
const ofRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: everything,
  admin: everything,
  developer: new Set(permissions.filter((permission) => permission !== 'audit.read')),
  viewer: new Set(['voices.read', 'keys.read', 'usage.read']),
};

export type TeamActor = Exclude<Actor, { kind: 'system' }>;

export function isAllowed(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'system':
      return true;
    case 'user':
      return ofRole[actor.role].has(permission);
    case 'key':
      return actor.scopes.includes('*') || actor.scopes.includes(permission);
  }
}

/** The actor, who belongs to a team and may do `permission` in it. Throws `permission_denied`. */
export function requirePermission(actor: Actor, permission: Permission): TeamActor {
  if (actor.kind === 'system' || !isAllowed(actor, permission)) throw permissionDenied(permission);
  return actor;
}
