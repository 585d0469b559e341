import { z } from 'zod';
import type { Context } from '../../platform/context.ts';
import { MemoryCache, type SharedCache } from '../../platform/shared-cache/index.ts';
import { getPlan, type Plan, planNameInCache, plans } from '../teams/index.ts';

const lifetimeMs = 5 * 60_000;
const planSchema = z.enum(plans);

/** What each plan allows. */
export type ByPlan<T> = Readonly<Record<Plan, T>>;

/** The plans of teams, kept where keys are kept. */
export class TeamPlans {
  readonly #ctx: Context;
  readonly #cache: SharedCache;

  /** @param ctx the system's own; plans are kept in its cache */
  constructor(ctx: Context) {
    this.#ctx = ctx;
    this.#cache = ctx.cache ?? new MemoryCache(ctx);
  }

  of(teamId: string): Promise<Plan> {
    return this.#cache.get({
      name: planNameInCache(teamId),
      schema: planSchema,
      lifetimeMs: () => lifetimeMs,
      load: () => getPlan({ ctx: this.#ctx, input: { teamId } }),
    });
  }
}
