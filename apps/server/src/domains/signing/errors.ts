import { DomainError } from '../../platform/errors.ts';

export function secretNotFound(): DomainError {
  return new DomainError({
    kind: 'not_found',
    code: 'signing_secret_not_found',
    detail: 'There is no such signing secret in this team.',
    param: 'id',
  });
}

export function tooManySecrets(limit: number): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'too_many_signing_secrets',
    detail: `A team has at most ${limit} signing secrets at a time: revoke one first.`,
  });
}

/** Nothing of the team would work any more. */
export function noSecretLeft(): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'signing_secret_required',
    detail: 'While requests must be signed, the team needs a signing secret: make one first.',
  });
}
