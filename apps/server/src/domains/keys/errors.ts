import { DomainError } from '../../platform/errors.ts';

/** One answer for a key that is malformed, unknown or revoked: a guesser learns nothing. */
export function invalidKey(): DomainError {
  return new DomainError({
    code: 'invalid_api_key',
    kind: 'unauthenticated',
    detail: 'This API key is not valid: it is malformed, unknown or revoked.',
  });
}

/** For who holds the whole key, and no guesser does. */
export function keyExpired(endedAt: Date): DomainError {
  return new DomainError({
    code: 'api_key_expired',
    kind: 'unauthenticated',
    detail: `This API key ended at ${endedAt.toISOString()}.`,
  });
}

export function keyNotFound(): DomainError {
  return new DomainError({
    code: 'key_not_found',
    kind: 'not_found',
    detail: 'There is no such key in this team.',
    param: 'id',
  });
}

export function scopeExceeded(scope: string): DomainError {
  return new DomainError({
    code: 'scope_exceeded',
    kind: 'forbidden',
    detail: `A credential cannot give away the scope "${scope}", which it lacks itself.`,
    param: 'scopes',
  });
}

export function keyRevoked(): DomainError {
  return new DomainError({
    code: 'key_revoked',
    kind: 'conflict',
    detail: 'This key is revoked, and stays so. Make another one.',
    param: 'id',
  });
}

export function expiryExceeded(ownEnd: Date): DomainError {
  return new DomainError({
    code: 'expiry_exceeded',
    kind: 'forbidden',
    detail: `A key that ends, as yours does at ${ownEnd.toISOString()}, cannot make one that ends later.`,
    param: 'lifetime_days',
  });
}

export function boundsExceeded(): DomainError {
  return new DomainError({
    code: 'bounds_exceeded',
    kind: 'forbidden',
    detail:
      'A key in test mode deals with test keys alone, and one with a rate or a budget of its own makes and changes none. Log in, or take a key that is not bound so.',
  });
}

export function rotationUnderWay(previousEndsAt: Date): DomainError {
  return new DomainError({
    code: 'rotation_under_way',
    kind: 'conflict',
    detail: `The secret before the present one works until ${previousEndsAt.toISOString()}, and both are in use: wait, or end the overlap.`,
    param: 'id',
  });
}

export function autoRotateNeedsEnd(): DomainError {
  return new DomainError({
    code: 'invalid_field',
    kind: 'invalid',
    detail: 'auto_rotate: needs a lifetime_days, at whose end the key rotates.',
    param: 'auto_rotate',
  });
}

export function noSuccessor(): DomainError {
  return new DomainError({
    code: 'no_successor',
    kind: 'conflict',
    detail: 'No next secret of this key lies ready; to have one now, rotate the key.',
    param: 'id',
  });
}
