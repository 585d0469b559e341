import { hash } from 'node:crypto';
import type { RedisClient } from './redis.ts';

/** A Lua script that Redis runs as one step, sent in full only to a server that lacks it. */
export class RedisScript {
  readonly #source: string;
  readonly #sha1: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha1 = hash('sha1', source);
  }

  async run(
    client: RedisClient,
    call: { keys: string[]; arguments: (string | Buffer)[] },
  ): Promise<unknown> {
    try {
      return await client.evalSha(this.#sha1, call);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(this.#source, call);
    }
  }
}
