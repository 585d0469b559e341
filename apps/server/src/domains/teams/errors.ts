import type { Actor, Role } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';

export function permissionDenied(
  actor: Actor,
  action: string,
  scopes: readonly string[],
  roles: readonly Role[],
): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: `This credential may not do "${action}": ${neededBy(actor, scopes, roles)}.`,
  });
}

function neededBy(actor: Actor, scopes: readonly string[], roles: readonly Role[]): string {
  const eitherRole = roles.join(' or ');
  if (actor.kind === 'user') return `it takes the role ${eitherRole}, and yours is ${actor.role}`;
  const eitherScope = scopes.map((scope) => `"${scope}"`).join(' or ');
  return scopes.length === 0
    ? `it takes a person with the role ${eitherRole}`
    : `it takes a key with the scope ${eitherScope}`;
}

export function systemOnly(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: 'Only the server itself may do this.',
  });
}

export function operatorOnly(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail:
      'Only the operator of this server may do this: an owner or admin of its first team, in person.',
  });
}
