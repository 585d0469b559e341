import { DomainError } from '../../platform/errors.ts';

export function nothingToSay(): DomainError {
  return new DomainError({
    code: 'nothing_to_say',
    kind: 'invalid',
    param: 'text',
    detail:
      'text: there is nothing here that can be said; it holds only punctuation, symbols or scripts that this engine cannot read.',
  });
}

export function cloningUnavailable(): DomainError {
  return new DomainError({
    code: 'cloning_unavailable',
    kind: 'invalid',
    param: 'voice_ref',
    detail: 'voice_ref: cloning is not available yet; leave the field out and name a voice.',
  });
}

export function idempotencyKeyReused(): DomainError {
  return new DomainError({
    code: 'idempotency_key_reused',
    kind: 'unprocessable',
    param: 'Idempotency-Key',
    detail: 'This Idempotency-Key was used for another request within the last 24 hours.',
  });
}

export function overloaded(retryAfterSeconds: number): DomainError {
  return new DomainError({
    code: 'overloaded',
    kind: 'unavailable',
    retryAfterSeconds,
    detail: `All synthesis workers are busy; try again in ${retryAfterSeconds} s.`,
  });
}

export function notReady(): DomainError {
  return new DomainError({
    code: 'not_ready',
    kind: 'unavailable',
    retryAfterSeconds: 5,
    detail: 'Not ready: no synthesis worker has warmed up yet.',
  });
}

export function synthesisFailed(cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DomainError({
    code: 'synthesis_failed',
    kind: 'failed',
    detail: `The speech could not be made: ${reason}.`,
    cause,
  });
}
