import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createId } from '../ids.ts';
import type { Log } from '../log.ts';
import { openPatientConnection, type RedisClient, RedisScript } from '../redis/index.ts';

/** What was not read outlives its reader by this, should the reader lose its connection. */
const keptMs = 60_000;
/** How long one look into the mailbox waits for mail. */
const waitMs = 1_000;
const lettersAtOnce = 64;
const retryMs = 100;
/** The oldest is dropped from a longer one, which no reader who lives lets come about. */
const maxLetters = 100_000;

/** Goes on where Redis is full: readers bound what lies here, and what they read ends jobs. */
const fillScript = new RedisScript(`#!lua flags=allow-oom
return redis.call('XADD', KEYS[1], unpack(ARGV))
`);

const letterSchema = z.object({
  text: z.instanceof(Buffer),
  bytes: z.instanceof(Buffer).optional(),
});

export interface Letter {
  readonly message: unknown;
  readonly bytes?: Buffer | undefined;
}

interface MailboxOptions {
  readonly url: string;
  readonly log: Log;
  /** It may have other work besides; the mailbox opens another one, on which it waits. */
  readonly client: RedisClient;
  /** Of the names in Redis. */
  readonly prefix: string;
}

interface MailboxOwner {
  /** Called with one letter after the other. */
  receive(message: unknown, bytes: Buffer): void;
  /** Redis lost the mailbox; there will be a new one, at another address. */
  onLost(): void;
}

/**
 * Where other processes leave messages for this one: a stream in Redis that is read in order. It is
 * gone a minute after its owner is, and whoever writes to it then is told so.
 */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #writer: RedisClient;
  readonly #reader: RedisClient;
  #opened = Promise.withResolvers<string>();
  #current: string | undefined;
  #closed = false;

  private constructor(options: MailboxOptions, reader: RedisClient) {
    this.#options = options;
    this.#writer = options.client;
    this.#reader = reader;
  }

  static async open(options: MailboxOptions): Promise<Mailbox> {
    return new Mailbox(options, await openPatientConnection(options));
  }

  /** From now on there is an address. Called once. */
  listen(owner: MailboxOwner): void {
    void this.#run(owner);
  }

  /** Where this process gets its mail; resolves once Redis has it. */
  address(): Promise<string> {
    return this.#opened.promise;
  }

  /**
   * Leaves letters, all of them or none. It is tried again while Redis is away, and they may then
   * come twice.
   * @returns false when nobody reads there any more
   */
  async send(
    address: string,
    letters: readonly Letter[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<boolean> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        const ids = await this.#leave(address, letters);
        return !ids.includes(null);
      } catch (error) {
        if (this.#closed) throw error;
        await sleep(retryMs);
      }
    }
  }

  /** Whether anybody reads there, or did a minute ago. */
  async isThere(address: string): Promise<boolean> {
    const [found] = await Promise.all([
      this.#writer.exists(address),
      // Where the clock was set back, it would outlive its reader until that has caught up.
      this.#writer.pExpire(address, keptMs, 'LT'),
    ]);
    return found === 1;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#current !== undefined && this.#writer.isReady) {
      await this.#writer.del(this.#current).catch(() => {});
    }
    this.#reader.destroy();
  }

  async #leave(address: string, letters: readonly Letter[]): Promise<readonly unknown[]> {
    const all = this.#writer.multi();
    for (const letter of letters) {
      all.xAddNoMkStream(address, '*', fieldsOf(letter), {
        TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: maxLetters },
      });
    }
    try {
      return await (letters.length === 1 ? all.execAsPipeline() : all.exec());
    } catch (error) {
      if (!isFull(error)) throw error;
      return this.#leaveInFullRedis(address, letters);
    }
  }

  async #leaveInFullRedis(address: string, letters: readonly Letter[]): Promise<unknown[]> {
    const ids: unknown[] = [];
    for (const letter of letters) {
      const fields = Object.entries(fieldsOf(letter)).flat();
      const call = { keys: [address], arguments: ['NOMKSTREAM', '*', ...fields] };
      ids.push(await fillScript.run(this.#writer, call));
    }
    return ids;
  }

  async #run(owner: MailboxOwner): Promise<void> {
    while (!this.#closed) {
      try {
        const { address, firstId } = await this.#create();
        this.#current = address;
        this.#opened.resolve(address);
        await this.#receiveFrom(address, firstId, owner);
        this.#opened = Promise.withResolvers();
        if (!this.#closed) owner.onLost();
      } catch {
        await this.#pause();
      }
    }
  }

  async #create(): Promise<{ address: string; firstId: string }> {
    const address = `${this.#options.prefix}:mail:${createId()}`;
    const opened = { keys: [address], arguments: ['*', 'text', '"opened"'] };
    const firstId = z.string().parse(await fillScript.run(this.#writer, opened));
    await this.#writer.pExpire(address, keptMs);
    return { address, firstId };
  }

  /** Returns when the mailbox is gone, or closed. */
  async #receiveFrom(address: string, firstId: string, owner: MailboxOwner): Promise<void> {
    const { RESP_TYPES } = await import('@redis/client');
    const reader = this.#reader.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    let lastId = firstId;
    while (!this.#closed) {
      try {
        const streams = await reader.xRead(
          { key: address, id: lastId },
          { COUNT: lettersAtOnce, BLOCK: waitMs },
        );
        for (const { id, message } of streams?.[0]?.messages ?? []) {
          lastId = id.toString();
          this.#take(message, owner);
        }
        const [, isThere] = await Promise.all([
          this.#writer.xTrim(address, 'MINID', lastId),
          this.#writer.pExpire(address, keptMs),
        ]);
        if (isThere === 0) return;
      } catch {
        await this.#pause();
      }
    }
  }

  #take(message: unknown, owner: MailboxOwner): void {
    try {
      const { text, bytes } = letterSchema.parse(message);
      owner.receive(JSON.parse(text.toString()), bytes ?? Buffer.alloc(0));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'a message on the queue could not be read');
    }
  }

  async #pause(): Promise<void> {
    if (!this.#closed) await sleep(retryMs);
  }
}

function fieldsOf({ message, bytes }: Letter): Record<string, string | Buffer> {
  return { text: JSON.stringify(message), ...(bytes ? { bytes } : {}) };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('OOM ');
}
