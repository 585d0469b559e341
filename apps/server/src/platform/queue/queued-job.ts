import { OutputChannel } from './output-channel.ts';
import { JobRejected } from './work-queue.ts';

/** One admitted job, from the waiting list to its last byte; it outlives the workers it runs on. */
export class QueuedJob {
  readonly payload: unknown;
  readonly queuedAtMs: number;
  readonly output: OutputChannel;
  /** Set by the worker's link while the job runs there. */
  onRead: ((bytes: number) => void) | undefined;
  onAbandon: (() => void) | undefined;
  /** Bytes the worker may still send before the consumer must read. */
  creditBytes = 0;
  attempts = 0;
  /** The consumer is gone or was told of a failure: nobody waits for more output. */
  abandoned = false;

  constructor(options: { payload: unknown; queuedAtMs: number }) {
    this.payload = options.payload;
    this.queuedAtMs = options.queuedAtMs;
    this.output = new OutputChannel({ onRead: (bytes) => this.onRead?.(bytes) });
  }

  complete(): void {
    try {
      this.output.end();
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  reject(code: string, detail: string): void {
    this.fail(new JobRejected(code, detail));
  }

  fail(error: Error): void {
    this.abandoned = true;
    this.output.fail(error);
  }

  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    this.onAbandon?.();
  }
}
