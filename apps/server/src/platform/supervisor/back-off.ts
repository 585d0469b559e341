/** A process that has run this long is taken to be sound; its next crash counts as the first. */
export const steadyAfterMs = 30_000;

const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** Pause before a restart: 0.1 s after the first crash in a row, doubling up to 10 s. */
export function restartDelayMs(crashesInARow: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, crashesInARow - 1));
}
