/** How much a group holds open at the same time: connections, not requests. */
export interface Places {
  /**
   * Takes one of the places of a group.
   * @returns what gives it back, however often it is called, or undefined where all are taken
   */
  take(group: string, limit: number): Promise<(() => void) | undefined>;
}

/** Places of this process alone. */
export class MemoryPlaces implements Places {
  readonly #taken = new Map<string, number>();

  async take(group: string, limit: number): Promise<(() => void) | undefined> {
    const taken = this.#taken.get(group) ?? 0;
    if (taken >= limit) return undefined;
    this.#taken.set(group, taken + 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#giveBack(group);
      isHeld = false;
    };
  }

  #giveBack(group: string): void {
    const left = (this.#taken.get(group) ?? 0) - 1;
    if (left > 0) this.#taken.set(group, left);
    else this.#taken.delete(group);
  }
}
