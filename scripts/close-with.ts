import type { Tally } from './checks/run-checks.ts';
import { SetupError } from './setup-error.mjs';

/**
 * Ends a command the way all of them end: the counts as the last line, and a failing exit status if
 * anything failed. What the person can mend is said in one line.
 */
export async function closeWith(work: () => Promise<Tally>): Promise<void> {
  try {
    const { passed, failed, skipped } = await work();
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`voiceflow: ${error.message}`);
    process.exitCode = 1;
  }
}
