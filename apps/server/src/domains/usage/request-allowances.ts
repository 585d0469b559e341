import { LRUCache } from 'lru-cache';
import type { Actor, Context } from '../../platform/context.ts';
import type { Quota } from '../../platform/limits/index.ts';
import { getPlan, type Plan } from '../teams/index.ts';

const windowMs = 60_000;
/** One key that runs wild leaves room for the team's others. */
const keysPerTeam = 5;
const planLifetimeMs = 60_000;
const knownTeams = 10_000;

/** How many requests a minute the actors may send: by their team's plan, which is asked once a minute. */
export class RequestAllowances {
  readonly #ctx: Context;
  readonly #keyLimits: Readonly<Record<Plan, number>>;
  readonly #plans = new LRUCache<string, { plan: Promise<Plan>; expiresAtMs: number }>({
    max: knownTeams,
  });

  /** @param options.keyLimits requests of one key or user in any minute; 0 sets no limit */
  constructor(options: { ctx: Context; keyLimits: Readonly<Record<Plan, number>> }) {
    this.#ctx = options.ctx;
    this.#keyLimits = options.keyLimits;
  }

  async of(actor: Actor): Promise<{ group: string; quotas: readonly Quota[] }> {
    if (actor.kind === 'system') return { group: 'system', quotas: [] };
    const limit = this.#keyLimits[await this.#planOf(actor.teamId)];
    const name = actor.kind === 'key' ? `key:${actor.keyId}` : `user:${actor.userId}`;
    const quotas = [
      { name, limit, windowMs },
      { name: 'team', limit: limit * keysPerTeam, windowMs },
    ];
    return { group: `team:${actor.teamId}`, quotas: limit === 0 ? [] : quotas };
  }

  #planOf(teamId: string): Promise<Plan> {
    const nowMs = this.#ctx.clock.now().getTime();
    const known = this.#plans.get(teamId);
    if (known && nowMs < known.expiresAtMs) return known.plan;
    const plan = getPlan({ ctx: this.#ctx, input: { teamId } });
    this.#plans.set(teamId, { plan, expiresAtMs: nowMs + planLifetimeMs });
    plan.catch(() => this.#plans.delete(teamId));
    return plan;
  }
}
