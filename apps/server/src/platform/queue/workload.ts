import type { JobRest } from './work-queue.ts';

/** Whoever has not read for so long is slow: until then its job goes on any moment. */
export const slowReaderMs = 250;

/** What a job that is being made takes of its worker's time: all of it, unless it rests or its reader is slow. */
export class Workload {
  #restsUntilMs = 0;
  #load = 1;
  #heldUpSinceMs: number | undefined;

  rest({ forMs, load }: Pick<JobRest, 'forMs' | 'load'>, nowMs: number): void {
    this.#restsUntilMs = nowMs + forMs;
    this.#load = load;
  }

  /** Its reader takes no more for now. */
  holdUp(nowMs: number): void {
    this.#heldUpSinceMs ??= nowMs;
  }

  goOn(): void {
    this.#heldUpSinceMs = undefined;
  }

  at(nowMs: number): number {
    if (nowMs - (this.#heldUpSinceMs ?? nowMs) >= slowReaderMs) return 0;
    return nowMs < this.#restsUntilMs ? this.#load : 1;
  }
}

/** Whether one more job like these would find the time that it needs. */
export function hasRoom(loads: readonly number[]): boolean {
  const sum = loads.reduce((total, load) => total + load, 0);
  return sum + Math.max(0, ...loads) <= 1;
}
