import { type FileHandle, open, rm } from 'node:fs/promises';
import type { JobOutput, JobTerms, WorkQueue } from '../../platform/queue/index.ts';
import { explainQueueError, offsetBeyondEnd } from './errors.ts';
import { type SpokenWord, type SynthesisJob, synthesisEventSchema } from './job.ts';
import type { SpeechDetails } from './speech-details.ts';
import { writeWhole } from './write-whole.ts';

/** How far the work may run ahead of the fastest reader. */
const aheadBytes = 512 * 1024;
/** Held in memory for each reader. */
const readBytes = 16 * 1024;

/** How far a synthesis has come; `sourceEnd` is an offset into the text. */
export interface Progress {
  readonly sourceEnd: number;
  readonly audioSeconds: number;
  readonly computeSeconds: number;
}

/**
 * One synthesis under way and everybody who waits for it. The file grows on disk, so that readers
 * of any pace, early or late, share it in bounded memory. The fastest reader sets the pace of the
 * work; when the last one leaves, the work stops.
 */
export class Flight {
  readonly requestId: string;
  /** Rejects with a DomainError, or with the reason of an abort. */
  readonly finished: Promise<SpeechDetails>;
  readonly file: string;
  /** Whether a worker has begun; settles when one does, or when it is sure that none will. */
  readonly begun: Promise<boolean>;
  /** Undefined until all has been made. */
  details: SpeechDetails | undefined;
  progress: Progress = { sourceEnd: 0, audioSeconds: 0, computeSeconds: 0 };
  /** Those that have been said so far; a piece's words are here before its audio. */
  readonly words: SpokenWord[] = [];
  private readonly textUnits: number;
  private readonly readers = new Set<FlightReader>();
  private readonly stop = new AbortController();
  private handle: FileHandle | undefined;
  private writtenBytes = 0;
  private ended = false;
  private released = false;
  private failure: unknown;
  private waiters: (() => void)[] = [];
  private contentTypeIfKnown: string | undefined;
  private readonly beginning = Promise.withResolvers<boolean>();
  private readonly makeRoom: () => Promise<boolean>;

  constructor(options: {
    queue: WorkQueue;
    job: SynthesisJob;
    terms: JobTerms;
    file: string;
    /** Called when the disk is full; answers whether there is room again. */
    makeRoom: () => Promise<boolean>;
  }) {
    const { queue, job, terms } = options;
    this.makeRoom = options.makeRoom;
    this.requestId = job.requestId;
    this.textUnits = job.spec.text.length;
    this.file = options.file;
    this.begun = this.beginning.promise;
    this.finished = this.run(() => queue.enqueue(job, { ...terms, signal: this.stop.signal }));
    this.finished.catch(() => {});
  }

  /** Undefined until the first bytes are there. */
  get contentType(): string | undefined {
    return this.contentTypeIfKnown;
  }

  /** False once the work has stopped for want of readers: a newcomer must start it anew. */
  get joinable(): boolean {
    return !this.stop.signal.aborted;
  }

  /** All has been made, or the work has failed. */
  get isOver(): boolean {
    return this.ended;
  }

  /** An eager reader wants the whole as soon as it is made; the other takes it as it can. */
  join(options: { eager: boolean; fromByte?: number }): FlightReader {
    const reader = new FlightReader({
      ...options,
      read: (reader) => this.read(reader),
      leave: (reader) => this.leave(reader),
    });
    this.readers.add(reader);
    this.changed();
    return reader;
  }

  /** Whoever started the flight has taken the file over, or knows that it failed. */
  release(): void {
    this.released = true;
    void this.closeWhenUnused();
  }

  private async run(enqueue: () => AsyncIterable<JobOutput>): Promise<SpeechDetails> {
    try {
      this.handle = await open(this.file, 'w+', 0o600);
      this.details = await this.receive(enqueue());
      return this.details;
    } catch (error) {
      this.failure = explainQueueError(error);
      throw this.failure;
    } finally {
      this.ended = true;
      this.beginning.resolve(false);
      this.changed();
    }
  }

