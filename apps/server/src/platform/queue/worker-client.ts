import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AssistHandler, assist } from './assistance.ts';
import { Credit } from './credit.ts';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';
import { LinkAssistance } from './link-assistance.ts';
import { portionsOf } from './portions.ts';
import { produceOutput, type StuckPolicy } from './produce-output.ts';
import { type JobHandler, JobRejected, type ServingWorker } from './work-queue.ts';

const firstReconnectMs = 25;
const maxReconnectMs = 1000;
const standardAliveEveryMs = 10_000;

interface OpenJob {
  credit: Credit;
  abort: AbortController;
  done: Promise<void>;
}

interface Link {
  connection: Socket;
  assistance: LinkAssistance;
}

interface ServeQueueOptions {
  socketPath: string;
  /** Told to the api in the greeting: what this worker runs. Connect only once it is warm. */
  info: unknown;
  handler: JobHandler;
  /** Makes parts of other workers' jobs while none is to be done here. */
  assistHandler?: AssistHandler;
  stuck?: StuckPolicy;
  /** How often the api hears of this worker, whatever its jobs do. */
  aliveEveryMs?: number;
  onWarning?: (message: string) => void;
}

/**
 * Takes jobs from the api's socket until closed, and connects again whenever the api restarts.
 * Closing lets open jobs finish for `graceMs`, then drops them: the api gives them to others.
 */
export function serveQueue(options: ServeQueueOptions): ServingWorker {
  const stopping = new AbortController();
  const open = new Map<number, OpenJob>();
  let socket: Socket | undefined;

  async function run(): Promise<void> {
    let delayMs = firstReconnectMs;
    while (!stopping.signal.aborted) {
      const greeted = await serveOneConnection();
      delayMs = greeted ? firstReconnectMs : Math.min(maxReconnectMs, delayMs * 2);
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  /** Answers, once the connection is over, whether there had been one. */
  function serveOneConnection(): Promise<boolean> {
    return new Promise((resolve) => {
      const connection = connect(options.socketPath);
      socket = connection;
      let connected = false;
      const reader = new FrameReader();
      const assistance = new LinkAssistance((frame) => send(connection, frame));
      connection.on('connect', () => {
        connected = true;
        connection.write(
          encodeFrame({
            type: 'hello',
            info: options.info,
            assists: options.assistHandler !== undefined,
          }),
        );
      });
      // One piece may take minutes on a machine that has much else to do.
      const alive = setInterval(() => {
        if (connected) connection.write(encodeFrame({ type: 'alive' }));
      }, options.aliveEveryMs ?? standardAliveEveryMs).unref();
      connection.on('data', (chunk) => {
        try {
          for (const frame of reader.push(chunk)) receive({ connection, assistance }, frame);
        } catch (error) {
          options.onWarning?.(`the api sent a malformed frame: ${String(error)}`);
          connection.destroy();
        }
      });
      connection.on('error', () => {});
      connection.on('close', () => {
        clearInterval(alive);
        for (const job of open.values()) job.abort.abort();
        assistance.close();
        open.clear();
        resolve(connected);
      });
    });
  }

  function send(connection: Socket, frame: Frame): void {
    if (!connection.destroyed) connection.write(encodeFrame(frame));
  }

  function receive({ connection, assistance }: Link, frame: Frame): void {
    if (frame.type === 'job') {
      const credit = new Credit(frame.window);
      const abort = new AbortController();
      const done = runJob({ connection, assistance }, frame, { credit, signal: abort.signal });
      open.set(frame.job, { credit, abort, done });
    } else if (frame.type === 'credit') {
      open.get(frame.job)?.credit.grant(frame.bytes);
    } else if (frame.type === 'cancel') {
      open.get(frame.job)?.abort.abort();
    } else if (frame.type === 'assist') {
      void runAssist(connection, frame);
    } else if ('offer' in frame) {
      assistance.receive(frame);
    } else {
      throw new Error(frame.type);
    }
  }

  async function runAssist(
    connection: Socket,
    { offer, task }: Extract<Frame, { type: 'assist' }>,
  ): Promise<void> {
    const work = await assist(options.assistHandler, task);
    for (const bytes of work ? portionsOf(work.bytes) : []) {
      send(connection, { type: 'portion', offer, bytes });
    }
    send(connection, { type: 'assisted', offer, computeSeconds: work?.computeSeconds ?? null });
  }

  async function runJob(
    { connection, assistance }: Link,
    { job, payload }: Extract<Frame, { type: 'job' }>,
    { credit, signal }: { credit: Credit; signal: AbortSignal },
  ): Promise<void> {
    const tell = (frame: Frame): void => send(connection, frame);
    try {
      await produceOutput({
        handler: options.handler,
        payload,
        assistance: assistance.forJob(job),
        credit,
        signal,
        stuck: options.stuck,
        send: (output) => tell({ ...output, job }),
        rest: (rest) => tell({ ...rest, job }),
      });
      tell({ type: 'end', job });
    } catch (error) {
      tell({ type: 'end', job, error: describeFailure(error, signal) });
    } finally {
      open.delete(job);
    }
  }

  function describeFailure(
    error: unknown,
    signal: AbortSignal,
  ): { code: string; detail: string; retry: boolean } {
    if (signal.aborted) return { code: 'cancelled', detail: 'cancelled', retry: false };
    if (error instanceof JobRejected) {
      return { code: error.code, detail: error.message, retry: false };
    }
    return { code: 'failed', detail: String(error), retry: true };
  }

  const running = run();
  return {
    isReachable: undefined,
    async close(graceMs) {
      stopping.abort();
      const finished = Promise.allSettled([...open.values()].map((job) => job.done));
      await Promise.race([finished, sleep(graceMs, undefined, { ref: false })]);
      socket?.destroy();
      await running;
    },
  };
}
