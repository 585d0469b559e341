import type { Log } from '../log.ts';
import { Deadlines } from './deadlines.ts';

/** A command that takes longer is taken for lost. Redis on the same network answers within 1 ms. */
const standardReplyTimeoutMs = 250;
const connectTimeoutMs = 2_000;
const probeEveryMs = 250;
const longestReconnectDelayMs = 1_000;

interface RedisOptions {
  readonly url: string;
  readonly log: Log;
  readonly replyTimeoutMs?: number;
}

interface ConnectionOptions {
  readonly disableOfflineQueue: boolean;
  readonly socketTimeout?: number;
}

/** The library is loaded here, because its 27 MB are of no use where there is no Redis. */
export async function loadClient(
  url: string,
  { disableOfflineQueue, socketTimeout }: ConnectionOptions,
) {
  const { createClient } = await import('@redis/client');
  const options = {
    url,
    disableOfflineQueue,
    // Deadlines of our own are cheaper, and hold for commands that have been sent as well.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: (retries: number) => Math.min(50 * 2 ** retries, longestReconnectDelayMs),
      ...(socketTimeout === undefined ? {} : { socketTimeout }),
    },
  } as const;
  return () => createClient(options);
}

/** A write, because a full or read-only Redis answers a PING too. */
export async function probe(client: RedisClient): Promise<void> {
  await client.set('voiceflow:probe', '1', { expiration: { type: 'PX', value: 1_000 } });
}

type CreateClient = Awaited<ReturnType<typeof loadClient>>;
export type RedisClient = ReturnType<CreateClient>;

/**
 * A connection to Redis that the callers can do without: while Redis is gone or silent they get
 * their other answer at once, and one line in the log says so, as does another when it is back.
 */
export class Redis {
  readonly #createClient: CreateClient;
  readonly #log: Log;
  readonly #deadlines: Deadlines;
  #client: RedisClient;
  #connecting: Promise<unknown> = Promise.resolve();
  #up = false;
  #probe: NodeJS.Timeout | undefined;
  #probing = false;
  #answeredWithout = 0;
  #answeredWithoutBefore = 0;
  #closed = false;
  readonly #onReturn: (() => void)[] = [];

  private constructor(
    createClient: CreateClient,
    { log, replyTimeoutMs = standardReplyTimeoutMs }: RedisOptions,
  ) {
    this.#createClient = createClient;
    this.#log = log;
    this.#deadlines = new Deadlines(replyTimeoutMs);
    this.#client = this.#connect();
  }

  /** Connects; when Redis does not answer within two seconds it goes on trying in the background. */
  static async open(options: RedisOptions): Promise<Redis> {
    const createClient = await loadClient(options.url, { disableOfflineQueue: true });
    const redis = new Redis(createClient, options);
    await new Deadlines(connectTimeoutMs).within(redis.#connecting).catch(() => {});
    await redis.#probeNow();
    return redis;
  }

  /** What `work` answers, or else, when Redis fails at it, what `otherwise` does. */
  async attempt<T>(
    work: (client: RedisClient) => Promise<T>,
    otherwise: (() => T) | (() => Promise<T>),
  ): Promise<T> {
    if (this.#up) {
      try {
        return await this.#deadlines.within(work(this.#client));
      } catch (error) {
        this.#giveUp(error);
      }
    }
    this.#answeredWithout += 1;
    return otherwise();
  }

  get isUp(): boolean {
    return this.#up;
  }

  /** How often callers got their other answer since the process began. */
  get answeredWithout(): number {
    return this.#answeredWithout;
  }

  /** Calls `work` whenever Redis answers again after it was gone. */
  onReturn(work: () => void): void {
    this.#onReturn.push(work);
  }

  /** Ends the connection; what is under way is dropped. */
  close(): void {
    this.#closed = true;
    this.#up = false;
    clearInterval(this.#probe);
    this.#client.destroy();
  }

  #connect(): RedisClient {
    const client = this.#createClient();
    client.on('error', (error: unknown) => this.#giveUp(error));
    this.#connecting = client.connect();
    this.#connecting.catch((error: unknown) => this.#giveUp(error));
    return client;
  }

  #giveUp(error: unknown): void {
    if (this.#closed) return;
    if (this.#up || !this.#probe) {
      this.#log.warn({ err: error }, 'Redis does not answer: each process goes on by itself');
    }
    this.#up = false;
    this.#probe ??= setInterval(() => void this.#probeNow(), probeEveryMs).unref();
  }

  async #probeNow(): Promise<void> {
    if (this.#probing || this.#closed) return;
    this.#probing = true;
    const client = this.#client;
    try {
      await this.#deadlines.within(probe(client));
      if (!this.#closed) this.#comeBack();
    } catch (error) {
      this.#giveUp(error);
      // An open connection that does not answer may never do so again: its other end may be gone.
      if (client.isReady && !this.#closed) {
        client.destroy();
        this.#client = this.#connect();
      }
    } finally {
      this.#probing = false;
    }
  }

  #comeBack(): void {
    this.#up = true;
    if (!this.#probe) return;
    clearInterval(this.#probe);
    this.#probe = undefined;
    const missed = this.#answeredWithout - this.#answeredWithoutBefore;
    this.#answeredWithoutBefore = this.#answeredWithout;
    this.#log.warn({ answered_without: missed }, 'Redis answers again');
    for (const work of this.#onReturn) work();
  }
}
