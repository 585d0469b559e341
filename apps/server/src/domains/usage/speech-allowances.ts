import type { Tier } from '../../platform/queue/index.ts';
import type { ByPlan, TeamPlans } from './team-plans.ts';

const tierOf: ByPlan<Tier> = { free: 'free', pro: 'paid', enterprise: 'enterprise' };

/** How a team's speech stands in the queue. */
export interface SpeechAllowance {
  readonly tier: Tier;
  /** Speeches that may be made or wait at the same time. */
  readonly maxOpen: number;
}

/** How many speeches the teams may have made, and connections open, at the same time, and whose go first: by plan. */
export class SpeechAllowances {
  readonly #plans: TeamPlans;
  readonly #concurrency: ByPlan<number>;
  readonly #liveConnections: ByPlan<number>;

  /**
   * @param options.concurrency speeches of one team that are made or wait; 0 sets no limit
   * @param options.liveConnections connections for live text that a team has open; 0 sets no limit
   */
  constructor(options: {
    plans: TeamPlans;
    concurrency: ByPlan<number>;
    liveConnections: ByPlan<number>;
  }) {
    this.#plans = options.plans;
    this.#concurrency = options.concurrency;
    this.#liveConnections = options.liveConnections;
  }

  async of(teamId: string): Promise<SpeechAllowance> {
    const plan = await this.#plans.of(teamId);
    return { tier: tierOf[plan], maxOpen: this.#concurrency[plan] || Number.MAX_SAFE_INTEGER };
  }

  async liveConnectionsOf(teamId: string): Promise<number> {
    return this.#liveConnections[await this.#plans.of(teamId)] || Number.MAX_SAFE_INTEGER;
  }
}