  private async receive(outputs: AsyncIterable<JobOutput>): Promise<SpeechDetails> {
    let details: Omit<SpeechDetails, 'sizeBytes' | 'words'> = {
      requestId: this.requestId,
      contentType: '',
      extension: '',
      normalisedText: '',
      audioSeconds: 0,
      computeSeconds: 0,
      unspokenWords: 0,
      patches: [],
    };
    for await (const output of outputs) {
      if (output.type === 'bytes') {
        await this.append(output.bytes);
        continue;
      }
      const told = synthesisEventSchema.parse(output);
      if (told.event === 'words') {
        this.words.push(...told.data);
      } else if (told.event === 'progress') {
        this.progress = told.data;
      } else {
        this.beginning.resolve(true);
        details = { ...details, ...told.data };
        this.contentTypeIfKnown = details.contentType;
        if (told.event === 'done') this.progress = { ...told.data, sourceEnd: this.textUnits };
      }
    }
    return { ...details, words: this.words, sizeBytes: this.writtenBytes };
  }

  private async append(bytes: Buffer): Promise<void> {
    if (this.handle) {
      await writeWhole(this.handle, { bytes, position: this.writtenBytes }, this.makeRoom);
    }
    this.writtenBytes += bytes.length;
    this.changed();
    while (this.joinable && this.fastestPosition() < this.writtenBytes - aheadBytes) {
      await this.change();
    }
  }

  private fastestPosition(): number {
    let fastest = 0;
    for (const reader of this.readers) fastest = Math.max(fastest, reader.positionBytes);
    return fastest;
  }

  private async *read(reader: FlightReader): AsyncGenerator<Buffer> {
    for (let position = reader.fromByte; ; ) {
      if (reader.hasLeft) {
        return;
      } else if (position < this.writtenBytes && this.handle) {
        const length = Math.min(readBytes, this.writtenBytes - position);
        // Of a pool it would keep more in memory than itself, for as long as its reader is slow.
        const block = Buffer.allocUnsafeSlow(length);
        const { buffer } = await this.handle.read(block, 0, length, position);
        position += length;
        reader.advance(position);
        this.changed();
        yield buffer;
      } else if (this.ended) {
        if (this.failure) throw this.failure;
        if (position > this.writtenBytes) throw offsetBeyondEnd(position, this.writtenBytes);
        return;
      } else {
        await this.change();
      }
    }
  }

  private leave(reader: FlightReader): void {
    if (!this.readers.delete(reader)) return;
    if (this.readers.size === 0 && !this.ended) this.stop.abort(new Error('nobody is listening'));
    this.changed();
    void this.closeWhenUnused();
  }

  private async closeWhenUnused(): Promise<void> {
    if (!this.released || this.readers.size > 0) return;
    const { handle } = this;
    this.handle = undefined;
    await handle?.close();
    if (this.failure) await rm(this.file, { force: true });
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
    });
  }

  private changed(): void {
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}

/** One of those who wait for a flight. It must leave in the end, whatever happened. */
export class FlightReader {
  hasLeft = false;
  private position: number;
  private readonly options: {
    eager: boolean;
    /** How much of the beginning it does not want. */
    fromByte?: number;
    read: (reader: FlightReader) => AsyncGenerator<Buffer>;
    leave: (reader: FlightReader) => void;
  };

  constructor(options: FlightReader['options']) {
    this.options = options;
    this.position = options.eager ? Number.POSITIVE_INFINITY : this.fromByte;
  }

  get fromByte(): number {
    return this.options.fromByte ?? 0;
  }

  get positionBytes(): number {
    return this.position;
  }

  /** Everything from its first byte on, as it comes. Ends early once this reader has left. */
  read(): AsyncGenerator<Buffer> {
    return this.options.read(this);
  }

  advance(positionBytes: number): void {
    if (!this.options.eager) this.position = positionBytes;
  }

  leave(): void {
    this.hasLeft = true;
    this.options.leave(this);
  }
}
