import { Counter, Histogram, type Registry } from 'prom-client';
import type { Actor } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import {
  BusiestNames,
  durationBuckets,
  realTimeFactorBuckets,
} from '../../platform/metrics/index.ts';

/** Keys with series of their own. */
const namedKeys = 50;

interface EndedSpeechRequest {
  readonly status: number;
  readonly seconds: number;
  readonly actor: Actor | null;
}

/** What is counted of speech. Names and labels are what dashboards and alerts go by. */
export class SpeechMetrics {
  readonly #requests: Counter<'status' | 'key_id'>;
  readonly #statuses = new Set<number>();
  readonly #keys: BusiestNames;
  readonly #duration: Histogram;
  readonly #audio: Histogram;
  readonly #firstAudio: Histogram<'cache'>;
  readonly #realTimeFactor: Histogram;
  readonly #cache: Counter<'result'>;
  readonly #errors: Counter<'code'>;

  constructor(register: Registry) {
    const registers = [register];
    const buckets = [...durationBuckets];
    this.#requests = new Counter({
      name: 'voiceflow_tts_requests_total',
      help: 'Total TTS requests, by HTTP status (499: the caller left) and by key; the busiest keys have names, the rest is "other", who sent none is "none"',
      labelNames: ['status', 'key_id'],
      registers,
    });
    this.#keys = new BusiestNames({
      most: namedKeys,
      nameOf: (id) => formatId('key', id),
      onUnnamed: (key_id) => {
        for (const status of this.#statuses) this.#requests.remove({ status, key_id });
      },
    });
    this.#duration = new Histogram({
      name: 'voiceflow_tts_request_duration_seconds',
      help: 'TTS request duration, to the last byte of the answer',
      buckets,
      registers,
    });
    this.#audio = new Histogram({
      name: 'voiceflow_tts_audio_duration_seconds',
      help: 'Generated audio duration; what came from the cache was not generated again',
      buckets,
      registers,
    });
    this.#firstAudio = new Histogram({
      name: 'voiceflow_tts_first_audio_seconds',
      help: 'Time until the first audio of a streamed answer',
      labelNames: ['cache'],
      buckets,
      registers,
    });
    this.#realTimeFactor = new Histogram({
      name: 'voiceflow_tts_real_time_factor',
      help: 'Compute seconds for one second of generated audio',
      buckets: [...realTimeFactorBuckets],
      registers,
    });
    this.#cache = new Counter({
      name: 'voiceflow_tts_cache_requests_total',
      help: 'TTS requests by how they were served: hit (from the cache), joined (to an equal one under way), miss',
      labelNames: ['result'],
      registers,
    });
    this.#errors = new Counter({
      name: 'voiceflow_tts_errors_total',
      help: 'Speech that could not be made, by error code',
      labelNames: ['code'],
      registers,
    });
  }

  /** A request to a route that answers with speech is over. */
  requestEnded({ status, seconds, actor }: EndedSpeechRequest): void {
    this.count(status, actor);
    this.#duration.observe(seconds);
  }

  /** A request ended whose duration is no figure of ours: its caller was still writing the text. */
  count(status: number, actor: Actor | null): void {
    this.#statuses.add(status);
    const key_id = actor?.kind === 'key' ? this.#keys.use(actor.keyId) : 'none';
    this.#requests.inc({ status, key_id });
  }

  found(result: 'hit' | 'joined' | 'miss'): void {
    this.#cache.inc({ result });
  }

  firstAudio(cache: 'hit' | 'joined' | 'miss', seconds: number): void {
    this.#firstAudio.observe({ cache }, seconds);
  }

  made({ audioSeconds, computeSeconds }: { audioSeconds: number; computeSeconds: number }): void {
    this.#audio.observe(audioSeconds);
    if (audioSeconds > 0) this.#realTimeFactor.observe(computeSeconds / audioSeconds);
  }

  failed(code: string): void {
    this.#errors.inc({ code });
  }
}
