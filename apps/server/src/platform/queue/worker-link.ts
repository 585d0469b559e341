import type { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader, type OfferFrame } from './frames.ts';
import type { NewOffer } from './offer-desk.ts';
import type { AttemptFailure, QueuedJob } from './queued-job.ts';
import { hasRoom } from './workload.ts';

/** How much of a job's output may wait unread before its worker pauses; memory holds it for each. */
const windowBytes = 64 * 1024;

/** The api's end of one worker's connection. */
export class WorkerLink {
  private readonly socket: Socket;
  private readonly jobs = new Map<number, QueuedJob>();
  private readonly events: {
    hello(link: WorkerLink): void;
    slotFreed(): void;
    /** The worker is done with a job, whether anybody still wants it or not. */
    ended(job: QueuedJob, failure: AttemptFailure | undefined): void;
    /** About what it offers, or makes for another one. */
    offer(link: WorkerLink, frame: OfferFrame): void;
    closed(link: WorkerLink, unfinished: QueuedJob[]): void;
  };
  private readonly clock: () => number;
  private nextJob = 1;
  private lastHeardMs: number;
  /** What the worker said in its hello; undefined until then. */
  info: unknown;
  private assists = false;
  /** It makes what another one offered, and would begin a job only behind that. */
  isAssisting = false;

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
      const unfinished = this.openJobs();
      this.jobs.clear();
      this.events.closed(this, unfinished);
    });
  }

  openJobs(): QueuedJob[] {
    return [...this.jobs.values()];
  }

  get openCount(): number {
    return this.jobs.size;
  }

  /** Jobs that keep the worker computing; one whose reader is slow does not. */
  get runningJobs(): number {
    let running = 0;
    for (const job of this.jobs.values()) if (job.creditBytes > 0) running += 1;
    return running;
  }

  /** Whether it has nothing else to do. */
  get canAssist(): boolean {
    return this.assists && !this.isAssisting && this.jobs.size === 0;
  }

  /** Whether the worker has time for another job beside those that it computes. */
  get hasRoom(): boolean {
    if (this.isAssisting) return false;
    const nowMs = this.clock();
    return hasRoom(this.openJobs().map((job) => job.loadAt(nowMs)));
  }

  /** True when the worker owes output and has been silent for longer than `timeoutMs`. */
  isStuck(timeoutMs: number): boolean {
    const owes = this.runningJobs > 0 || this.isAssisting;
    return owes && this.clock() - this.lastHeardMs > timeoutMs;
  }

  start(job: QueuedJob): void {
    const number = this.nextJob++;
    this.jobs.set(number, job);
    this.lastHeardMs = this.clock();
    job.output.restart();
    job.start(windowBytes - job.output.bufferedBytes, this.lastHeardMs);
    job.onRead = (bytes) => {
      job.addCredit(bytes, this.clock());
      this.send({ type: 'credit', job: number, bytes });
    };
    job.onIdle = this.events.slotFreed;
    job.onAbandon = () => this.send({ type: 'cancel', job: number });
    this.send({ type: 'job', job: number, window: job.creditBytes, payload: job.payload });
  }

  assist({ offer, task }: NewOffer): void {
    this.isAssisting = true;
    this.lastHeardMs = this.clock();
    this.send({ type: 'assist', offer, task });
  }

  /** Others have computed for one of its jobs. */
  addAssisted(job: number, seconds: number): void {
    this.jobs.get(job)?.addAssisted(seconds);
  }

  destroy(): void {
    this.socket.destroy();
  }

  send(frame: Frame): void {
    if (!this.socket.destroyed) this.socket.write(encodeFrame(frame));
  }

  private receive(frame: Frame): void {
    if (frame.type === 'hello') {
      this.info = frame.info;
      this.assists = frame.assists;
      this.events.hello(this);
      return;
    }
    if (frame.type === 'alive') return;
    if ('offer' in frame) {
      this.events.offer(this, frame);
      return;
    }
    if (frame.type === 'job' || frame.type === 'credit' || frame.type === 'cancel') {
      throw new Error(`a worker sent ${frame.type}`);
    }
    const job = this.jobs.get(frame.job);
    if (!job) throw new Error(`a worker answered job ${frame.job}, which is not its own`);
    if (frame.type === 'end') {
      this.jobs.delete(frame.job);
      this.events.ended(job, frame.error && failureOf(frame.error));
    } else if (frame.type === 'rest') {
      job.rest(frame, this.clock());
      this.events.slotFreed();
    } else {
      this.deliver(job, frame);
    }
  }

  private deliver(job: QueuedJob, frame: Extract<Frame, { type: 'event' | 'bytes' }>): void {
    if (job.abandoned) return;
    try {
      if (frame.type === 'event') {
        job.output.push({ type: 'event', event: frame.event, data: frame.data });
        return;
      }
      const skippedBytes = job.output.push({ type: 'bytes', bytes: frame.bytes });
      job.addCredit(-frame.bytes.length, this.clock());
      if (skippedBytes > 0) job.onRead?.(skippedBytes);
    } catch (error) {
      // The output is not what it was: no attempt can go on where the first one ended.
      job.failure = { cause: 'hopeless', reason: String(error) };
      job.abandon();
      job.output.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

function failureOf(error: { code: string; detail: string; retry: boolean }): AttemptFailure {
  if (error.retry) return { cause: 'error', reason: error.detail };
  return { cause: 'refused', code: error.code, reason: error.detail };
}
