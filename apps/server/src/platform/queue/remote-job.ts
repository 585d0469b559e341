import type { AttemptMessage } from './job-messages.ts';
import { OutputChannel } from './output-channel.ts';
import type { JobTerms } from './work-queue.ts';

/** How much of a job's output may wait unread before its worker pauses; memory holds it for each. */
export const windowBytes = 64 * 1024;
/** The worker is told of what was read once it is this much. */
const toldEveryBytes = windowBytes / 4;

/** A job of this process that workers elsewhere run, from its admission to its last byte. */
export class RemoteJob {
  readonly payload: unknown;
  readonly terms: JobTerms;
  /** Under which its output is to be made, whatever serves by then. */
  readonly version: string | null;
  readonly output: OutputChannel;
  /** In the store. It changes when Redis forgot the job and it is queued anew. */
  id = '';
  /** The attempt that is followed, and where to write to whoever runs it. */
  attempt = 0;
  worker: string | undefined;
  /** How often in a row the store did not know it, with nothing heard in between. */
  timesUnknown = 0;
  /** Since it is in the store. */
  heardAtMs = Number.POSITIVE_INFINITY;
  wasAdmitted = false;
  private readonly runs = new Set<string>();
  private nextSeq = 0;
  private receivedBytes = 0;
  private allowedBytes = 0;
  private readonly allow: (job: RemoteJob, upToBytes: number) => void;

  constructor(options: {
    payload: unknown;
    terms: JobTerms;
    version: string | null;
    /** Tells the worker how much it may send in all. */
    allow: (job: RemoteJob, upToBytes: number) => void;
  }) {
    this.payload = options.payload;
    this.terms = options.terms;
    this.version = options.version;
    this.allow = options.allow;
    this.output = new OutputChannel({ onRead: () => this.tellWorker() });
  }

  /** It is being queued: of former attempts nothing is taken any more. */
  startOver(id: string): void {
    this.id = id;
    this.worker = undefined;
    this.runs.clear();
    this.attempt = 0;
    this.timesUnknown = 0;
    this.heardAtMs = Number.POSITIVE_INFINITY;
  }

  takeAdmission(nowMs: number): void {
    this.wasAdmitted = true;
    this.heardAtMs = nowMs;
  }

  /**
   * Takes the next message of an attempt. The newest attempt counts, and of a repeated message the
   * first.
   * @returns `gap` when messages before this one were lost, or an attempt of this number has been
   *   followed before: the store has forgotten that one
   * @throws when an attempt gives other output than the one before
   */
  receive(message: AttemptMessage, bytes: Buffer): 'taken' | 'ignored' | 'ended' | 'gap' {
    if (message.type === 'start') {
      const isNew = message.attempt > this.attempt;
      if (!isNew && !this.runs.has(message.run)) return 'gap';
      this.runs.add(message.run);
      if (isNew) this.follow(message);
    }
    if (message.attempt !== this.attempt || message.seq < this.nextSeq) return 'ignored';
    if (message.seq > this.nextSeq) return 'gap';
    this.nextSeq += 1;
    if (message.type === 'end') {
      this.output.end();
      return 'ended';
    }
    if (message.type === 'event') {
      const { event, data } = message;
      this.output.push({ type: 'event', event, data });
    } else if (message.type === 'bytes') {
      this.receivedBytes += bytes.length;
      this.output.push({ type: 'bytes', bytes });
      this.tellWorker();
    }
    return 'taken';
  }

  private follow({ attempt, worker }: Extract<AttemptMessage, { type: 'start' }>): void {
    this.attempt = attempt;
    this.nextSeq = 0;
    this.worker = worker;
    this.receivedBytes = 0;
    this.allowedBytes = windowBytes;
    this.output.restart();
  }

  private tellWorker(): void {
    if (this.worker === undefined) return;
    const upToBytes = this.receivedBytes - this.output.bufferedBytes + windowBytes;
    if (upToBytes - this.allowedBytes < toldEveryBytes) return;
    this.allowedBytes = upToBytes;
    this.allow(this, upToBytes);
  }
}
