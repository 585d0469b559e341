/** Whose jobs go first, highest first. */
export const tiers = ['enterprise', 'paid', 'free'] as const;
export type Tier = (typeof tiers)[number];

export type ByTier<T> = Readonly<Record<Tier, T>>;

export function byTier<T>(make: (tier: Tier) => T): ByTier<T> {
  return { enterprise: make('enterprise'), paid: make('paid'), free: make('free') };
}
