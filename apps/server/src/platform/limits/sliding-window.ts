const firstCapacity = 4;

/**
 * When the requests of the last window came, in order: a ring that grows to the limit as it fills,
 * so that whoever sends little takes little memory.
 */
export class SlidingWindow {
  #times = new Float64Array(firstCapacity);
  #start = 0;
  count = 0;

  get capacity(): number {
    return this.#times.length;
  }

  /** The time at `index`, the oldest being 0. */
  at(index: number): number {
    return this.#times[(this.#start + index) % this.#times.length] ?? 0;
  }

  dropUntil(time: number): void {
    while (this.count > 0 && this.at(0) <= time) {
      this.#start = (this.#start + 1) % this.#times.length;
      this.count -= 1;
    }
  }

  push(time: number): void {
    if (this.count === this.#times.length) this.#grow();
    this.#times[(this.#start + this.count) % this.#times.length] = time;
    this.count += 1;
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2);
    for (let index = 0; index < this.count; index += 1) times[index] = this.at(index);
    this.#times = times;
    this.#start = 0;
  }
}
