import { vi } from 'vitest';

/** Less than a test may take, so that the end of this patience tells what was still missing. */
const patienceMs = 100_000;

/** What `check` answers once it no longer throws; how soon that is depends on the machine alone. */
export function eventually<T>(
  check: () => T | Promise<T>,
  { everyMs = 50 }: { everyMs?: number } = {},
): Promise<T> {
  return vi.waitFor(check, { timeout: patienceMs, interval: everyMs });
}
