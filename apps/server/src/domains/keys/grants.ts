import type { Context, KeyMode } from '../../platform/context.ts';
import { actions, isAllowed, mayGive, scopeNames, type TeamActor } from '../teams/index.ts';
import { autoRotateNeedsEnd, boundsExceeded, expiryExceeded, scopeExceeded } from './errors.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The scopes that an actor asks for, none of which it may lack. @throws DomainError `scope_exceeded` */
export function grantScopes(actor: TeamActor, scopes: readonly string[]): readonly string[] {
  // `*` asks for nothing: it stands for whatever the maker has.
  const asked = scopeNames.filter((scope) => scopes.includes(scope));
  const exceeded = asked.find((scope) => !mayGive(actor, scope));
  if (exceeded) throw scopeExceeded(exceeded);
  return grantedScopes(actor, scopes);
}

/** `*` from whoever is limited means what they may do today, not what `*` may come to mean. */
function grantedScopes(actor: TeamActor, scopes: readonly string[]): readonly string[] {
  if (!scopes.includes('*')) return scopes;
  if (actor.kind === 'key') return actor.scopes;
  const held = scopeNames.filter((scope) => mayGive(actor, scope));
  return held.length < scopeNames.length ? held : scopes;
}

/** Who gets a secret of a key may do what the key may. @throws DomainError `scope_exceeded` */
export function requireScopes(actor: TeamActor, scopes: readonly string[]): void {
  const exceeded = scopes.find((scope) => !holds(actor, scope));
  if (exceeded) throw scopeExceeded(exceeded);
}

function holds(actor: TeamActor, scope: string): boolean {
  if (scope === '*') return scopeNames.every((each) => mayGive(actor, each));
  // Keys of earlier versions have actions for scopes.
  const action = actions.find((each) => each === scope);
  const named = scopeNames.find((each) => each === scope);
  return action ? isAllowed(actor, action) : named !== undefined && mayGive(actor, named);
}

/** When a key ends whose lifetime begins now; null: never. */
export function endOfLifetime(ctx: Context, lifetimeDays: number | null): Date | null {
  if (lifetimeDays === null) return null;
  return new Date(ctx.clock.now().getTime() + lifetimeDays * dayMs);
}

/** What never ends has no next secret. @throws DomainError `invalid_field` */
export function requireEndToRotate(autoRotate: boolean, expiresAt: Date | null): void {
  if (autoRotate && !expiresAt) throw autoRotateNeedsEnd();
}

/** A stolen key must not live on in those that it makes. @throws DomainError `expiry_exceeded` */
export function requireNoLaterEnd(actor: TeamActor, expiresAt: Date | null): void {
  if (actor.kind !== 'key' || actor.expiresAtMs === undefined) return;
  if (expiresAt && expiresAt.getTime() <= actor.expiresAtMs) return;
  throw expiryExceeded(new Date(actor.expiresAtMs));
}

/**
 * A key that is bound itself must not be loosed by another: a test key deals with test keys alone, and
 * one with a rate or a budget with none, since several keys would multiply what it may use.
 * @throws DomainError `bounds_exceeded`
 */
export function requireNoFewerBounds(actor: TeamActor, mode: KeyMode): void {
  if (actor.kind !== 'key') return;
  const rationed = actor.requestsPerMinute !== undefined || actor.budget !== undefined;
  if (rationed || (actor.mode === 'test' && mode === 'live')) throw boundsExceeded();
}
