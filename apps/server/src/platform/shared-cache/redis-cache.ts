import type { Clock } from '../clock.ts';
import type { Redis } from '../redis/index.ts';
import { MemoryCache } from './memory-cache.ts';
import type { LookUp, SharedCache } from './shared-cache.ts';

/** Stands in place of an answer that is changing: nobody keeps one while it is there. */
const changing = 'changing';
/** Longer than a look-up that began before the change can take to end. */
const changingLifetimeMs = 5 * 60_000;

const redisNameOf = (name: string) => `voiceflow:cache:{${name}}`;

/** Shorter than the second within which every process shall know of a change. */
const nearLifetimeMs = 250;

/**
 * Keeps answers in Redis, for all processes, and for a moment in this one. While Redis is gone
 * answers are loaded; what was invalidated meanwhile is made known as soon as it is back.
 */
export class RedisCache implements SharedCache {
  readonly #redis: Redis;
  readonly #near: MemoryCache;
  readonly #untold = new Set<string>();

  constructor(options: { redis: Redis; clock: Clock }) {
    this.#redis = options.redis;
    this.#near = new MemoryCache({ clock: options.clock, lifetimeMs: nearLifetimeMs });
    this.#redis.onReturn(() => void this.#tellAll());
  }

  get<T>(lookUp: LookUp<T>): Promise<T> {
    return this.#near.get({ ...lookUp, load: () => this.#find(lookUp) });
  }

  async #find<T>(lookUp: LookUp<T>): Promise<T> {
    const name = redisNameOf(lookUp.name);
    const found = await this.#redis.attempt(
      async (client) => ({ text: await client.get(name) }),
      () => undefined,
    );
    if (!found || found.text === changing) return lookUp.load();
    const kept = found.text === null ? undefined : readAnswer(lookUp, found.text);
    if (kept) return kept.answer;
    const answer = await lookUp.load();
    await this.#redis.attempt(
      // Never over a change that began meanwhile: the answer may be from before it.
      (client) =>
        client.set(name, JSON.stringify({ answer }), {
          condition: 'NX',
          expiration: { type: 'PX', value: lookUp.lifetimeMs(answer) },
        }),
      () => undefined,
    );
    return answer;
  }

  async invalidate(name: string): Promise<void> {
    await this.#near.invalidate(name);
    await this.#redis.attempt(
      (client) =>
        client.set(redisNameOf(name), changing, {
          expiration: { type: 'PX', value: changingLifetimeMs },
        }),
      () => {
        this.#untold.add(name);
        return null;
      },
    );
  }

  async #tellAll(): Promise<void> {
    const names = [...this.#untold];
    this.#untold.clear();
    for (const name of names) await this.invalidate(name);
  }
}

/** An answer that was kept, in an object because it may itself be undefined or null. */
function readAnswer<T>({ schema }: LookUp<T>, text: string): { answer: T } | undefined {
  const { success, data } = schema.safeParse(JSON.parse(text).answer);
  return success ? { answer: data } : undefined;
}
