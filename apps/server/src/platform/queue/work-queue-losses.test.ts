import { expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import {
  bytesOf,
  collect,
  describeEachQueue,
  queueTimeoutMs,
  runTimeoutMs,
} from '../../../tests/support/queue-under-test.ts';
import { untilAborted } from '../../../tests/support/until-aborted.ts';
import { JobLost, type JobOutput, RunTimedOut, WaitTimedOut } from './work-queue.ts';

describeEachQueue((queue) => {
  test('a failing job is tried three times, then lost', async () => {
    let attempts = 0;
    await queue.startWorker(async function* () {
      attempts += 1;
      yield { type: 'bytes', bytes: Buffer.from('x') };
      throw new Error('broken');
    });
    await expect(collect(queue.enqueue({ text: 'Hi' }))).rejects.toThrow(JobLost);
    expect(attempts).toBe(3);
    await eventually(() => expect(queue.deadLetters).toHaveLength(1));
    expect(queue.deadLetters).toMatchObject([
      { tenant: 'team-1', tier: 'paid', payload: { text: 'Hi' }, failures: [{}, {}, {}] },
    ]);
    expect(queue.burials).toBe(2);
  });

  test('a second run that gives other bytes fails the job instead of mixing the two', async () => {
    let attempt = 0;
    await queue.startWorker(async function* () {
      attempt += 1;
      yield { type: 'bytes', bytes: Buffer.from(`attempt ${attempt}`) };
      if (attempt === 1) throw new Error('broken');
    });
    await expect(collect(queue.enqueue({}))).rejects.toThrow('other bytes');
  });

  test('so does one that gives less than the first', async () => {
    let attempt = 0;
    await queue.startWorker(async function* () {
      attempt += 1;
      yield { type: 'bytes', bytes: Buffer.from(attempt === 1 ? 'the whole' : 'the') };
      if (attempt === 1) throw new Error('broken');
    });
    await expect(collect(queue.enqueue({}))).rejects.toThrow('shorter than the first');
  });

  test('a wait that takes too long is told its place', async () => {
    const waiting = [1, 2].map((n) => collect(queue.enqueue({ n })));
    await queue.untilQueued(waiting.length);
    queue.aheadMs += queueTimeoutMs;
    for (const [index, wait] of waiting.entries()) {
      const error = await wait.catch((error: unknown) => error);
      expect(error).toBeInstanceOf(WaitTimedOut);
      expect(error).toMatchObject({ place: index + 1, waitedSeconds: 120 });
    }
  });

  test('a job that computes for too long is stopped and kept as a dead letter', async () => {
    let stopped = false;
    await queue.startWorker(async function* (_payload, signal) {
      yield { type: 'event', event: 'started', data: null };
      await untilAborted(signal);
      stopped = true;
      signal.throwIfAborted();
    });
    const outputs = queue.enqueue('endless')[Symbol.asyncIterator]();
    await outputs.next();
    queue.aheadMs += runTimeoutMs + 1;
    await expect(outputs.next()).rejects.toThrow(RunTimedOut);
    await eventually(() => expect(queue.deadLetters).toHaveLength(1));
    expect(stopped).toBe(true);
    expect(queue.deadLetters).toMatchObject([
      { payload: 'endless', failures: [{ cause: 'hopeless' }] },
    ]);
  });

  test('nor does it run again where its worker does not stop', async () => {
    let runs = 0;
    await queue.startWorker(async function* () {
      runs += 1;
      yield { type: 'event', event: 'started', data: null };
      await new Promise(() => {});
    });
    const outputs = queue.enqueue('deaf')[Symbol.asyncIterator]();
    await outputs.next();
    queue.aheadMs += runTimeoutMs + 1;
    await expect(outputs.next()).rejects.toThrow(RunTimedOut);
    queue.aheadMs += 60_001;
    await eventually(() => expect(queue.deadLetters).toHaveLength(1));
    expect(queue.deadLetters).toMatchObject([{ failures: [{ cause: 'hopeless' }] }]);
    expect(runs).toBe(1);
  });

  test('workers come back when the api restarts', async () => {
    await queue.startWorker(async function* (payload) {
      yield { type: 'event', event: 'ran', data: payload };
    });
    await queue.reopen();
    const outputs = await collect(queue.enqueue('again'));
    expect(outputs).toEqual([{ type: 'event', event: 'ran', data: 'again' }]);
  });

  test('a killed worker loses nothing: the next one goes on with the same bytes', async () => {
    const first = await queue.forkWorker();
    const outputs = queue.enqueue({ chunks: 40, everyMs: 20 })[Symbol.asyncIterator]();
    const seen: JobOutput[] = [];
    while (seen.length < 5) {
      const next = await outputs.next();
      if (!next.done) seen.push(next.value);
    }
    first.kill('SIGKILL');
    await queue.forkWorker();
    for (let next = await outputs.next(); !next.done; next = await outputs.next()) {
      seen.push(next.value);
    }
    const expected = Array.from({ length: 40 }, (_, n) => `chunk ${n};`).join('');
    expect(bytesOf(seen)).toBe(expected);
    expect(seen.filter((output) => output.type === 'event')).toHaveLength(40);
  });
});
