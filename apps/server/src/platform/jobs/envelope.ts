import { z } from 'zod';

/** An event as it lies in a queue. */
export const envelopeSchema = z.object({
  id: z.string(),
  teamId: z.string().nullable(),
  createdAt: z.coerce.date(),
  payload: z.record(z.string(), z.unknown()),
});
