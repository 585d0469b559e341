import { z } from 'zod';

/**
 * One line that pages and mails show: no control characters, and none of those that break a line or turn
 * the direction of what stands behind them. What joins letters and emoji stays.
 */
const oneLine = /^[ -~\u00a0-\u200a\u200c-\u2027\u202f-\u2065\u206a-\ufefe\uff00-\uffff]*$/;

/** What people call something. */
export function nameSchema({ max }: { readonly max: number }) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(oneLine, { error: 'must not hold control characters' });
}
