import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { produceOutput } from './produce-output.ts';
import type { JobHandler } from './work-queue.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function produce(handler: JobHandler) {
  const abort = new AbortController();
  const onStuck = vi.fn();
  const ended = produceOutput({
    handler,
    payload: null,
    credit: { take: async () => {} },
    signal: abort.signal,
    stuck: { stuckAfterMs: 60_000, onStuck },
    send() {},
    rest() {},
  });
  ended.catch(() => {});
  return { abort, ended, onStuck };
}

test('a job that was stopped and goes on for a minute is told as stuck', async () => {
  const { abort, onStuck } = produce(async function* () {
    yield { type: 'event', event: 'begun', data: null };
    await new Promise(() => {});
  });
  await vi.advanceTimersByTimeAsync(600_000);
  expect(onStuck).not.toHaveBeenCalled();
  abort.abort();
  await vi.advanceTimersByTimeAsync(59_999);
  expect(onStuck).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(onStuck).toHaveBeenCalledOnce();
});

test('one that ends when it is stopped is not', async () => {
  const { abort, ended, onStuck } = produce(async function* (_payload, signal) {
    yield { type: 'event', event: 'begun', data: null };
    await new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  });
  await vi.advanceTimersByTimeAsync(0);
  abort.abort(new Error('stopped'));
  await expect(ended).rejects.toThrow('stopped');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onStuck).not.toHaveBeenCalled();
});
