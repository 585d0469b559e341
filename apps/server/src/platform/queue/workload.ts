import type { JobRest } from './work-queue.ts';

/** Whoever has not read for so long is slow: until then its job goes on any moment. */
const slowReaderMs = 250;

/** What a job that is being made takes of its worker's time: all of it, unless it rests or its reader is slow. */
export class Workload {
  #restsUntilMs = 0;
  #load = 1;
  #readerIsSlow = false;
  #patience: NodeJS.Timeout | undefined;

  rest({ forMs, load }: Pick<JobRest, 'forMs' | 'load'>, nowMs: number): void {
    this.#restsUntilMs = nowMs + forMs;
    this.#load = load;
  }

  /** Its reader takes no more for now; `onSlow` is called once it leaves its worker's time to others. */
  holdUp(onSlow: () => void): void {
    this.#patience ??= setTimeout(() => {
      this.#readerIsSlow = true;
      onSlow();
    }, slowReaderMs).unref();
  }

  goOn(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#readerIsSlow = false;
  }

  get isHeldUp(): boolean {
    return this.#readerIsSlow;
  }

  at(nowMs: number): number {
    if (this.#readerIsSlow) return 0;
    return nowMs < this.#restsUntilMs ? this.#load : 1;
  }
}

/** Whether one more job like these would find the time that it needs. */
export function hasRoom(loads: readonly number[]): boolean {
  const sum = loads.reduce((total, load) => total + load, 0);
  return sum + Math.max(0, ...loads) <= 1;
}
