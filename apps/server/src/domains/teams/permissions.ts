import { type Actor, type Role, roles } from '../../platform/context.ts';
import { permissionDenied, teamRequiresTwoFactor } from './errors.ts';

/** What a key may be made for. Each scope holds the actions that name it below; `*` holds them all. */
export const scopes = [
  { scope: 'generate', means: 'Make speech, and see the voices' },
  { scope: 'voices', means: 'See the voices' },
  { scope: 'usage', means: 'See what was used' },
  { scope: 'keys', means: 'See, make and revoke keys' },
  { scope: 'webhooks', means: 'See, make and change webhooks' },
  { scope: 'audit', means: 'Read the audit log' },
  { scope: 'teams', means: 'See and change the team, its members and its invitations' },
] as const;
export type Scope = (typeof scopes)[number]['scope'];
export const scopeNames: readonly Scope[] = scopes.map(({ scope }) => scope);

/**
 * What may be done within a team, and by whom. The one table: routes, web app, tests and the page
 * `apps/docs/docs/security/roles.md` follow it. Each role may do whatever a lesser one may.
 */
const table = [
  {
    action: 'voices.read',
    means: 'See the voices',
    role: 'viewer',
    scopes: ['generate', 'voices'],
  },
  { action: 'usage.read', means: 'See what was used', role: 'viewer', scopes: ['usage'] },
  { action: 'keys.read', means: 'See the keys', role: 'viewer', scopes: ['keys'] },
  { action: 'team.read', means: 'See the team', role: 'viewer', scopes: ['teams'] },
  { action: 'members.read', means: 'See the members', role: 'viewer', scopes: ['teams'] },
  {
    action: 'client_tokens.create',
    means: 'Make client tokens for pages',
    role: 'developer',
    scopes: ['generate'],
  },
  { action: 'speech.create', means: 'Make speech', role: 'developer', scopes: ['generate'] },
  { action: 'keys.write', means: 'Make and revoke keys', role: 'developer', scopes: ['keys'] },
  { action: 'audit.read', means: 'Read the audit log', role: 'admin', scopes: ['audit'] },
  { action: 'team.update', means: 'Change the name of the team', role: 'admin', scopes: ['teams'] },
  {
    action: 'members.invite',
    means: 'Invite, and see invitations',
    role: 'admin',
    scopes: ['teams'],
  },
  {
    action: 'members.update',
    means: 'Change the role of a member',
    role: 'admin',
    scopes: ['teams'],
  },
  { action: 'members.remove', means: 'Remove a member', role: 'admin', scopes: ['teams'] },
  {
    action: 'webhooks.read',
    means: 'See the webhooks and what was sent to them',
    role: 'developer',
    scopes: ['webhooks'],
  },
  {
    action: 'webhooks.write',
    means: 'Make, change, try and delete webhooks',
    role: 'admin',
    scopes: ['webhooks'],
  },
  {
    action: 'signing.manage',
    means: 'See, make and revoke signing secrets, and ask for signed requests',
    role: 'admin',
    scopes: [],
  },
  {
    action: 'two_factor.require',
    means: 'Ask members for a second factor',
    role: 'admin',
    scopes: [],
  },
  { action: 'sso.manage', means: 'See and set how the team logs in', role: 'admin', scopes: [] },
  {
    action: 'team.transfer',
    means: 'Hand the team over to another owner',
    role: 'owner',
    scopes: [],
  },
  { action: 'team.delete', means: 'Delete the team', role: 'owner', scopes: [] },
] as const;

export type Action = (typeof table)[number]['action'];

export interface Rule {
  readonly action: Action;
  readonly means: string;
  /** The least of the roles that may do it. */
  readonly role: Role;
  /** The scopes that let a key do it. None: it takes a person. */
  readonly scopes: readonly Scope[];
}

export const rules: readonly Rule[] = table;
export const actions: readonly Action[] = rules.map(({ action }) => action);

const ruleOf = new Map(rules.map((rule) => [rule.action, rule]));

export type TeamActor = Exclude<Actor, { kind: 'system' | 'person' }>;

/** The roles that may do something, the highest first. */
export function rolesFor(action: Action): readonly Role[] {
  const least = ruleOf.get(action)?.role;
  return least === undefined ? [] : roles.slice(0, roles.indexOf(least) + 1);
}

export function isAllowed(actor: Actor, action: Action): boolean {
  switch (actor.kind) {
    case 'system':
      return true;
    case 'person':
      return false;
    case 'user':
      return (
        !actor.lacksSecondFactor &&
        rolesFor(action).includes(actor.role) &&
        (actor.client?.scopes.some((scope) => holds(scope, action)) ?? true)
      );
    case 'key':
      return actor.scopes.some((scope) => holds(scope, action));
  }
}

/** Keys of earlier versions have actions for scopes: `keys.read`. */
function holds(scope: string, action: Action): boolean {
  const named: readonly string[] = ruleOf.get(action)?.scopes ?? [];
  return named.includes(scope) || (named.length > 0 && (scope === '*' || scope === action));
}

/** Whether an actor may do all that a scope lets a key do, and so may make a key with it. */
export function mayGive(actor: Actor, scope: Scope): boolean {
  return actions
    .filter((action) => holds(scope, action))
    .every((action) => isAllowed(actor, action));
}

/** Whether a key with these scopes may do more than a person with this role. */
export function exceedsRole(scopes: readonly string[], role: Role): boolean {
  return actions.some(
    (action) => scopes.some((scope) => holds(scope, action)) && !rolesFor(action).includes(role),
  );
}

/**
 * The actor, who belongs to a team and may do `action` in it.
 * @throws DomainError `permission_denied`, `team_requires_two_factor`
 */
export function requirePermission(actor: Actor, action: Action): TeamActor {
  if (actor.kind === 'user' && actor.lacksSecondFactor) throw teamRequiresTwoFactor();
  if (actor.kind === 'system' || actor.kind === 'person' || !isAllowed(actor, action)) {
    throw permissionDenied(actor, action, ruleOf.get(action)?.scopes ?? [], rolesFor(action));
  }
  return actor;
}
