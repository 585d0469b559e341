import { hash } from 'node:crypto';
import type { Redis } from '../redis/index.ts';
import { claimLifetimeMs, type ReplayGuard } from './replay-guard.ts';

/** Remembers for all processes; while Redis is gone `fallback` does so in each. */
export class RedisReplayGuard implements ReplayGuard {
  readonly #redis: Redis;
  readonly #fallback: ReplayGuard;

  constructor(options: { redis: Redis; fallback: ReplayGuard }) {
    this.#redis = options.redis;
    this.#fallback = options.fallback;
  }

  async claim(owner: string, name: string): Promise<boolean> {
    // Also here, so that what was used is still known when Redis is gone a moment later.
    if (!(await this.#fallback.claim(owner, name))) return false;
    return this.#redis.attempt(
      async (client) => {
        const expiration = { type: 'PX', value: claimLifetimeMs } as const;
        const key = `voiceflow:used:{${owner}:${hash('sha256', name, 'base64url')}}`;
        return (await client.set(key, '1', { condition: 'NX', expiration })) === 'OK';
      },
      () => true,
    );
  }
}
