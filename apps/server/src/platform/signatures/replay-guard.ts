import type { Clock } from '../clock.ts';
import { DomainError } from '../errors.ts';
import { signatureWindowMs } from './signature.ts';

/** Remembers what was used, for as long as it could be used again. */
export interface ReplayGuard {
  /** Whether nobody has claimed this name yet; from now on it is claimed. */
  claim(name: string): Promise<boolean>;
}

/** Nothing can be used again after this: from the far end of the window to the near one. */
export const claimLifetimeMs = 2 * signatureWindowMs;
const maxClaims = 50_000;

/**
 * Remembers in this process, in two generations of the lifetime each. Where more is claimed than it
 * has room for it refuses everything new, because to forget would be to let a replay in.
 */
export class MemoryReplayGuard implements ReplayGuard {
  readonly #clock: Clock;
  readonly #max: number;
  #current = new Set<string>();
  #previous = new Set<string>();
  #currentSinceMs = 0;

  constructor(options: { clock: Clock; max?: number }) {
    this.#clock = options.clock;
    this.#max = options.max ?? maxClaims;
  }

  async claim(name: string): Promise<boolean> {
    this.#forget();
    if (this.#current.has(name) || this.#previous.has(name)) return false;
    if (this.#current.size >= this.#max) throw tooManyClaims();
    this.#current.add(name);
    return true;
  }

  #forget(): void {
    const nowMs = this.#clock.now().getTime();
    const ageMs = nowMs - this.#currentSinceMs;
    if (ageMs < claimLifetimeMs) return;
    this.#previous = ageMs < 2 * claimLifetimeMs ? this.#current : new Set();
    this.#current = new Set();
    this.#currentSinceMs = nowMs;
  }
}

function tooManyClaims(): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'overloaded',
    detail: 'More signed requests come than this server can tell apart; try again in a minute.',
    retryAfterSeconds: 60,
  });
}
