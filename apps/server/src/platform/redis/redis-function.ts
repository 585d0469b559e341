import { hash } from 'node:crypto';
import type { RedisClient } from './redis.ts';

interface FunctionCall {
  readonly keys: string[];
  readonly arguments: string[];
  /** It takes memory and gives none back: a Redis that is full refuses it. All others go on there. */
  readonly fills?: boolean;
}

/**
 * A Lua function that Redis runs as one step, compiled once. Its source defines `run(KEYS, ARGV)`;
 * it is sent to a server that lacks it, under a name that other sources do not have.
 */
export class RedisFunction {
  readonly #name: string;
  readonly #library: string;
  /** By one for all whose calls found that it is not there. */
  #sending: Promise<unknown> | undefined;

  constructor(name: string, source: string) {
    this.#name = `${name}_${hash('sha1', source).slice(0, 12)}`;
    this.#library = [
      `#!lua name=${this.#name}`,
      source,
      `redis.register_function('${this.#name}_fills', run)`,
      `redis.register_function{
        function_name = '${this.#name}', callback = run, flags = { 'allow-oom' }
      }`,
    ].join('\n');
  }

  async run(client: RedisClient, { fills = false, ...call }: FunctionCall): Promise<unknown> {
    const name = fills ? `${this.#name}_fills` : this.#name;
    try {
      return await client.fCall(name, call);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('Function not found'))) throw error;
      this.#sending ??= client.functionLoad(this.#library, { REPLACE: true }).finally(() => {
        this.#sending = undefined;
      });
      await this.#sending;
      return client.fCall(name, call);
    }
  }
}
