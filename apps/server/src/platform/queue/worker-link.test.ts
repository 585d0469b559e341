import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually } from '../../../tests/support/eventually.ts';
import { untilAborted } from '../../../tests/support/until-aborted.ts';
import { QueuedJob } from './queued-job.ts';
import { serveQueue } from './worker-client.ts';
import { WorkerLink } from './worker-link.ts';

test('a worker that is silent over a long piece is not taken for stuck', async () => {
  const home = await mkdtemp(join(tmpdir(), 'vf-link-'));
  const socketPath = join(home, 'queue.sock');
  let nowMs = 0;
  const greeted = Promise.withResolvers<WorkerLink>();
  const server = createServer((socket) => {
    const hello = (link: WorkerLink) => greeted.resolve(link);
    const events = { hello, slotFreed() {}, ended() {}, offer() {}, closed() {} };
    new WorkerLink({ socket, clock: () => nowMs, events });
  }).listen(socketPath);
  const begun = Promise.withResolvers<void>();
  const worker = serveQueue({
    socketPath,
    info: null,
    aliveEveryMs: 20,
    async *handler(_payload, signal) {
      begun.resolve();
      await untilAborted(signal);
      yield { type: 'event', event: 'stopped', data: null };
    },
  });
  const link = await greeted.promise;
  link.start(new QueuedJob({ id: 'job', tier: 'paid', payload: null }));
  await begun.promise;
  nowMs += 60_001;
  expect(link.isStuck(60_000)).toBe(true);
  await eventually(() => expect(link.isStuck(60_000)).toBe(false));
  await worker.close(0);
  server.close();
  await rm(home, { recursive: true });
});
