import { join } from 'node:path';
import { DomainError } from '../../platform/errors.ts';
import { createId } from '../../platform/ids.ts';
import type { WorkQueue } from '../../platform/queue/index.ts';
import type { Tracer } from '../../platform/tracing/index.ts';
import type { SpeechAllowance } from '../usage/index.ts';
import type { AudioCache } from './audio-cache.ts';
import { ComputeEstimate } from './compute-estimate.ts';
import { notReady } from './errors.ts';
import { Flight } from './flight.ts';
import { type SpeechSpec, type SynthesisJob, workerInfoSchema } from './job.ts';
import type { FinishedSpeech } from './speech-details.ts';
import { placeForRequest, placeOf } from './speech-key.ts';
import type { SpeechMetrics } from './speech-metrics.ts';

/** Whose speech it is, and how it stands in the queue. */
export interface SpeechOwner extends SpeechAllowance {
  /** Speech is shared among requests of one owner only. */
  readonly id: string;
}

/** A speech that is there already, or on its way. `joined`: another request had it under way. */
export type FoundSpeech =
  | { readonly cache: 'hit'; readonly speech: FinishedSpeech }
  | { readonly cache: 'joined' | 'miss'; readonly flight: Flight };

interface SpeechRequest {
  readonly requestId: string;
  readonly traceparent?: string | undefined;
  /**
   * The file must carry `requestId`, as the first answer to this Idempotency-Key did; else any equal
   * request's file will do.
   */
  readonly exactly: boolean;
  /** Somebody listens while it is made. */
  readonly live: boolean;
}

/** Finds speech in the cache or among what is under way, else has it made: never twice at once. */
export class SpeechMaker {
  private readonly queue: WorkQueue;
  private readonly cache: AudioCache;
  private readonly metrics: SpeechMetrics;
  private readonly tracer: Tracer | undefined;
  private readonly flights = new Map<string, Flight>();
  /** Settles when what a flight has made lies in the cache. */
  private readonly landings = new WeakMap<Flight, Promise<void>>();
  private readonly estimate = new ComputeEstimate();
  private lastInfo: unknown;
  private lastModelId: string | undefined;

  constructor(options: {
    queue: WorkQueue;
    cache: AudioCache;
    metrics: SpeechMetrics;
    tracer?: Tracer | undefined;
  }) {
    this.queue = options.queue;
    this.cache = options.cache;
    this.metrics = options.metrics;
    this.tracer = options.tracer;
  }

  /** The model that serves; while its workers restart, the one that did. @throws `not_ready` */
  get modelId(): string {
    const [info] = this.queue.workers();
    if (info !== undefined && info !== this.lastInfo) {
      this.lastInfo = info;
      this.lastModelId = workerInfoSchema.parse(info).modelId;
    }
    if (this.lastModelId === undefined) throw notReady();
    return this.lastModelId;
  }

  /** The request id that an answer given now would carry in its metadata, if any is at hand. */
  async requestIdAtHand(owner: string, spec: SpeechSpec): Promise<string | undefined> {
    const place = placeOf(owner, this.modelId, spec);
    return this.flightAt(place)?.requestId ?? (await this.cache.find(place))?.details.requestId;
  }

  async obtain(
    owner: SpeechOwner,
    spec: SpeechSpec,
    { requestId, traceparent, exactly, live }: SpeechRequest,
  ): Promise<FoundSpeech> {
    const job = { spec, requestId, traceparent, live };
    const place = placeOf(owner.id, this.modelId, spec);
    const shared = (await this.kept(place)) ?? this.underWay(place);
    if (!shared) return this.start(place, owner, job);
    if (!exactly || requestIdOf(shared) === requestId) return shared;
    const own = placeForRequest(place, requestId);
    return (await this.kept(own)) ?? this.underWay(own) ?? this.start(own, owner, job);
  }

  private async kept(place: string): Promise<FoundSpeech | undefined> {
    const flight = this.flightAt(place);
    if (flight && !flight.isOver) return undefined;
    if (flight) await this.landings.get(flight);
    const speech = await this.cache.find(place);
    return speech && { cache: 'hit', speech };
  }

  /** Asked right before a start, with nothing awaited in between: no two start the same. */
  private underWay(place: string): FoundSpeech | undefined {
    const flight = this.flightAt(place);
    return flight && { cache: 'joined', flight };
  }

  private flightAt(place: string): Flight | undefined {
    const flight = this.flights.get(place);
    return flight?.joinable ? flight : undefined;
  }

  private start(place: string, owner: SpeechOwner, job: SynthesisJob): FoundSpeech {
    const { id: tenant, tier, maxOpen } = owner;
    const cost = this.estimate.expectedSeconds(job.spec);
    const waiting = this.tracer?.start('wait for a worker', {
      parent: job.traceparent,
      kind: 'producer',
      attributes: { 'voiceflow.tier': tier },
    });
    const flight = new Flight({
      queue: this.queue,
      job: waiting ? { ...job, traceparent: waiting.traceparent } : job,
      terms: { tenant, tier, weight: 1, cost, maxOpen },
      file: join(this.cache.spoolDir, createId()),
      makeRoom: () => this.cache.makeRoom(),
    });
    this.flights.set(place, flight);
    void flight.begun.then((begun) => waiting?.end({ failed: !begun }));
    const landing = flight.finished
      .then((details) => {
        this.estimate.learn(job.spec, details.computeSeconds);
        this.metrics.made(details);
        return this.cache.adopt(place, flight.file, details);
      })
      .catch((error: unknown) => {
        if (error instanceof DomainError) this.metrics.failed(error.code);
      })
      .finally(() => {
        if (this.flights.get(place) === flight) this.flights.delete(place);
        flight.release();
      });
    this.landings.set(flight, landing);
    return { cache: 'miss', flight };
  }
}

/** The request whose id the file carries. */
export function requestIdOf(found: FoundSpeech): string {
  return found.cache === 'hit' ? found.speech.details.requestId : found.flight.requestId;
}
