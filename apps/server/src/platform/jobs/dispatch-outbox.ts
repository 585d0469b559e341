import { fromKysely, type PgBoss } from 'pg-boss';
import type { Context } from '../context.ts';
import { takeOutboxEvents } from '../outbox/store.ts';

const dispatchedAtOnce = 100;

/**
 * Moves the events that wait into the queue of each of their handlers, each exactly once: in one
 * transaction with the note that it was. Answers the topics of what it moved.
 */
export async function dispatchOutbox(options: {
  readonly ctx: Context;
  readonly boss: PgBoss;
  readonly topics: readonly string[];
}): Promise<readonly string[]> {
  const { ctx, boss, topics } = options;
  const dispatched: string[] = [];
  for (let taken = dispatchedAtOnce; taken === dispatchedAtOnce; ) {
    taken = await ctx.db.transaction().execute(async (transaction) => {
      const events = await takeOutboxEvents(transaction, {
        topics,
        now: ctx.clock.now(),
        limit: dispatchedAtOnce,
      });
      const db = fromKysely(transaction);
      for (const { topic, ...envelope } of events) {
        // By what is subscribed in the database, so that a handler of a newer version has it too.
        await boss.publish(topic, envelope, { db });
        dispatched.push(topic);
      }
      return events.length;
    });
  }
  return dispatched;
}
