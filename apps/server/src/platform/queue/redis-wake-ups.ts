import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from '../redis/index.ts';

/** Shorter than the silence after which a connection counts as dead. */
const listenSeconds = 2;
const retryMs = 100;

interface RedisWakeUpsOptions {
  /** A connection for these calls alone, since they block it. */
  readonly connect: () => Promise<RedisClient>;
  /** The list in which one token lies while jobs wait. */
  readonly key: string;
  /** Gives a token back that nobody here waits for any more. */
  readonly passOn: () => Promise<void>;
}

/**
 * Blocks on the list for those of this process who wait. Redis gives the token to the process that
 * has blocked for longest, and this class to the one here who has waited for longest.
 */
export class RedisWakeUps {
  readonly #options: RedisWakeUpsOptions;
  /** What ends each wait, in the order in which they began. */
  readonly #waiting = new Set<() => void>();
  #client: RedisClient | undefined;
  #listening = false;
  #closed = false;

  constructor(options: RedisWakeUpsOptions) {
    this.#options = options;
  }

  /** Resolves with the token, after `timeoutMs`, or when the signal aborts. */
  next({ signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number }): Promise<void> {
    if (signal.aborted || this.#closed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = (): void => {
      this.#waiting.delete(end);
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, timeoutMs);
    signal.addEventListener('abort', end);
    this.#waiting.add(end);
    void this.#listen();
    return promise;
  }

  close(): void {
    this.#closed = true;
    for (const end of this.#waiting) end();
    this.#client?.destroy();
  }

  async #listen(): Promise<void> {
    if (this.#listening) return;
    this.#listening = true;
    while (this.#waiting.size > 0) {
      try {
        this.#client ??= await this.#options.connect();
        if (this.#closed) this.#client.destroy();
        if (await this.#client.blPop(this.#options.key, listenSeconds)) await this.#wakeOne();
      } catch {
        if (!this.#closed) await sleep(retryMs);
      }
    }
    this.#listening = false;
  }

  async #wakeOne(): Promise<void> {
    const [first] = this.#waiting;
    if (first) first();
    else await this.#options.passOn();
  }
}
