import { z } from 'zod';
import type { Actor, Context } from '../../platform/context.ts';
import type { Quota } from '../../platform/limits/index.ts';
import { MemoryCache, type SharedCache } from '../../platform/shared-cache/index.ts';
import { getPlan, type Plan, planNameInCache, plans } from '../teams/index.ts';

const windowMs = 60_000;
/** One key that runs wild leaves room for the team's others. */
const keysPerTeam = 5;
const planLifetimeMs = 5 * 60_000;
const planSchema = z.enum(plans);

/** How many requests a minute the actors may send: by their team's plan, and the key's own limit. */
export class RequestAllowances {
  readonly #ctx: Context;
  readonly #cache: SharedCache;
  readonly #keyLimits: Readonly<Record<Plan, number>>;

  /**
   * @param options.ctx the system's own; plans are kept in its cache
   * @param options.keyLimits requests of one key or user in any minute; 0 sets no limit
   */
  constructor(options: { ctx: Context; keyLimits: Readonly<Record<Plan, number>> }) {
    this.#ctx = options.ctx;
    this.#cache = options.ctx.cache ?? new MemoryCache(options.ctx);
    this.#keyLimits = options.keyLimits;
  }

  async of(actor: Actor): Promise<{ group: string; quotas: readonly Quota[] }> {
    if (actor.kind === 'system') return { group: 'system', quotas: [] };
    const planLimit = this.#keyLimits[await this.#planOf(actor.teamId)];
    const ownLimit = actor.kind === 'key' ? actor.requestsPerMinute : undefined;
    const name = actor.kind === 'key' ? `key:${actor.keyId}` : `user:${actor.userId}`;
    const quotas = [
      { name, limit: tighter(planLimit, ownLimit), windowMs },
      { name: 'team', limit: planLimit * keysPerTeam, windowMs },
    ];
    return { group: `team:${actor.teamId}`, quotas: quotas.filter(({ limit }) => limit > 0) };
  }

  #planOf(teamId: string): Promise<Plan> {
    return this.#cache.get({
      name: planNameInCache(teamId),
      schema: planSchema,
      lifetimeMs: () => planLifetimeMs,
      load: () => getPlan({ ctx: this.#ctx, input: { teamId } }),
    });
  }
}

/** Of the plan's limit, where 0 is none, and the key's own. */
function tighter(planLimit: number, ownLimit: number | undefined): number {
  if (ownLimit === undefined) return planLimit;
  return planLimit === 0 ? ownLimit : Math.min(planLimit, ownLimit);
}
