import { hash } from 'node:crypto';
import type { RedisClient } from './redis.ts';

/**
 * A Lua function that Redis runs as one step, compiled once. Its source defines `run(KEYS, ARGV)`;
 * it is sent to a server that lacks it, under a name that other sources do not have.
 */
export class RedisFunction {
  readonly #name: string;
  readonly #library: string;

  constructor(name: string, source: string) {
    this.#name = `${name}_${hash('sha1', source).slice(0, 12)}`;
    this.#library = [
      `#!lua name=${this.#name}`,
      source,
      `redis.register_function('${this.#name}', run)`,
    ].join('\n');
  }

  async run(client: RedisClient, call: { keys: string[]; arguments: string[] }): Promise<unknown> {
    try {
      return await client.fCall(this.#name, call);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('Function not found'))) throw error;
      await client.functionLoad(this.#library, { REPLACE: true });
      return client.fCall(this.#name, call);
    }
  }
}
