import type { z } from 'zod';
import type { Context } from '../context.ts';
import { deleteDispatchedEventsBefore, insertOutboxEvent } from './store.ts';

/** Something that has happened, as `noun.verb` in the past tense, and what is told of it. */
export interface EventType<Payload extends z.ZodObject> {
  readonly topic: string;
  readonly payload: Payload;
}

/** How often, and how long apart, what failed is tried again. The pause doubles up to the longest. */
export interface RetryPolicy {
  readonly limit: number;
  readonly firstDelaySeconds: number;
  readonly longestDelaySeconds: number;
}

/** What a handler throws that failed for no fault of ours: it is tried again without a warning. */
export class TryAgainLater extends Error {}

/** One event as a handler gets it. */
export interface DeliveredEvent<Payload> {
  /** The same for every delivery, so that a handler can tell a repetition. */
  readonly id: string;
  readonly teamId: string | null;
  readonly createdAt: Date;
  readonly payload: Payload;
}

/** A handler whose payload's type is its own affair. */
export interface EventHandler {
  readonly topic: string;
  /** Names its queue: `webhook.deliver`. */
  readonly name: string;
  readonly retry: RetryPolicy | undefined;
  run(ctx: Context, event: DeliveredEvent<unknown>): Promise<void>;
}

/**
 * A payload's schema must go on taking what older versions wrote: new fields are optional or have a
 * default. Fields that it does not know are left out.
 */
export function defineEvent<Payload extends z.ZodObject>(
  topic: string,
  payload: Payload,
): EventType<Payload> {
  return { topic, payload };
}

/**
 * Tells that something happened, in the transaction of `ctx`: it is delivered if and only if that
 * commits, at least once to each handler, in no certain order.
 */
export async function emitEvent<Payload extends z.ZodObject>(
  ctx: Context,
  event: EventType<Payload>,
  input: {
    /** Null: of no team, or one that may be gone when the event arrives. */
    readonly teamId: string | null;
    readonly payload: z.input<Payload>;
  },
): Promise<void> {
  await insertOutboxEvent(ctx.db, {
    teamId: input.teamId,
    topic: event.topic,
    payload: event.payload.parse(input.payload),
    createdAt: ctx.clock.now(),
  });
}

/** What shall happen, apart from the caller, once an event is told. It may run more than once. */
export function handleEvent<Payload extends z.ZodObject>(
  event: EventType<Payload>,
  handler: {
    readonly name: string;
    readonly retry?: RetryPolicy;
    handle(ctx: Context, event: DeliveredEvent<z.output<Payload>>): Promise<void>;
  },
): EventHandler {
  return {
    topic: event.topic,
    name: handler.name,
    retry: handler.retry,
    run: async (ctx, delivered) =>
      handler.handle(ctx, { ...delivered, payload: event.payload.parse(delivered.payload) }),
  };
}

const keptMs = 7 * 24 * 60 * 60 * 1000;

/** Deletes events that went to their handlers a week ago. */
export async function deleteOldEvents({ db, clock }: Context): Promise<void> {
  await deleteDispatchedEventsBefore(db, new Date(clock.now().getTime() - keptMs));
}
