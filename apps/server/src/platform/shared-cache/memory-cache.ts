import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { LookUp, SharedCache } from './shared-cache.ts';

interface Kept<T> {
  readonly answer: Promise<T>;
  readonly schema: unknown;
  readonly expiresAtMs: number;
}

/** What was kept under a schema is of its type, and need not be asked: that costs more than the look-up. */
function isKeptFor<T>({ schema }: LookUp<T>, kept: Kept<unknown>): kept is Kept<T> {
  return kept.schema === schema;
}

/** Nobody tells this process what others change, so it looks again after a second. */
const standardLifetimeMs = 1_000;
const maxAnswers = 10_000;

/** Keeps answers in this process, for less than `lifetimeMs` from the start of the look-up. */
export class MemoryCache implements SharedCache {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #kept = new LRUCache<string, Kept<unknown>>({ max: maxAnswers });

  constructor(options: { clock: Clock; lifetimeMs?: number }) {
    this.#clock = options.clock;
    this.#lifetimeMs = options.lifetimeMs ?? standardLifetimeMs;
  }

  async get<T>(lookUp: LookUp<T>): Promise<T> {
    const { name, schema, load } = lookUp;
    const nowMs = this.#clock.now().getTime();
    const kept = this.#kept.get(name);
    if (kept && nowMs < kept.expiresAtMs) {
      return isKeptFor(lookUp, kept) ? kept.answer : schema.parse(await kept.answer);
    }
    const answer = load();
    this.#kept.set(name, { answer, schema, expiresAtMs: nowMs + this.#lifetimeMs });
    answer.catch(() => this.#kept.delete(name));
    return answer;
  }

  async invalidate(name: string): Promise<void> {
    this.#kept.delete(name);
  }
}
