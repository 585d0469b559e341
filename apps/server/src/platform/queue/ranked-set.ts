interface Entry<T> {
  readonly member: T;
  rank: number;
  /** Among equal ranks the one that came first is first. */
  arrival: number;
  index: number;
}

/** Members by rank, lowest first: a binary heap in which each may also be moved or taken out. */
export class RankedSet<T> {
  readonly #heap: Entry<T>[] = [];
  readonly #entries = new Map<T, Entry<T>>();
  #arrivals = 0;

  get size(): number {
    return this.#heap.length;
  }

  get first(): T | undefined {
    return this.#heap[0]?.member;
  }

  get lowestRank(): number {
    return this.#heap[0]?.rank ?? Number.POSITIVE_INFINITY;
  }

  has(member: T): boolean {
    return this.#entries.has(member);
  }

  /** Adds a member, or moves it behind those of the same rank. */
  set(member: T, rank: number): void {
    const arrival = this.#arrivals++;
    const known = this.#entries.get(member);
    if (known) {
      known.rank = rank;
      known.arrival = arrival;
      this.#settle(known);
      return;
    }
    const entry = { member, rank, arrival, index: this.#heap.length };
    this.#entries.set(member, entry);
    this.#heap.push(entry);
    this.#rise(entry);
  }

  delete(member: T): boolean {
    const entry = this.#entries.get(member);
    if (!entry) return false;
    this.#entries.delete(member);
    const last = this.#heap.pop();
    if (last && last !== entry) {
      this.#put(last, entry.index);
      this.#settle(last);
    }
    return true;
  }

  /** Takes the first one out. */
  shift(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.delete(first);
    return first;
  }

  /** All members and their ranks, in order. */
  inOrder(): { member: T; rank: number }[] {
    return [...this.#heap].sort(compare).map(({ member, rank }) => ({ member, rank }));
  }

  #settle(entry: Entry<T>): void {
    this.#rise(entry);
    this.#sink(entry);
  }

  #rise(entry: Entry<T>): void {
    for (;;) {
      const parent = this.#heap[(entry.index - 1) >> 1];
      if (!parent || entry.index === 0 || compare(parent, entry) <= 0) return;
      this.#swap(parent, entry);
    }
  }

  #sink(entry: Entry<T>): void {
    for (;;) {
      const left = this.#heap[2 * entry.index + 1];
      const right = this.#heap[2 * entry.index + 2];
      const lower = left && right && compare(right, left) < 0 ? right : left;
      if (!lower || compare(entry, lower) <= 0) return;
      this.#swap(entry, lower);
    }
  }

  #swap(a: Entry<T>, b: Entry<T>): void {
    const { index } = a;
    this.#put(a, b.index);
    this.#put(b, index);
  }

  #put(entry: Entry<T>, index: number): void {
    entry.index = index;
    this.#heap[index] = entry;
  }
}

function compare(a: Entry<unknown>, b: Entry<unknown>): number {
  return a.rank - b.rank || a.arrival - b.arrival;
}
