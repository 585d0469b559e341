import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { DomainError } from '../errors.ts';
import { signatureWindowMs } from './signature.ts';

/** Remembers what was used, for as long as it could be used again. */
export interface ReplayGuard {
  /** Whether nobody has claimed this name of an owner yet; from now on it is claimed. */
  claim(owner: string, name: string): Promise<boolean>;
}

/** Nothing can be used again after this: from the far end of the window to the near one. */
export const claimLifetimeMs = 2 * signatureWindowMs;
const maxClaims = 100_000;

/** What was claimed within one lifetime, by owner. */
class Generation {
  readonly #claimed = new Map<string, Set<string>>();
  size = 0;

  of(owner: string): ReadonlySet<string> | undefined {
    return this.#claimed.get(owner);
  }

  add(owner: string, name: string): void {
    const own = this.#claimed.get(owner) ?? new Set();
    this.#claimed.set(owner, own.add(name));
    this.size += 1;
  }
}

/**
 * Remembers in this process, in two generations of the lifetime each. Where more is claimed than it
 * has room for it refuses everything new, because to forget would be to let a replay in. An owner has
 * no more claims than there is room left, so half of all alone, and none keeps the others out.
 */
export class MemoryReplayGuard implements ReplayGuard {
  readonly #clock: Clock;
  readonly #max: number;
  #current = new Generation();
  #previous = new Generation();
  #currentSinceMs = 0;

  constructor(options: { clock: Clock; max?: number }) {
    this.#clock = options.clock;
    this.#max = options.max ?? maxClaims;
  }

  async claim(owner: string, name: string): Promise<boolean> {
    this.#forget();
    // However long a name is, its place in memory is not.
    const digest = hash('sha256', name, 'base64');
    const own = this.#current.of(owner);
    if (own?.has(digest) || this.#previous.of(owner)?.has(digest)) return false;
    if ((own?.size ?? 0) >= this.#max - this.#current.size) throw tooManyClaims();
    this.#current.add(owner, digest);
    return true;
  }

  #forget(): void {
    const nowMs = this.#clock.now().getTime();
    const ageMs = nowMs - this.#currentSinceMs;
    if (ageMs < claimLifetimeMs) return;
    this.#previous = ageMs < 2 * claimLifetimeMs ? this.#current : new Generation();
    this.#current = new Generation();
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
