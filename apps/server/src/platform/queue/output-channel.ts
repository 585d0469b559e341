import { createHash } from 'node:crypto';
import type { JobOutput } from './work-queue.ts';

/**
 * One job's output on its way to its consumer. Counts what arrived, so that a second run of the
 * same job goes on where the first one ended; and what waits to be read, so that the worker is
 * held to the consumer's pace.
 */
export class OutputChannel {
  private readonly outputs: JobOutput[] = [];
  private wake: (() => void) | undefined;
  private ended = false;
  private failure: Error | undefined;
  private deliveredEvents = 0;
  private deliveredBytes = 0;
  private readonly deliveredHash = createHash('sha256');
  /** What a second run still repeats of the first. */
  private known = { events: 0, bytes: 0, hash: createHash('sha256') };
  private readonly onRead: (bytes: number) => void;
  /** Bytes that arrived and were not read yet. */
  bufferedBytes = 0;

  constructor(options: { onRead: (bytes: number) => void }) {
    this.onRead = options.onRead;
  }

  /** A worker starts the job over: what was delivered already is skipped. */
  restart(): void {
    this.known = {
      events: this.deliveredEvents,
      bytes: this.deliveredBytes,
      hash: createHash('sha256'),
    };
  }

  /**
   * Takes one output of the worker; answers how many of its bytes were skipped as known.
   * @throws when a second run gives other bytes than the first did
   */
  push(output: JobOutput): number {
    if (output.type === 'event') {
      if (this.known.events > 0) {
        this.known.events -= 1;
      } else {
        this.deliveredEvents += 1;
        this.accept(output);
      }
      return 0;
    }
    const skipped = this.skipKnown(output.bytes);
    const fresh = output.bytes.subarray(skipped);
    if (fresh.length > 0) {
      this.deliveredBytes += fresh.length;
      this.deliveredHash.update(fresh);
      this.bufferedBytes += fresh.length;
      this.accept({ type: 'bytes', bytes: fresh });
    }
    return skipped;
  }

  end(): void {
    if (this.known.bytes > 0) throw new Error('a second run of the job was shorter than the first');
    this.ended = true;
    this.wake?.();
  }

  fail(error: Error): void {
    this.failure ??= error;
    this.wake?.();
  }

  async *read(): AsyncGenerator<JobOutput> {
    for (;;) {
      const output = this.outputs.shift();
      if (output) {
        yield output;
        if (output.type === 'bytes') {
          this.bufferedBytes -= output.bytes.length;
          this.onRead(output.bytes.length);
        }
      } else if (this.failure) {
        throw this.failure;
      } else if (this.ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
  }

  private accept(output: JobOutput): void {
    this.outputs.push(output);
    this.wake?.();
  }

  private skipKnown(bytes: Buffer): number {
    if (this.known.bytes === 0) return 0;
    const repeated = bytes.subarray(0, this.known.bytes);
    this.known.bytes -= repeated.length;
    this.known.hash.update(repeated);
    if (this.known.bytes === 0) {
      const same = this.known.hash.digest().equals(this.deliveredHash.copy().digest());
      if (!same) throw new Error('a second run of the job gave other bytes than the first');
    }
    return repeated.length;
  }
}
