import { type JobHandler, queueSocketPath, serveQueue } from '../../src/platform/queue/index.ts';

export type StandInWorker = ReturnType<typeof serveQueue>;

/** A worker in this process that takes its jobs from the API of `home` and needs no model. */
export function serveStandIn({ home }: { home: string }, handler: JobHandler): StandInWorker {
  return serveQueue({
    socketPath: queueSocketPath(home),
    info: { modelId: 'test', warmUpSeconds: 0 },
    handler,
  });
}
