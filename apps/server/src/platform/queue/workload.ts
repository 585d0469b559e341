import type { JobRest } from './work-queue.ts';

/** What a job that is being made takes of its worker's time: all of it, unless it rests. */
export class Workload {
  #restsUntilMs = 0;
  #load = 1;

  rest({ forMs, load }: Pick<JobRest, 'forMs' | 'load'>, nowMs: number): void {
    this.#restsUntilMs = nowMs + forMs;
    this.#load = load;
  }

  at(nowMs: number): number {
    return nowMs < this.#restsUntilMs ? this.#load : 1;
  }
}

/** Whether one more job like these would find the time that it needs. */
export function hasRoom(loads: readonly number[]): boolean {
  const sum = loads.reduce((total, load) => total + load, 0);
  return sum + Math.max(0, ...loads) <= 1;
}
