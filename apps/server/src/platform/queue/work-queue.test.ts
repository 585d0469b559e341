import { expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  bytesOf,
  collect,
  describeEachQueue,
  runTimeoutMs,
} from '../../../tests/support/queue-under-test.ts';
import { untilAborted } from '../../../tests/support/until-aborted.ts';
import { maxOpenPerWorker } from './places.ts';
import { type JobOutput, JobRejected, QueueFull, RunTimedOut, TenantBusy } from './work-queue.ts';

describeEachQueue((queue) => {
  test('answers events and bytes in order', async () => {
    await queue.startWorker(async function* (payload) {
      yield { type: 'event', event: 'started', data: payload };
      yield { type: 'bytes', bytes: Buffer.from('ab') };
      yield { type: 'bytes', bytes: Buffer.from('cd') };
      yield { type: 'event', event: 'done', data: { seconds: 1 } };
    });
    expect(queue.workers()).toEqual([{ model: 'test' }]);
    const outputs = await collect(queue.enqueue({ text: 'é\n' }));
    expect(outputs.map((output) => output.type)).toEqual(['event', 'bytes', 'bytes', 'event']);
    expect(outputs[0]).toMatchObject({ event: 'started', data: { text: 'é\n' } });
    expect(bytesOf(outputs)).toBe('abcd');
  });

  test('a refusal is not tried again', async () => {
    let attempts = 0;
    await queue.startWorker(async function* () {
      attempts += 1;
      yield { type: 'event', event: 'started', data: null };
      throw new JobRejected('nothing_to_say', 'no words');
    });
    const refused = collect(queue.enqueue({}));
    await expect(refused).rejects.toThrow(JobRejected);
    await expect(refused).rejects.toMatchObject({ code: 'nothing_to_say', message: 'no words' });
    expect(attempts).toBe(1);
  });

  test('refuses more than the waiting list holds, and says when to come back', async () => {
    const waiting = [1, 2, 3].map((n) => collect(queue.enqueue({ n })));
    const refused = queue.run({ n: 4 });
    await expect(refused).rejects.toThrow(QueueFull);
    await expect(refused).rejects.toHaveProperty('retryAfterSeconds', 3);
    await queue.startWorker(async function* (payload) {
      yield { type: 'event', event: 'ran', data: payload };
    });
    const ran = (await Promise.all(waiting)).flat();
    expect(ran.map((output) => output.type === 'event' && output.data)).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
    ]);
  });

  test('jobs that rest leave room for as many others as find time beside them', async () => {
    const running: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    await queue.startWorker(async function* (payload) {
      running.push(payload);
      yield { type: 'rest', forMs: 60_000, load: 0.3, computedSeconds: 0.1 };
      await gate.promise;
      yield { type: 'event', event: 'ran', data: null };
    });
    const first = [1, 2, 3].map((n) => collect(queue.enqueue(n)));
    // Three of them fill the worker to nine tenths.
    await eventually(() => expect(running).toEqual([1, 2, 3]));
    const late = collect(queue.enqueue(4));
    await queue.untilQueued(1);
    expect(running).toEqual([1, 2, 3]);
    gate.resolve();
    await Promise.all([...first, late]);
    expect(running).toEqual([1, 2, 3, 4]);
  });

  test('a reader who keeps up holds nothing up: no other job is begun beside its own', async () => {
    const running: unknown[] = [];
    const gate = Promise.withResolvers<void>();
    await queue.startWorker(async function* (payload) {
      running.push(payload);
      for (let n = 0; n < 40; n++) yield { type: 'bytes', bytes: Buffer.alloc(64 * 1024, n) };
      yield { type: 'event', event: 'made', data: null };
      await gate.promise;
    });
    const first = queue.enqueue(1)[Symbol.asyncIterator]();
    const second = collect(queue.enqueue(2));
    for (;;) {
      const { value } = await first.next();
      if (value.type === 'event') break;
    }
    expect(running).toEqual([1]);
    gate.resolve();
    await first.next();
    await second;
    expect(running).toEqual([1, 2]);
  });

  test('a tenant has so many jobs open and no more, whatever room there is', async () => {
    const first = collect(queue.enqueue({ n: 1 }, { maxOpen: 1 }));
    await expect(queue.run({ n: 2 }, { maxOpen: 1 })).rejects.toThrow(TenantBusy);
    const other = collect(queue.enqueue({ n: 3 }, { tenant: 'team-2', maxOpen: 1 }));
    await queue.startWorker(async function* () {
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all([first, other]);
    await collect(queue.enqueue({ n: 4 }, { maxOpen: 1 }));
  });

  test('tenants take turns', async () => {
    const ran: unknown[] = [];
    const jobs = ['flood', 'flood', 'small'].map((tenant) =>
      collect(queue.enqueue(tenant, { tenant })),
    );
    await queue.startWorker(async function* (payload) {
      ran.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all(jobs);
    expect(ran).toEqual(['flood', 'small', 'flood']);
  });

  test('full, the lowest tier makes room for a higher one, which goes first', async () => {
    const ran: unknown[] = [];
    const [first, second, newest] = [1, 2, 3].map((n) =>
      collect(queue.enqueue(n, { tier: 'free' })),
    );
    const shed = expect(newest).rejects.toThrow(QueueFull);
    const higher = collect(queue.enqueue('paid'));
    await shed;
    await queue.startWorker(async function* (payload) {
      ran.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await Promise.all([first, second, higher]);
    expect(ran).toEqual(['paid', 1, 2]);
  });

  test('a job aborted while it waits never runs', async () => {
    const abort = new AbortController();
    const aborted = collect(queue.enqueue({ n: 1 }, { signal: abort.signal }));
    await queue.untilQueued(1);
    abort.abort(new Error('the client left'));
    await expect(aborted).rejects.toThrow('the client left');
    await queue.untilQueued(0);
    const seen: unknown[] = [];
    await queue.startWorker(async function* (payload) {
      seen.push(payload);
      yield { type: 'event', event: 'ran', data: null };
    });
    await collect(queue.enqueue({ n: 2 }));
    expect(seen).toEqual([{ n: 2 }]);
  });

  test('a slow reader pauses the worker, which then serves others', async () => {
    let madeBytes = 0;
    const chunk = Buffer.alloc(50_000, 'x');
    await queue.startWorker(async function* (payload, signal) {
      if (payload === 'short') {
        yield { type: 'bytes', bytes: Buffer.from('short') };
        return;
      }
      if (payload === 'endless') {
        yield { type: 'event', event: 'started', data: null };
        await untilAborted(signal);
        return;
      }
      for (let n = 0; n < 100; n++) {
        yield { type: 'bytes', bytes: chunk };
        madeBytes += chunk.length;
      }
    });
    const slow = queue.enqueue('long')[Symbol.asyncIterator]();
    await slow.next();
    expect(bytesOf(await collect(queue.enqueue('short')))).toBe('short');
    const endless = queue.enqueue('endless')[Symbol.asyncIterator]();
    await endless.next();
    // The time for which the slow one is held up is none that it computes.
    queue.aheadMs += runTimeoutMs + 1;
    await expect(endless.next()).rejects.toThrow(RunTimedOut);
    expect(madeBytes).toBeLessThan(400_000);

    let total = chunk.length;
    for (let next = await slow.next(); !next.done; next = await slow.next()) {
      if (next.value.type === 'bytes') total += next.value.bytes.length;
    }
    expect(total).toBe(100 * chunk.length);
  });

  test('slow readers, however many, keep nobody else from the worker', async () => {
    const chunk = Buffer.alloc(50_000, 'x');
    const runs: unknown[] = [];
    await queue.startWorker(async function* (payload) {
      runs.push(payload);
      const chunks = payload === 'short' ? 1 : 4;
      for (let n = 0; n < chunks; n += 1) yield { type: 'bytes', bytes: chunk };
    });
    const slow: AsyncIterator<JobOutput>[] = [];
    for (let n = 0; n < maxOpenPerWorker; n += 1) {
      const outputs = queue.enqueue(n, { tier: 'free' })[Symbol.asyncIterator]();
      await outputs.next();
      slow.push(outputs);
    }
    const short = queue.run('short');
    await queue.untilQueued(1);
    expect(runs).toHaveLength(maxOpenPerWorker);
    queue.aheadMs += 15_000;
    expect(bytesOf(await short)).toHaveLength(chunk.length);
    for (const outputs of slow) {
      let bytes = chunk.length;
      for (let next = await outputs.next(); !next.done; next = await outputs.next()) {
        if (next.value.type === 'bytes') bytes += next.value.bytes.length;
      }
      expect(bytes).toBe(4 * chunk.length);
    }
    // One of them has been made once more.
    expect(runs).toHaveLength(maxOpenPerWorker + 2);
    expect(new Set(runs).size).toBe(maxOpenPerWorker + 1);
  });

  test.each([
    { what: 'is aborted while nobody reads', leave: (_: unknown, abort: () => void) => abort() },
    {
      what: 'nobody reads to its end',
      leave: (outputs: AsyncIterator<unknown>) => void outputs.return?.(),
    },
  ])('a job that $what stops', async ({ leave }) => {
    let stopped = false;
    await queue.startWorker(async function* (_payload, signal) {
      yield { type: 'event', event: 'started', data: null };
      await untilAborted(signal);
      stopped = true;
    });
    const abort = new AbortController();
    const outputs = queue.enqueue({}, { signal: abort.signal })[Symbol.asyncIterator]();
    await outputs.next();
    leave(outputs, () => abort.abort(new Error('the client left')));
    await eventually(() => expect(stopped).toBe(true));
  });

  test('an aborted job stops within the piece it is in', async () => {
    let made = 0;
    let madeWhenAborted: number | undefined;
    let stopped = false;
    let step: (() => void) | undefined;
    async function finishPiece(): Promise<void> {
      await eventually(() => expect(step).toBeDefined());
      step?.();
      step = undefined;
    }
    await queue.startWorker(async function* (_payload, signal) {
      signal.addEventListener('abort', () => {
        madeWhenAborted = made;
      });
      try {
        for (;;) {
          yield { type: 'event', event: 'piece', data: made };
          await new Promise<void>((resolve) => {
            step = resolve;
          });
          signal.throwIfAborted();
          made += 1;
        }
      } finally {
        stopped = true;
      }
    });
    const abort = new AbortController();
    const outputs = queue.enqueue({}, { signal: abort.signal })[Symbol.asyncIterator]();
    await outputs.next();
    await finishPiece();
    await outputs.next();
    abort.abort(new Error('the client left'));
    await expect(outputs.next()).rejects.toThrow('the client left');
    await eventually(() => expect(madeWhenAborted).toBe(1));
    await finishPiece();
    await eventually(() => expect(stopped).toBe(true));
    expect(made).toBe(1);
  });
});
