/** At most `limit` requests in any `windowMs` milliseconds, wherever the window begins. */
export interface Quota {
  /** What is counted, within the group that it is taken with: `team`, `key:0192…`. */
  readonly name: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** The answer to one request, in the numbers of the quota that leaves it the least room. */
export interface Verdict {
  readonly allowed: boolean;
  readonly limit: number;
  /** Requests that would still be allowed now. */
  readonly remaining: number;
  /** Until room grows: the oldest counted request leaves the window. When refused: until it pays to come back. */
  readonly resetMs: number;
}

/** Counts requests over sliding windows. */
export interface RateLimiter {
  /**
   * Counts one request against every quota, or against none when one of them has no room.
   * @param group whom the quotas belong to (a team, an address); at least one quota
   */
  take(group: string, quotas: readonly Quota[]): Promise<Verdict>;
}

/** One quota's window after a request was judged. */
export interface WindowState {
  readonly limit: number;
  readonly count: number;
  /** Until room grows, or, in a full window that refuses, until there is room. */
  readonly resetMs: number;
}

export const microsPerMs = 1000;

/** Sums the windows up in the one that leaves the least room. */
export function toVerdict(allowed: boolean, windows: readonly WindowState[]): Verdict {
  const verdicts = windows.map(({ limit, count, resetMs }) => ({
    allowed,
    limit,
    remaining: Math.max(0, limit - count),
    resetMs,
  }));
  const [tightest] = verdicts.sort(
    (a, b) => a.remaining - b.remaining || (allowed ? 0 : b.resetMs - a.resetMs),
  );
  if (!tightest) throw new RangeError('a request is judged by at least one quota');
  return tightest;
}
