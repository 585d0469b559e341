/**
 * Months that an event is kept: by the plan that its team had when it happened, or `server` for what
 * belongs to no team. A free team can look back a quarter, a paying one over a yearly audit and a
 * month to do it in, and an enterprise the seven years that auditors of finance and health ask for.
 */
export const retentionMonths = { free: 3, pro: 13, enterprise: 84, server: 84 } as const;

export type Retention = keyof typeof retentionMonths;

export const retentions = ['free', 'pro', 'enterprise', 'server'] as const satisfies Retention[];
