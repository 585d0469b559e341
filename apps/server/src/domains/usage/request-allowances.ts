import type { Actor } from '../../platform/context.ts';
import type { Quota } from '../../platform/limits/index.ts';
import type { ByPlan, TeamPlans } from './team-plans.ts';

const windowMs = 60_000;
/** One key that runs wild leaves room for the team's others. */
const keysPerTeam = 5;

/** How many requests a minute the actors may send: by their team's plan, and the key's own limit. */
export class RequestAllowances {
  readonly #plans: TeamPlans;
  readonly #keyLimits: ByPlan<number>;

  /** @param options.keyLimits requests of one key or user in any minute; 0 sets no limit */
  constructor(options: { plans: TeamPlans; keyLimits: ByPlan<number> }) {
    this.#plans = options.plans;
    this.#keyLimits = options.keyLimits;
  }

  async of(actor: Actor): Promise<{ group: string; quotas: readonly Quota[] }> {
    if (actor.kind === 'system') return { group: 'system', quotas: [] };
    if (actor.kind === 'person') {
      const limit = this.#keyLimits.free;
      const name = `user:${actor.userId}`;
      return { group: name, quotas: limit === 0 ? [] : [{ name, limit, windowMs }] };
    }
    const planLimit = this.#keyLimits[await this.#plans.of(actor.teamId)];
    const ownLimit = actor.kind === 'key' ? actor.requestsPerMinute : undefined;
    const name = actor.kind === 'key' ? `key:${actor.keyId}` : `user:${actor.userId}`;
    const quotas = [
      { name, limit: tighter(planLimit, ownLimit), windowMs },
      { name: 'team', limit: planLimit * keysPerTeam, windowMs },
    ];
    return { group: `team:${actor.teamId}`, quotas: quotas.filter(({ limit }) => limit > 0) };
  }
}

/** Of the plan's limit, where 0 is none, and the key's own. */
function tighter(planLimit: number, ownLimit: number | undefined): number {
  if (ownLimit === undefined) return planLimit;
  return planLimit === 0 ? ownLimit : Math.min(planLimit, ownLimit);
}
