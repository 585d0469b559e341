import { z } from 'zod';

/** A header's schema: `headers: idempotencyHeaders` on every POST that costs something. */
export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters without spaces')
    .optional()
    .meta({
      description:
        'Makes a retry safe for 24 hours: the same key with the same request gives the same bytes and is counted once; with another request it is refused (422).',
      example: 'order-7431-greeting',
    }),
});
