import { DomainError } from '../../platform/errors.ts';

export function planLacksSso(): DomainError {
  return new DomainError({
    code: 'plan_required',
    kind: 'forbidden',
    detail: 'Single sign-on comes with the plan enterprise.',
  });
}

export function ssoNotFound(param = 'email'): DomainError {
  return new DomainError({
    code: 'sso_not_found',
    kind: 'not_found',
    param,
    detail: 'No team has single sign-on for this. Log in with your password, or ask your team.',
  });
}

/** Told only to who has proven who they are. */
export function ssoRequired(): DomainError {
  return new DomainError({
    code: 'sso_required',
    kind: 'forbidden',
    detail: 'Your team logs in through its identity provider: use single sign-on.',
  });
}

export function ssoForeignAddress(): DomainError {
  return new DomainError({
    code: 'sso_foreign_address',
    kind: 'forbidden',
    detail:
      'Your address, there or here, is in none of the domains that the team has proven to be its own.',
  });
}

export function clientSecretRequired(): DomainError {
  return new DomainError({
    code: 'invalid_field',
    kind: 'invalid',
    param: 'client_secret',
    detail: 'client_secret: is needed, because issuer or client are new.',
  });
}

export function invalidIssuer(detail: string): DomainError {
  return new DomainError({
    code: 'invalid_issuer',
    kind: 'invalid',
    param: 'issuer',
    detail: `issuer: ${detail}`,
  });
}

export function domainNotFound(): DomainError {
  return new DomainError({
    code: 'domain_not_found',
    kind: 'not_found',
    param: 'domain',
    detail: 'The team has no such domain.',
  });
}

export function tooManyDomains(limit: number): DomainError {
  return new DomainError({
    code: 'too_many_domains',
    kind: 'conflict',
    detail: `A team has at most ${limit} domains.`,
  });
}

export function domainTaken(): DomainError {
  return new DomainError({
    code: 'domain_taken',
    kind: 'conflict',
    param: 'domain',
    detail: 'Another team has proven that this domain is its own.',
  });
}

export function domainUnproven(domain: string, record: string): DomainError {
  return new DomainError({
    code: 'domain_unproven',
    kind: 'conflict',
    param: 'domain',
    detail: `The DNS shows no TXT record "${record}" at ${domain}. A new record may take some minutes to be seen.`,
  });
}

export function dnsUnavailable(cause: unknown): DomainError {
  return new DomainError({
    code: 'dns_unavailable',
    kind: 'unavailable',
    detail: 'The DNS does not answer at this moment; try again in 10 s.',
    retryAfterSeconds: 10,
    cause,
  });
}
