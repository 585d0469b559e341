import type { ErrorKind, ProblemCode } from './problem-guide.ts';

export type { ErrorKind, ProblemCode } from './problem-guide.ts';

interface ErrorDetails {
  /** A sentence for the caller: names the field, the limit and what was given. Never a secret. */
  readonly detail: string;
  /** The field at fault, as the caller spelled it (`voice`, `items.0.text`). */
  readonly param?: string;
  /** When it makes sense to try again (with `rate_limited`, `unavailable`, `timed_out`). */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A code belongs to the kind under which `problem-guide.ts` says what it means. */
export type DomainErrorOptions = {
  [Kind in ErrorKind]: ErrorDetails & { readonly kind: Kind; readonly code: ProblemCode<Kind> };
}[ErrorKind];

/** An error that the caller caused or may act on. Anything else that is thrown is our fault: a 500. */
export class DomainError extends Error {
  readonly code: ProblemCode;
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
