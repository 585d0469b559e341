import { DomainError } from '../../platform/errors.ts';
import {
  JobLost,
  JobRejected,
  QueueFull,
  QueueUnavailable,
  RunTimedOut,
  TenantBusy,
  WaitTimedOut,
} from '../../platform/queue/index.ts';

function nothingToSay(): DomainError {
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

export function notAcceptable(types: readonly string[]): DomainError {
  return new DomainError({
    code: 'not_acceptable',
    kind: 'not_acceptable',
    param: 'Accept',
    detail: `Accept: name one of ${types.join(', ')}, or leave it to the field "format".`,
  });
}

export function offsetBeyondEnd(offset: number, sizeBytes: number): DomainError {
  return new DomainError({
    code: 'offset_beyond_end',
    kind: 'out_of_range',
    param: 'offset',
    detail: `The audio has ${sizeBytes} bytes: there is nothing from byte ${offset} on.`,
  });
}

export function generationNotFound(): DomainError {
  return new DomainError({
    code: 'generation_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'There is no such generation in this team, or its stream can no longer be resumed.',
  });
}

export function generationOutdated(): DomainError {
  return new DomainError({
    code: 'generation_outdated',
    kind: 'conflict',
    param: 'id',
    detail: 'Another model serves by now, whose audio would not go on where this stream broke off.',
  });
}

export function malformedMessage(reason: string): DomainError {
  return new DomainError({
    code: 'malformed_message',
    kind: 'invalid',
    detail: `A message is one JSON object in a text frame, and this is none: ${reason}.`,
  });
}

export function tooManyConnections(limit: number): DomainError {
  return new DomainError({
    code: 'connection_limit_exceeded',
    kind: 'rate_limited',
    retryAfterSeconds: 5,
    detail: `Your team has ${limit} connections for live text open, which is all that its plan allows; close one, or open more contexts on one.`,
  });
}

export function contextNotFound(id: string): DomainError {
  return new DomainError({
    code: 'context_not_found',
    kind: 'not_found',
    param: 'context_id',
    detail: `context_id: no context "${id}" is open on this connection.`,
  });
}

export function contextTaken(id: string): DomainError {
  return new DomainError({
    code: 'context_taken',
    kind: 'conflict',
    param: 'context_id',
    detail: `context_id: "${id}" is open already.`,
  });
}

export function contextClosed(): DomainError {
  return new DomainError({
    code: 'context_closed',
    kind: 'conflict',
    param: 'context_id',
    detail: 'context_id: this context is closed, and takes no more text.',
  });
}

export function teamLost(): DomainError {
  return new DomainError({
    code: 'permission_denied',
    kind: 'forbidden',
    detail: 'You belong no more to the team that this context speaks for.',
  });
}

export function tooManyContexts(limit: number): DomainError {
  return new DomainError({
    code: 'too_many_contexts',
    kind: 'conflict',
    detail: `A connection has at most ${limit} contexts open at a time.`,
  });
}

export function tooMuchText(limit: number): DomainError {
  return new DomainError({
    code: 'too_much_text',
    kind: 'too_large',
    param: 'text',
    detail: `text: at most ${limit} characters of a context may wait to be said; send this again later.`,
  });
}

function overloaded({ retryAfterSeconds }: QueueFull): DomainError {
  return new DomainError({
    code: 'overloaded',
    kind: 'unavailable',
    retryAfterSeconds,
    detail: `All synthesis workers are busy; try again in ${retryAfterSeconds} s.`,
  });
}

function concurrencyLimitExceeded({ maxOpen, retryAfterSeconds }: TenantBusy): DomainError {
  return new DomainError({
    code: 'concurrency_limit_exceeded',
    kind: 'rate_limited',
    retryAfterSeconds,
    detail: `Your team has ${maxOpen} requests for speech under way or waiting, as many as its plan allows at once; try again in ${retryAfterSeconds} s.`,
  });
}

function queueTimeout({ place, waitedSeconds, retryAfterSeconds }: WaitTimedOut): DomainError {
  return new DomainError({
    code: 'queue_timeout',
    kind: 'timed_out',
    retryAfterSeconds,
    detail: `All synthesis workers were busy for ${waitedSeconds} s; the request had come to place ${place} of the queue. Nothing was made and nothing counts.`,
  });
}

function synthesisTimeout({ limitSeconds }: RunTimedOut): DomainError {
  return new DomainError({
    code: 'synthesis_timeout',
    kind: 'timed_out',
    detail: `The speech was not done after ${limitSeconds} s of computing. Nothing counts; a shorter text may do.`,
  });
}

export function notReady(reason = 'no synthesis worker has warmed up yet'): DomainError {
  return new DomainError({
    code: 'not_ready',
    kind: 'unavailable',
    retryAfterSeconds: 5,
    detail: `Not ready: ${reason}.`,
  });
}

function synthesisFailed(cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DomainError({
    code: 'synthesis_failed',
    kind: 'failed',
    detail: `The speech could not be made: ${reason}.`,
    cause,
  });
}

export function deadLetterNotFound(): DomainError {
  return new DomainError({
    code: 'dead_letter_not_found',
    kind: 'not_found',
    param: 'id',
    detail: 'There is no such dead letter; it was replayed, purged or kept for long enough.',
  });
}

export function deadLetterOutdated(): DomainError {
  return new DomainError({
    code: 'dead_letter_outdated',
    kind: 'conflict',
    param: 'id',
    detail: 'An earlier version of the server wrote this letter, and this one cannot replay it.',
  });
}

/** What the queue throws, in this domain's words; anything else as it is. */
export function explainQueueError(error: unknown): unknown {
  if (error instanceof JobRejected && error.code === 'nothing_to_say') return nothingToSay();
  if (error instanceof JobRejected && error.code === 'version_changed') {
    return notReady('another model has just taken over; send the request again');
  }
  if (error instanceof QueueUnavailable) return notReady('the queue does not answer');
  if (error instanceof QueueFull) return overloaded(error);
  if (error instanceof TenantBusy) return concurrencyLimitExceeded(error);
  if (error instanceof WaitTimedOut) return queueTimeout(error);
  if (error instanceof RunTimedOut) return synthesisTimeout(error);
  if (error instanceof JobRejected || error instanceof JobLost) return synthesisFailed(error);
  return error;
}
