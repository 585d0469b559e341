import { LRUCache } from 'lru-cache';
import {
  microsPerMs,
  type Quota,
  type RateLimiter,
  toVerdict,
  type Verdict,
  type WindowState,
} from './rate-limiter.ts';
import { SlidingWindow } from './sliding-window.ts';

/** What one window costs beside its times, in places for a time (8 bytes). */
const windowOverhead = 32;
/** 32 MB: 110,000 callers with a few requests each. */
const maxPlaces = 4_000_000;

/**
 * Sliding windows in this process. Beyond its memory the callers that have been silent longest are
 * forgotten. Time is monotonic and in microseconds, so that a step of the system's clock opens no
 * window twice.
 */
export class MemoryRateLimiter implements RateLimiter {
  readonly #windows: LRUCache<string, SlidingWindow>;
  readonly #nowMicros: () => number;

  constructor(options: { nowMicros?: () => number; maxPlaces?: number } = {}) {
    this.#nowMicros = options.nowMicros ?? (() => Math.floor(performance.now() * microsPerMs));
    this.#windows = new LRUCache({ maxSize: options.maxPlaces ?? maxPlaces });
  }

  async take(group: string, quotas: readonly Quota[]): Promise<Verdict> {
    const now = this.#nowMicros();
    const windows = quotas.map((quota) => {
      const window = this.#windows.get(`${group}\n${quota.name}`) ?? new SlidingWindow();
      window.dropUntil(now - quota.windowMs * microsPerMs);
      return { quota, window };
    });
    const allowed = windows.every(({ quota, window }) => window.count < quota.limit);
    const states = windows.map(({ quota, window }): WindowState => {
      if (allowed) this.#count(`${group}\n${quota.name}`, window, now);
      const { count } = window;
      // After a limit was lowered, more than one must leave before there is room.
      const leaves = window.at(Math.max(0, count - quota.limit)) + quota.windowMs * microsPerMs;
      const resetMs = count === 0 ? 0 : (leaves - now) / microsPerMs;
      return { limit: quota.limit, count, resetMs };
    });
    return toVerdict(allowed, states);
  }

  #count(key: string, window: SlidingWindow, now: number): void {
    const { capacity } = window;
    window.push(now);
    if (window.count > 1 && window.capacity === capacity) return;
    this.#windows.set(key, window, { size: window.capacity + windowOverhead });
  }
}
