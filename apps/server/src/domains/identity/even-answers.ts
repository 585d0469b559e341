import { setTimeout as sleep } from 'node:timers/promises';

/** Answers that must not show by their time whether an account exists come no sooner than this. */
const evenAnswerMs = 400;

/** Does the work, and takes as long as any other time. */
export async function evenly(work: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  await work();
  await untilEven(startedMs);
}

/** Waits until an answer to what began at `startedMs` (on the clock of `performance`) tells nothing by its time. */
export async function untilEven(startedMs: number): Promise<void> {
  await sleep(Math.max(0, startedMs + evenAnswerMs - performance.now()));
}
