import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { LookUp, SharedCache } from './shared-cache.ts';

/** Nobody tells this process what others change, so it looks again after a second. */
const standardLifetimeMs = 1_000;
const maxAnswers = 10_000;

/** Keeps answers in this process, for less than `lifetimeMs` from the start of the look-up. */
export class MemoryCache implements SharedCache {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #kept = new LRUCache<string, { answer: Promise<unknown>; expiresAtMs: number }>({
    max: maxAnswers,
  });

  constructor(options: { clock: Clock; lifetimeMs?: number }) {
    this.#clock = options.clock;
    this.#lifetimeMs = options.lifetimeMs ?? standardLifetimeMs;
  }

  async get<T>({ name, schema, load }: LookUp<T>): Promise<T> {
    const nowMs = this.#clock.now().getTime();
    const kept = this.#kept.get(name);
    if (kept && nowMs < kept.expiresAtMs) return schema.parse(await kept.answer);
    const answer = load();
    this.#kept.set(name, { answer, expiresAtMs: nowMs + this.#lifetimeMs });
    answer.catch(() => this.#kept.delete(name));
    return answer;
  }

  async invalidate(name: string): Promise<void> {
    this.#kept.delete(name);
  }
}
