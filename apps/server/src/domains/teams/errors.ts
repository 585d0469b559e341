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
  if (actor.kind === 'person') {
    return 'you belong to no team. Make one, or accept an invitation';
  }
  const eitherScope = scopes.map((scope) => `"${scope}"`).join(' or ');
  return scopes.length === 0
    ? `it takes a person with the role ${eitherRole}`
    : `it takes a key with the scope ${eitherScope}`;
}

export function teamRequiresTwoFactor(): DomainError {
  return new DomainError({
    code: 'team_requires_two_factor',
    kind: 'forbidden',
    detail:
      'This team, or this server, asks for a second factor. Turn yours on, or log in with a passkey.',
  });
}

export function ownSecondFactorFirst(): DomainError {
  return new DomainError({
    code: 'second_factor_first',
    kind: 'conflict',
    detail:
      'You would shut yourself out of the team: turn your own second factor on first, or log in with a passkey.',
  });
}

/** The same whether the team does not exist or is somebody else's. */
export function teamNotFound(): DomainError {
  return new DomainError({
    code: 'team_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'You belong to no such team.',
  });
}

export function memberNotFound(param = 'user_id'): DomainError {
  return new DomainError({
    code: 'member_not_found',
    kind: 'not_found',
    param,
    detail: 'There is no such member in this team.',
  });
}

/** Told to who has come through the team's identity provider. */
export function removedFromTeam(): DomainError {
  return new DomainError({
    code: 'removed_from_team',
    kind: 'forbidden',
    detail: 'The team has removed you. Ask it to invite you again, by mail to this address.',
  });
}

export function invitationNotFound(): DomainError {
  return new DomainError({
    code: 'invitation_not_found',
    kind: 'not_found',
    param: 'invitation_id',
    detail: 'There is no such invitation in this team: it is unknown, accepted or revoked.',
  });
}

export function personOnly(): DomainError {
  return new DomainError({
    code: 'user_required',
    kind: 'forbidden',
    detail: 'This is for a person: log in and send the access token, not an API key.',
  });
}

export function ownerStays(): DomainError {
  return new DomainError({
    code: 'owner_required',
    kind: 'conflict',
    param: 'user_id',
    detail: 'A team always has its owner. Hand the team over to another member first.',
  });
}

export function tooManyTeams(limit: number): DomainError {
  return new DomainError({
    code: 'too_many_teams',
    kind: 'conflict',
    detail: `You own ${limit} teams, and nobody may own more. Delete one or hand one over first.`,
  });
}

export function tooManyInvitations(limit: number): DomainError {
  return new DomainError({
    code: 'too_many_invitations',
    kind: 'conflict',
    detail: `${limit} invitations to this team are waiting, and no more may. Revoke some first.`,
  });
}

export function alreadyMember(param: string): DomainError {
  return new DomainError({
    code: 'already_member',
    kind: 'conflict',
    param,
    detail: `${param}: leads to somebody who belongs to this team already.`,
  });
}

export function alreadyInvited(): DomainError {
  return new DomainError({
    code: 'already_invited',
    kind: 'conflict',
    param: 'email',
    detail: 'email: an invitation waits for this address already. Send it again, or revoke it.',
  });
}

/** One answer for a token that is malformed, unknown, used, revoked or too old. */
export function invalidInvitation(param: string): DomainError {
  return new DomainError({
    code: 'invalid_invitation',
    kind: 'invalid',
    param,
    detail: `${param}: this invitation is not valid: it was used or revoked, or has run out. Ask for a new one.`,
  });
}

export function invitationForAnother(email: string): DomainError {
  return new DomainError({
    code: 'invitation_for_another',
    kind: 'forbidden',
    param: 'token',
    detail: `token: this invitation is for ${email}. Log in with that address, or ask for a new one.`,
  });
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

export function firstTeamStays(): DomainError {
  return new DomainError({
    code: 'first_team',
    kind: 'conflict',
    param: 'id',
    detail: 'This is the first team of this server, which the person at its machine acts in.',
  });
}

export function alreadyOwner(): DomainError {
  return new DomainError({
    code: 'already_owner',
    kind: 'conflict',
    param: 'user_id',
    detail: 'user_id: owns this team already.',
  });
}

export function alreadyOwned(email: string): DomainError {
  return new DomainError({
    code: 'already_owned',
    kind: 'conflict',
    detail: `The first team of this server belongs to ${email} already, who can hand it over.`,
  });
}

export function nameDiffers(): DomainError {
  return new DomainError({
    code: 'name_differs',
    kind: 'invalid',
    param: 'name',
    detail: 'name: type the name of the team exactly as it is, to show that you mean this one.',
  });
}
