/** Bounds from `from` up to `to`, each `ratio` times the one before, with four significant digits. */
function geometric(from: number, to: number, ratio: number): number[] {
  const count = Math.ceil(Math.log(to / from) / Math.log(ratio));
  return Array.from({ length: count }, (_, index) =>
    Number((from * ratio ** index).toPrecision(4)),
  );
}

/**
 * Seconds from an answer out of the cache (1 to 5 ms) over first audio (0.1 to 2 s) to the reading of
 * a chapter. Where most answers lie, a quarter apart: a quantile is off by a few per cent at most.
 */
export const durationBuckets: readonly number[] = [
  ...geometric(0.001, 0.05, 1.6),
  ...geometric(0.05, 60, 1.25),
  ...geometric(60, 600, 1.6),
  600,
];

/** Compute seconds for a second of audio: 0.1 to 0.4 on quiet processors, above 1 speech falters. */
export const realTimeFactorBuckets: readonly number[] = [...geometric(0.01, 10, 1.25), 10];
