import { beforeEach, expect, test } from 'vitest';
import { collect } from '../../../tests/support/queue-under-test.ts';
import type { AttemptMessage } from './job-messages.ts';
import { RemoteJob } from './remote-job.ts';

const nothing = Buffer.alloc(0);
const terms = { tenant: 'team-1', tier: 'paid', weight: 1, cost: 1, maxOpen: 1 } as const;

let job: RemoteJob;
beforeEach(() => {
  job = new RemoteJob({ payload: null, terms, version: null, allow: () => {} });
  job.startOver('job-1');
});

const at = (attempt: number, seq: number) => ({ job: 'job-1', attempt, seq });
const start = (attempt: number, run = `run ${attempt}`): AttemptMessage => ({
  type: 'start',
  ...at(attempt, 0),
  worker: `worker of ${attempt}`,
  run,
  waitedMs: 0,
});
const bytes = (attempt: number, seq: number): AttemptMessage => ({
  type: 'bytes',
  ...at(attempt, seq),
});
const end = (attempt: number, seq: number): AttemptMessage => ({
  type: 'end',
  ...at(attempt, seq),
});

async function heard(): Promise<string> {
  const outputs = await collect(job.output.read());
  return outputs.map((output) => (output.type === 'bytes' ? String(output.bytes) : '')).join('');
}

test('a message that comes twice is taken once', async () => {
  job.receive(start(1), nothing);
  expect(job.receive(bytes(1, 1), Buffer.from('a'))).toBe('taken');
  expect(job.receive(bytes(1, 1), Buffer.from('a'))).toBe('ignored');
  expect(job.receive(start(1), nothing)).toBe('ignored');
  expect(job.receive(end(1, 2), nothing)).toBe('ended');
  expect(await heard()).toBe('a');
});

test('one before it that was lost is noticed', () => {
  job.receive(start(1), nothing);
  expect(job.receive(bytes(1, 2), Buffer.from('b'))).toBe('gap');
  expect(job.receive(end(1, 3), nothing)).toBe('gap');
});

test('a worker that was taken for dead, and goes on, is not listened to', async () => {
  job.receive(start(1), nothing);
  job.receive(bytes(1, 1), Buffer.from('a'));
  job.receive(start(2), nothing);
  expect(job.worker).toBe('worker of 2');
  expect(job.receive(bytes(1, 2), Buffer.from('x'))).toBe('ignored');
  expect(job.receive(bytes(2, 1), Buffer.from('ab'))).toBe('taken');
  expect(job.receive(end(1, 3), nothing)).toBe('ignored');
  expect(job.receive(end(2, 2), nothing)).toBe('ended');
  expect(await heard()).toBe('ab');
});

test('an attempt that is numbered as one before is not taken for it: its worker would wait for leave to go on', () => {
  job.receive(start(1), nothing);
  job.receive(start(2), nothing);
  expect(job.receive(start(1), nothing)).toBe('ignored');
  expect(job.receive(start(2, 'after a restart'), nothing)).toBe('gap');
  expect(job.receive(start(1, 'after a restart'), nothing)).toBe('gap');
});
