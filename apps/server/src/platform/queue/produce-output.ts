import type { Assistance } from './assistance.ts';
import type { Credit } from './credit.ts';
import { portionsOf } from './portions.ts';
import type { JobHandler, JobOutput, JobRest } from './work-queue.ts';

/** What a worker does about a job that was stopped and does not end: its engine hangs. */
export interface StuckPolicy {
  readonly stuckAfterMs: number;
  readonly onStuck: () => void;
}

/** Runs a job, and sends what it makes in portions, as fast as its reader takes them. */
export async function produceOutput(job: {
  handler: JobHandler;
  payload: unknown;
  assistance?: Assistance;
  credit: Pick<Credit, 'take'>;
  signal: AbortSignal;
  stuck: StuckPolicy | undefined;
  send: (output: JobOutput) => void | Promise<void>;
  rest: (rest: JobRest) => void;
}): Promise<void> {
  const { handler, payload, assistance, credit, signal, stuck, send, rest } = job;
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    if (stuck) timer = setTimeout(stuck.onStuck, stuck.stuckAfterMs).unref();
  };
  signal.addEventListener('abort', watch, { once: true });
  try {
    for await (const output of handler(payload, signal, assistance)) {
      signal.throwIfAborted();
      if (output.type === 'rest') {
        rest(output);
        continue;
      }
      if (output.type === 'event') {
        await send(output);
        continue;
      }
      for (const bytes of portionsOf(output.bytes)) {
        await credit.take(bytes.length, signal);
        await send({ type: 'bytes', bytes });
      }
    }
  } finally {
    signal.removeEventListener('abort', watch);
    clearTimeout(timer);
  }
}
