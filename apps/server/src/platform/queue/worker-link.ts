import type { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';
import type { QueuedJob } from './queued-job.ts';

/** How much of a job's output may wait unread before its worker pauses: about 5 s of 24 kHz WAV. */
const windowBytes = 256 * 1024;

/** The api's end of one worker's connection. */
export class WorkerLink {
  private readonly socket: Socket;
  private readonly jobs = new Map<number, QueuedJob>();
  private readonly events: {
    hello(link: WorkerLink): void;
    slotFreed(): void;
    retry(job: QueuedJob, reason: string): void;
    closed(link: WorkerLink, unfinished: QueuedJob[]): void;
  };
  private readonly clock: () => number;
  private nextJob = 1;
  private lastHeardMs: number;
  /** What the worker said in its hello; undefined until then. */
  info: unknown;

  constructor(options: { socket: Socket; clock: () => number; events: WorkerLink['events'] }) {
    this.socket = options.socket;
    this.clock = options.clock;
    this.events = options.events;
    this.lastHeardMs = this.clock();
    const reader = new FrameReader();
    this.socket.on('data', (chunk) => {
      this.lastHeardMs = this.clock();
      try {
        for (const frame of reader.push(chunk)) this.receive(frame);
      } catch (error) {
        this.socket.destroy(error instanceof Error ? error : undefined);
      }
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      const unfinished = [...this.jobs.values()].filter((job) => !job.abandoned);
      this.jobs.clear();
      this.events.closed(this, unfinished);
    });
  }

  get openJobs(): number {
    return this.jobs.size;
  }

  /** Jobs that keep the worker computing; one whose reader is slow does not. */
  get runningJobs(): number {
    let running = 0;
    for (const job of this.jobs.values()) if (job.creditBytes > 0) running += 1;
    return running;
  }

  /** True when the worker owes output and has been silent for longer than `timeoutMs`. */
  isStuck(timeoutMs: number): boolean {
    return this.runningJobs > 0 && this.clock() - this.lastHeardMs > timeoutMs;
  }

  start(job: QueuedJob): void {
    const number = this.nextJob++;
    this.jobs.set(number, job);
    this.lastHeardMs = this.clock();
    job.output.restart();
    job.creditBytes = windowBytes - job.output.bufferedBytes;
    job.onRead = (bytes) => {
      job.creditBytes += bytes;
      this.send({ type: 'credit', job: number, bytes });
    };
    job.onAbandon = () => this.send({ type: 'cancel', job: number });
    this.send({ type: 'job', job: number, window: job.creditBytes, payload: job.payload });
  }

  destroy(): void {
    this.socket.destroy();
  }

  private send(frame: Frame): void {
    if (!this.socket.destroyed) this.socket.write(encodeFrame(frame));
  }

  private receive(frame: Frame): void {
    if (frame.type === 'hello') {
      this.info = frame.info;
      this.events.hello(this);
      return;
    }
    if (frame.type !== 'event' && frame.type !== 'bytes' && frame.type !== 'end') {
      throw new Error(`a worker sent ${frame.type}`);
    }
    const job = this.jobs.get(frame.job);
    if (!job) throw new Error(`a worker answered job ${frame.job}, which is not its own`);
    if (frame.type === 'end') {
      this.finish(frame.job, job, frame.error);
    } else {
      this.deliver(frame.job, job, frame);
    }
  }

  private deliver(
    number: number,
    job: QueuedJob,
    frame: Extract<Frame, { type: 'event' | 'bytes' }>,
  ): void {
    if (job.abandoned) return;
    try {
      if (frame.type === 'event') {
        job.output.push({ type: 'event', event: frame.event, data: frame.data });
        return;
      }
      const skippedBytes = job.output.push({ type: 'bytes', bytes: frame.bytes });
      job.creditBytes -= frame.bytes.length;
      if (skippedBytes > 0) job.onRead?.(skippedBytes);
      if (job.creditBytes <= 0) this.events.slotFreed();
    } catch (error) {
      job.fail(error instanceof Error ? error : new Error(String(error)));
      this.send({ type: 'cancel', job: number });
    }
  }

  private finish(
    number: number,
    job: QueuedJob,
    error: { code: string; detail: string; retry: boolean } | undefined,
  ): void {
    this.jobs.delete(number);
    job.onRead = undefined;
    job.onAbandon = undefined;
    if (!job.abandoned) {
      if (error?.retry) this.events.retry(job, error.detail);
      else if (error) job.reject(error.code, error.detail);
      else job.complete();
    }
    this.events.slotFreed();
  }
}
