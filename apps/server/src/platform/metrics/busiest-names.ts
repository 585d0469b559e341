/** Uses between two looks at who is used most. It bounds what is remembered, too. */
const reviewEvery = 1_000;

interface Known {
  readonly name: string;
  uses: number;
}

/**
 * Names the few that are used most; all others share `other`. The first ones are named at once. Past
 * uses count half as much at each review, and whoever has a name keeps it against up to twice the
 * use, so that names do not go to and fro.
 */
export class BusiestNames {
  readonly #most: number;
  readonly #nameOf: (id: string) => string;
  readonly #onUnnamed: (name: string) => void;
  #known = new Map<string, Known>();
  #named = new Set<string>();
  #usesUntilReview = reviewEvery;

  /** @param options.onUnnamed this name is not given again until its owner is among the busiest */
  constructor(options: {
    most: number;
    nameOf: (id: string) => string;
    onUnnamed: (name: string) => void;
  }) {
    this.#most = options.most;
    this.#nameOf = options.nameOf;
    this.#onUnnamed = options.onUnnamed;
  }

  /** Counts one use. */
  use(id: string): string {
    let known = this.#known.get(id);
    if (!known) {
      known = { name: this.#nameOf(id), uses: 0 };
      this.#known.set(id, known);
      if (this.#named.size < this.#most) this.#named.add(id);
    }
    known.uses += 1;
    this.#usesUntilReview -= 1;
    if (this.#usesUntilReview === 0) this.#review();
    return this.#named.has(id) ? known.name : 'other';
  }

  #review(): void {
    this.#usesUntilReview = reviewEvery;
    const rank = ([id, { uses }]: [string, Known]) => (this.#named.has(id) ? 2 * uses : uses);
    const ranked = [...this.#known].sort((a, b) => rank(b) - rank(a));
    const named = new Set(ranked.slice(0, this.#most).map(([id]) => id));
    for (const id of this.#named) {
      const known = named.has(id) ? undefined : this.#known.get(id);
      if (known) this.#onUnnamed(known.name);
    }
    this.#named = named;
    for (const [id, known] of this.#known) {
      known.uses /= 2;
      // Whoever is named stays known: his series goes on being counted where it was.
      if (known.uses < 1 && !named.has(id)) this.#known.delete(id);
    }
  }
}
