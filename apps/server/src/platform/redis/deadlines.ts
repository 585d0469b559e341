interface Waiting {
  readonly sinceMs: number;
  readonly giveUp: (error: Error) => void;
}

const checksPerTimeout = 5;

/**
 * Gives up what takes longer than `timeoutMs` (by up to a fifth more): one timer looks after all
 * that is under way, because a timer each costs as much as a third of a command to Redis.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  within<T>(work: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiting: Waiting = { sinceMs: performance.now(), giveUp: reject };
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(
      // After a pause of this process, what has come meanwhile is read before the time is up.
      () => setImmediate(() => this.#check()),
      this.#timeoutMs / checksPerTimeout,
    ).unref();
    work.then(
      (answer) => {
        this.#waiting.delete(waiting);
        resolve(answer);
      },
      (error: unknown) => {
        this.#waiting.delete(waiting);
        reject(error);
      },
    );
    return promise;
  }

  #check(): void {
    const latestMs = performance.now() - this.#timeoutMs;
    for (const waiting of this.#waiting) {
      if (waiting.sinceMs > latestMs) break;
      this.#waiting.delete(waiting);
      waiting.giveUp(new Error(`no answer within ${this.#timeoutMs} ms`));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
