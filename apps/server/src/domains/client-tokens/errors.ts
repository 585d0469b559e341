import { DomainError } from '../../platform/errors.ts';

/** One answer for what is malformed, unknown, past its end, or made by who may no longer. */
export function invalidClientToken(): DomainError {
  return new DomainError({
    code: 'invalid_client_token',
    kind: 'unauthenticated',
    param: 'Authorization',
    detail:
      'This client token is not valid: it is unknown, past its end, or whoever made it is gone.',
  });
}

export function wrongOrigin(origin: string): DomainError {
  return new DomainError({
    code: 'origin_not_allowed',
    kind: 'forbidden',
    param: 'Origin',
    detail: `Origin: this client token is for pages of ${origin} alone.`,
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

export function budgetExceeded(what: 'characters' | 'seconds', left: number): DomainError {
  return new DomainError({
    code: 'client_token_budget_exceeded',
    kind: 'forbidden',
    detail: `This client token has ${Math.max(0, Math.floor(left))} ${what} left, which is not enough for this.`,
  });
}
