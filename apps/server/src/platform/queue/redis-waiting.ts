import type { RedisClient } from '../redis/index.ts';
import type { OtherWork } from './job-store.ts';

/** A connection that waits says nothing; this is shorter than the silence that ends one. */
const waitAtOnceMs = 2_000;
/** By then Redis answers what it was told to end; a connection on which it does not is dropped. */
const answerWithinMs = 1_000;
const checkEveryMs = 250;

interface RedisWaitingOptions {
  /** Ends a wait, which blocks a connection of its own. */
  readonly client: RedisClient;
  readonly connect: () => Promise<RedisClient>;
  /** The list in which one token lies while jobs wait. */
  readonly key: string;
}

interface Wait<T> {
  readonly work: (client: RedisClient) => Promise<T | undefined>;
  readonly otherWork?: OtherWork | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Waits at Redis itself: what is to be done then is sent along, and done without another way. */
export class RedisWaiting {
  readonly #options: RedisWaitingOptions;
  /** Each with the number by which Redis knows it. */
  readonly #open = new Map<RedisClient, Promise<number>>();
  readonly #free: RedisClient[] = [];
  /** When those that wait must have answered; one timer looks after all, and none is set for a wait. */
  readonly #answerBy = new Map<RedisClient, number>();
  #watch: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: RedisWaitingOptions) {
    this.#options = options;
  }

  /**
   * Waits for a token and does `work` as soon as it is there; again, until `work` answers
   * something, other work was taken, the time is up, or the signal aborts, after which it is done
   * for the last time.
   */
  async untilDone<T>({ timeoutMs, ...wait }: Wait<T>): Promise<T | undefined> {
    const endsAtMs = performance.now() + timeoutMs;
    const client = this.#free.pop() ?? (await this.#connect());
    try {
      let end: { done: T | undefined } | undefined;
      while (!end && !wait.signal.aborted && !this.#closed) {
        const leftMs = Math.ceil(Math.min(waitAtOnceMs, endsAtMs - performance.now()));
        if (leftMs <= 0) break;
        end = await this.#waitOnce(client, { ...wait, timeoutMs: leftMs });
      }
      this.#free.push(client);
      return end?.done;
    } catch (error) {
      this.#drop(client);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const client of this.#open.keys()) this.#drop(client);
  }

  async #connect(): Promise<RedisClient> {
    const client = await this.#options.connect();
    const askNumber = (): void => {
      const number = client.sendCommand(['CLIENT', 'ID'], { asap: true }).then(Number);
      number.catch(() => {});
      this.#open.set(client, number);
    };
    askNumber();
    // It is another one whenever the connection is made anew.
    client.on('ready', () => this.#open.has(client) && askNumber());
    if (this.#closed) this.#drop(client);
    // After a pause of this process, what has come meanwhile is read before anything is dropped.
    else this.#watch ??= setInterval(() => setImmediate(() => this.#dropSilent()), checkEveryMs);
    this.#watch?.unref();
    return client;
  }

  #drop(client: RedisClient): void {
    if (this.#open.delete(client)) client.destroy();
  }

  #dropSilent(): void {
    const nowMs = performance.now();
    for (const [client, byMs] of this.#answerBy) if (byMs < nowMs) this.#drop(client);
  }

  async #waitOnce<T>(
    client: RedisClient,
    { work, otherWork, signal, timeoutMs }: Wait<T>,
  ): Promise<{ done: T | undefined } | undefined> {
    const { key } = this.#options;
    // Of several lists Redis answers the first one that holds something.
    const keys = otherWork?.isWanted() ? [key, otherWork.key] : [key];
    const expectAnswer = (inMs: number) =>
      this.#answerBy.set(client, performance.now() + inMs + answerWithinMs);
    expectAnswer(timeoutMs);
    const stop = (): void => {
      const number = this.#open.get(client);
      number?.then((id) => this.#options.client.clientUnblock(id)).catch(() => {});
      expectAnswer(0);
    };
    signal.addEventListener('abort', stop);
    try {
      const [popped, done] = await Promise.all([
        client.blPop(keys, timeoutMs / 1000),
        work(client),
      ]);
      if (popped && popped.key === otherWork?.key) {
        otherWork.onTaken(popped.element);
        return { done };
      }
      return done === undefined ? undefined : { done };
    } finally {
      signal.removeEventListener('abort', stop);
      this.#answerBy.delete(client);
    }
  }
}
