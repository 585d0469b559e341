import { z } from 'zod';
import { DomainError } from '../errors.ts';

/** How long a key is bound to its request. */
export const idempotencyMs = 24 * 60 * 60 * 1000;

/** A header's schema: `headers: idempotencyHeaders` on every POST that costs or makes something. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters without spaces')
    .optional()
    .meta({
      description:
        'Makes a retry safe for 24 hours: the same key with the same request gives the same answer, and nothing is counted or made twice; with another request it is refused (422).',
      example: 'order-7431-greeting',
    }),
});

export function idempotencyKeyReused(): DomainError {
  return new DomainError({
    code: 'idempotency_key_reused',
    kind: 'unprocessable',
    param: 'Idempotency-Key',
    detail: 'This Idempotency-Key was used for another request within the last 24 hours.',
  });
}

/** The secret of this installation is another one by now. */
export function idempotentAnswerLost(): DomainError {
  return new DomainError({
    code: 'idempotent_answer_lost',
    kind: 'conflict',
    param: 'Idempotency-Key',
    detail:
      'This Idempotency-Key was answered before, but the answer cannot be read any more. Look whether what you asked for is there before you use another key.',
  });
}
