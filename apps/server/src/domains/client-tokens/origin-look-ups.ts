import type { DatabaseHandle } from '../../platform/database/database.ts';
import { findKnownOrigins } from './store.ts';

const maxAtOnce = 1_000;

interface LookUp {
  readonly origin: string;
  readonly resolve: (isKnown: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Looks origins up, one statement after the other, each for all that are asked for meanwhile: anybody can
 * make origins up, and takes no more than one connection to the database with it.
 */
export class OriginLookUps {
  readonly #db: DatabaseHandle;
  #waiting: LookUp[] = [];
  #isAsking = false;

  constructor(db: DatabaseHandle) {
    this.#db = db;
  }

  /** Whether pages of an origin have a token that ends after `since`. */
  isKnown(origin: string, since: Date): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ origin, resolve, reject });
      if (!this.#isAsking) void this.#askAll(since);
    });
  }

  async #askAll(since: Date): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) await this.#ask(this.#waiting.splice(0, maxAtOnce), since);
    this.#isAsking = false;
  }

  async #ask(lookUps: readonly LookUp[], since: Date): Promise<void> {
    try {
      const origins = lookUps.map(({ origin }) => origin);
      const known = await findKnownOrigins(this.#db, { origins, since });
      for (const { origin, resolve } of lookUps) resolve(known.has(origin));
    } catch (error) {
      for (const { reject } of lookUps) reject(error);
    }
  }
}
