import { expect, test } from 'vitest';
import { AttemptStopped, OpenAttempt } from './open-attempt.ts';

const lost = new AttemptStopped({ cause: 'worker_lost', reason: 'its lease ran out' });

function openAttempt(clock = () => 0): OpenAttempt {
  return new OpenAttempt({
    lease: { jobId: 'job-1', attempt: 1, tenant: 'a', tier: 'paid', payload: null, waitedMs: 0 },
    envelope: { replyTo: 'mailbox', version: null, payload: null },
    clock,
    onIdle: () => {},
  });
}

test('an attempt is stopped while it makes something', () => {
  const attempt = openAttempt();
  attempt.stop(lost);
  expect(attempt.signal.reason).toBe(lost);
});

test('one that is complete tells its end, also where its lease is found gone meanwhile', () => {
  const attempt = openAttempt();
  attempt.complete();
  attempt.stop(lost);
  expect(attempt.signal.aborted).toBe(false);
});

test('what it says that it has computed counts, and not how long it was open', () => {
  let nowMs = 0;
  const attempt = openAttempt(() => nowMs);
  nowMs = 9_000;
  expect(attempt.totalComputeSeconds).toBe(9);
  attempt.rest({ type: 'rest', forMs: 0, load: 1, computedSeconds: 2 });
  attempt.addAssisted(3);
  expect(attempt.totalComputeSeconds).toBe(5);
  expect(attempt.load).toBe(1);
  nowMs += 500;
  expect(attempt.totalComputeSeconds).toBe(5.5);
});
