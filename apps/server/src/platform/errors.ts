/** What went wrong in the domain's own words; `platform/http` alone maps a kind to an HTTP status. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  /** What was set aside for this is used up. */
  | 'exhausted'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  /** Nothing of what the caller would take can be given. */
  | 'not_acceptable'
  | 'conflict'
  | 'unprocessable'
  | 'upgrade_required'
  | 'too_large'
  | 'unsupported_media'
  | 'out_of_range'
  | 'rate_limited'
  | 'unavailable'
  /** The answer did not come within the time set for it: a 504. */
  | 'timed_out'
  /** The work failed for no fault of the caller, and may be tried again: a 500. */
  | 'failed';

export interface DomainErrorOptions {
  readonly code: string;
  readonly kind: ErrorKind;
  /** A sentence for the caller: names the field, the limit and what was given. Never a secret. */
  readonly detail: string;
  /** The field at fault, as the caller spelled it (`voice`, `items.0.text`). */
  readonly param?: string;
  /** When it makes sense to try again (with `rate_limited`, `unavailable`, `timed_out`). */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** An error that the caller caused or may act on. Anything else that is thrown is our fault: a 500. */
export class DomainError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly param: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: DomainErrorOptions) {
    super(options.detail, { cause: options.cause });
    this.name = 'DomainError';
    this.code = options.code;
    this.kind = options.kind;
    this.detail = options.detail;
    this.param = options.param;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
