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
    const nowMs = this.#ctx.clock.now().getTime();
    const known = this.#plans.get(teamId);
    if (known && nowMs < known.expiresAtMs) return known.plan;
    const plan = getPlan({ ctx: this.#ctx, input: { teamId } });
    this.#plans.set(teamId, { plan, expiresAtMs: nowMs + planLifetimeMs });
    plan.catch(() => this.#plans.delete(teamId));
    return plan;
  }
}

/** Of the plan's limit, where 0 is none, and the key's own. */
function tighter(planLimit: number, ownLimit: number | undefined): number {
  if (ownLimit === undefined) return planLimit;
  return planLimit === 0 ? ownLimit : Math.min(planLimit, ownLimit);
}
