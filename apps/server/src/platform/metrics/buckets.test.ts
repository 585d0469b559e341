import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { durationBuckets, realTimeFactorBuckets } from './buckets.ts';

/** Prometheus' `histogram_quantile`: linear within the bucket in which the rank falls. */
async function quantileOf(histogram: Histogram, q: number): Promise<number> {
  const { values } = await histogram.get();
  const buckets = values
    .filter(({ metricName }) => metricName?.endsWith('_bucket'))
    .map(({ labels: { le }, value }) => ({
      bound: Number(`${le}`.replace('+Inf', 'Infinity')),
      value,
    }));
  const rank = q * (buckets.at(-1)?.value ?? 0);
  const at = buckets.findIndex(({ value }) => value >= rank);
  const [low, high] = [buckets[at - 1] ?? { bound: 0, value: 0 }, buckets[at]];
  if (!high || high.bound === Number.POSITIVE_INFINITY) return low.bound;
  return low.bound + ((high.bound - low.bound) * (rank - low.value)) / (high.value - low.value);
}

/** Numbers from 0 to 1, the same at every run. */
function random(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Durations scatter like this: most near the median, a few many times as long. */
function logNormal(median: number, spread: number, count = 20_000): number[] {
  const next = random();
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    return median * Math.exp(spread * normal);
  });
}

describe.each([
  { what: 'first audio', buckets: durationBuckets, values: logNormal(0.25, 0.4) },
  { what: 'a sentence', buckets: durationBuckets, values: logNormal(1.3, 0.6) },
  { what: 'a page', buckets: durationBuckets, values: logNormal(12, 0.5) },
  { what: 'the real-time factor', buckets: realTimeFactorBuckets, values: logNormal(0.3, 0.25) },
])('of $what', ({ buckets, values }) => {
  it.each([0.5, 0.95, 0.99])('quantile %d is told within five per cent of the truth', async (q) => {
    const histogram = new Histogram({
      name: 'h',
      help: 'h',
      buckets: [...buckets],
      registers: [new Registry()],
    });
    for (const value of values) histogram.observe(value);
    const truth = values.toSorted((a, b) => a - b)[Math.floor(q * values.length)] ?? 0;
    expect(Math.abs((await quantileOf(histogram, q)) / truth - 1)).toBeLessThan(0.05);
  });
});

it('rises, from an answer out of the cache to ten minutes', () => {
  expect(durationBuckets).toEqual(durationBuckets.toSorted((a, b) => a - b));
  expect(new Set(durationBuckets).size).toBe(durationBuckets.length);
  expect([durationBuckets[0], durationBuckets.at(-1)]).toEqual([0.001, 600]);
});
