import { DomainError } from '../errors.ts';

export function signInDenied(cause?: unknown): DomainError {
  return new DomainError({
    code: 'sign_in_denied',
    kind: 'forbidden',
    detail: 'The provider says that you did not allow this log-in.',
    cause,
  });
}

/** What exactly did not fit is in the log: it helps whoever set the provider up, or an attacker. */
export function signInFailed(cause?: unknown): DomainError {
  return new DomainError({
    code: 'sign_in_failed',
    kind: 'unauthenticated',
    detail: 'The answer of the provider cannot be trusted, or was used already. Log in again.',
    cause,
  });
}

export function providerUnavailable(cause?: unknown): DomainError {
  return new DomainError({
    code: 'provider_unavailable',
    kind: 'unavailable',
    detail: 'The provider cannot be reached at this moment; try again in 5 s.',
    retryAfterSeconds: 5,
    cause,
  });
}

const networkCodes =
  /^(?:ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|CERT_|ERR_TLS|ABORT_ERR|DEPTH_ZERO)/;

/** What an OAuth client threw, in our words. */
export function describeOAuthFailure(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (!(error instanceof Error)) return signInFailed(error);
  if ('error' in error && error.error === 'access_denied') return signInDenied(error);
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 0;
  const code = 'code' in error ? String(error.code) : '';
  const timedOut = code === 'OAUTH_TIMEOUT';
  const unreachable = error.message === 'fetch failed' || networkCodes.test(code);
  return timedOut || unreachable || status >= 500
    ? providerUnavailable(error)
    : signInFailed(error);
}
