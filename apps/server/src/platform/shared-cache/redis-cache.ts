import type { Redis } from '../redis/index.ts';
import type { LookUp, SharedCache } from './shared-cache.ts';

/** Stands in place of an answer that is changing: nobody keeps one while it is there. */
const changing = 'changing';
/** Longer than a look-up that began before the change can take to end. */
const changingLifetimeMs = 5 * 60_000;

const redisNameOf = (name: string) => `voiceflow:cache:{${name}}`;

/**
 * Keeps answers in Redis, for all processes. While Redis is gone `fallback` keeps them in each, and
 * what was invalidated meanwhile is made known as soon as it is back.
 */
export class RedisCache implements SharedCache {
  readonly #redis: Redis;
  readonly #fallback: SharedCache;
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #untold = new Set<string>();

  constructor(options: { redis: Redis; fallback: SharedCache }) {
    this.#redis = options.redis;
    this.#fallback = options.fallback;
    this.#redis.onReturn(() => void this.#tellAll());
  }

  async get<T>(lookUp: LookUp<T>): Promise<T> {
    const { name, schema } = lookUp;
    const underWay = this.#underWay.get(name);
    if (underWay) return schema.parse(await underWay);
    const answer = this.#find(lookUp).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, answer);
    return answer;
  }

  async #find<T>(lookUp: LookUp<T>): Promise<T> {
    const name = redisNameOf(lookUp.name);
    const found = await this.#redis.attempt(
      async (client) => ({ text: await client.get(name) }),
      () => undefined,
    );
    if (!found) return this.#fallback.get(lookUp);
    if (found.text === changing) return lookUp.load();
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
    await this.#fallback.invalidate(name);
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
