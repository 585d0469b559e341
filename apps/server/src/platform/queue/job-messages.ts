import { z } from 'zod';

/** What lies in the store: who waits for the job, and under which version it is to be made. */
export const envelopeSchema = z.object({
  replyTo: z.string(),
  version: z.string().nullable(),
  payload: z.unknown(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

/** How a job ended in its worker without a result. */
const endingSchema = z.discriminatedUnion('why', [
  z.object({ why: z.literal('refused'), code: z.string(), detail: z.string() }),
  z.object({ why: z.literal('lost'), detail: z.string() }),
  z.object({ why: z.literal('overdue') }),
]);

export type Ending = z.infer<typeof endingSchema>;

/** Of one attempt's messages, counted from 0: a repeated one is known by it, and a gap as well. */
const place = { job: z.string(), attempt: z.number().int(), seq: z.number().int() };

/** From a worker. The audio itself goes beside `bytes`. */
export const messageToApiSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    ...place,
    worker: z.string(),
    /** Of this run alone: a Redis that was set back to what it knew before numbers attempts again. */
    run: z.string().default(''),
    waitedMs: z.number(),
  }),
  z.object({ type: z.literal('event'), ...place, event: z.string(), data: z.unknown() }),
  z.object({ type: z.literal('bytes'), ...place }),
  z.object({ type: z.literal('end'), ...place }),
  z.object({ type: z.literal('over'), job: z.string(), ending: endingSchema }),
]);

export type MessageToApi = z.infer<typeof messageToApiSchema>;
export type AttemptMessage = Exclude<MessageToApi, { type: 'over' }>;

/**
 * `allow`: the attempt may send up to this many bytes in all. From another worker come the portions
 * of what it made of an offer, their bytes beside them, and `assisted`: they are all, or it could
 * not make it.
 */
export const messageToWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('allow'),
    job: z.string(),
    attempt: z.number().int(),
    upToBytes: z.number().int(),
  }),
  z.object({ type: z.literal('cancel'), job: z.string() }),
  z.object({ type: z.literal('portion'), offer: z.string(), index: z.int() }),
  z.object({
    type: z.literal('assisted'),
    offer: z.string(),
    portions: z.int(),
    computeSeconds: z.number().nullable(),
  }),
]);

export type MessageToWorker = z.infer<typeof messageToWorkerSchema>;
