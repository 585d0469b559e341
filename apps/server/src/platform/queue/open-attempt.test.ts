import { expect, test } from 'vitest';
import { AttemptStopped, OpenAttempt } from './open-attempt.ts';

const lost = new AttemptStopped({ cause: 'worker_lost', reason: 'its lease ran out' });

function openAttempt(): OpenAttempt {
  return new OpenAttempt({
    lease: { jobId: 'job-1', attempt: 1, tenant: 'a', tier: 'paid', payload: null, waitedMs: 0 },
    envelope: { replyTo: 'mailbox', version: null, payload: null },
    clock: () => 0,
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
