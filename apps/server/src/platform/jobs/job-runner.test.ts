import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createTenant, createTestContext } from '../../../tests/support/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../tests/support/test-database.ts';
import type { Context } from '../context.ts';
import { type Log, silentLog } from '../log.ts';
import {
  type DeliveredEvent,
  defineEvent,
  type EventHandler,
  emitEvent,
  handleEvent,
} from '../outbox/index.ts';
import { type JobRunner, openJobRunner, type PeriodicJob } from './job-runner.ts';

const orderPlaced = defineEvent(
  'order.placed',
  z.object({ number: z.int(), note: z.string().default('none') }),
);
type Delivery = DeliveredEvent<z.output<typeof orderPlaced.payload>>;
const quickRetry = { limit: 1, firstDelaySeconds: 1, longestDelaySeconds: 1 };

let database: TestDatabase;
let ctx: Context;
let runners: JobRunner[];
let errors: object[];
const log: Log = { ...silentLog, error: (fields) => void errors.push(fields) };

beforeEach(async () => {
  database = await createTestDatabase();
  ctx = createTestContext(database.db);
  runners = [];
  errors = [];
});
afterEach(async () => {
  await Promise.all((runners ?? []).map((runner) => runner.close()));
  await database?.close();
});

async function run(work: {
  eventHandlers?: readonly EventHandler[];
  periodicJobs?: readonly PeriodicJob[];
}): Promise<void> {
  const runner = await openJobRunner({
    databaseUrl: database.url,
    createContext: () => ({ ...ctx, log }),
    eventHandlers: [],
    periodicJobs: [],
    ...work,
  });
  runners.push(runner);
}

function place(number: number, within = ctx): Promise<void> {
  return emitEvent(within, orderPlaced, { teamId: null, payload: { number } });
}

/** A handler that keeps what it got; `received(n)` resolves when there are that many. */
function recorder(name: string, failures = 0) {
  const deliveries: Delivery[] = [];
  const waiting: { count: number; done: () => void }[] = [];
  let failuresLeft = failures;
  const handler = handleEvent(orderPlaced, {
    name,
    retry: quickRetry,
    async handle(_ctx, event) {
      deliveries.push(event);
      for (const { count, done } of waiting) if (deliveries.length >= count) done();
      failuresLeft -= 1;
      if (failuresLeft >= 0) throw new Error('not this time');
    },
  });
  async function received(count: number): Promise<readonly Delivery[]> {
    const enough = Promise.withResolvers<void>();
    waiting.push({ count, done: enough.resolve });
    if (deliveries.length < count) await enough.promise;
    return deliveries;
  }
  return { handler, received };
}

describe('events', () => {
  it('go to each handler, as they were told, if and only if the transaction commits', async () => {
    const first = recorder('order.bill');
    const second = recorder('order.pack');
    const { teamId } = await createTenant(database.db);
    const rolledBack = database.db.transaction().execute(async (db) => {
      await place(1, { ...ctx, db });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await emitEvent(ctx, orderPlaced, { teamId, payload: { number: 2, note: 'kept' } });
    await run({ eventHandlers: [first.handler, second.handler] });
    const expected = {
      teamId,
      createdAt: ctx.clock.now(),
      payload: { number: 2, note: 'kept' },
    };
    expect(await first.received(1)).toMatchObject([expected]);
    expect(await second.received(1)).toMatchObject([expected]);
  });

  it('of an older or newer version are understood', async () => {
    const { handler, received } = recorder('order.bill');
    await database.db
      .insertInto('outbox')
      .values({ topic: 'order.placed', payload: { number: 3, unheardOf: true } })
      .execute();
    await run({ eventHandlers: [handler] });
    expect((await received(1))[0]?.payload).toEqual({ number: 3, note: 'none' });
  });

  it('that nobody here knows wait for a process that does', async () => {
    const { handler, received } = recorder('order.bill');
    await database.db.insertInto('outbox').values({ topic: 'order.unheard_of' }).execute();
    await place(4);
    await run({ eventHandlers: [handler] });
    await received(1);
    const waiting = await database.db
      .selectFrom('outbox')
      .select('topic')
      .where('processed_at', 'is', null)
      .execute();
    expect(waiting).toEqual([{ topic: 'order.unheard_of' }]);
  });

  it('are handled again after a failure, under the same id', async () => {
    const { handler, received } = recorder('order.bill', 1);
    await place(5);
    await run({ eventHandlers: [handler] });
    const [first, second] = await received(2);
    expect(second).toEqual(first);
    expect(errors).toEqual([]);
  });

  it('whose handler keeps failing are given up with a line in the log, and stop nobody', async () => {
    const failing = recorder('order.bill', Number.POSITIVE_INFINITY);
    const fine = recorder('order.pack');
    await place(6);
    await run({ eventHandlers: [failing.handler, fine.handler] });
    await failing.received(2);
    await fine.received(1);
    const logged = Promise.withResolvers<void>();
    const timer = setInterval(() => errors.length > 0 && logged.resolve(), 50);
    await logged.promise;
    clearInterval(timer);
    expect(errors).toMatchObject([{ job: 'order.bill', data: { payload: { number: 6 } } }]);
    expect(await fine.received(1)).toHaveLength(1);
  });

  it('are each handled once by two processes', async () => {
    const { handler, received } = recorder('order.bill');
    await run({ eventHandlers: [handler] });
    await run({ eventHandlers: [handler] });
    for (let number = 0; number < 150; number += 1) await place(number);
    await received(150);
    await Promise.all((runners ?? []).map((runner) => runner.close()));
    const numbers = (await received(150)).map(({ payload }) => payload.number);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, n) => n));
  });
});

describe('a periodic job', () => {
  it('runs at the start of a process, and never in two at once', async () => {
    let running = 0;
    let mostAtOnce = 0;
    let runs = 0;
    const begun = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const again = Promise.withResolvers<void>();
    const job: PeriodicJob = {
      name: 'stock.count',
      cron: '0 0 1 1 *',
      async run() {
        runs += 1;
        running += 1;
        mostAtOnce = Math.max(mostAtOnce, running);
        begun.resolve();
        if (runs > 1) again.resolve();
        await released.promise;
        running -= 1;
      },
    };
    await run({ periodicJobs: [job] });
    await begun.promise;
    // Another process asks for the same while it is being done: that is not put beside it.
    await run({ periodicJobs: [job] });
    released.resolve();
    await Promise.all(runners.splice(0).map((runner) => runner.close()));
    expect({ runs, mostAtOnce }).toEqual({ runs: 1, mostAtOnce: 1 });
    await run({ periodicJobs: [job] });
    await again.promise;
    expect(mostAtOnce).toBe(1);
  });
});
