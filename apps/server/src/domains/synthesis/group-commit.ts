const maxBatch = 256;

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes items in batches: what has arrived once all open sockets were served goes together, and
 * while a batch is being committed, the next one gathers. With two on their way at once each would be
 * half as large, which costs both processes more than it saves anybody time. A promise resolves when
 * its own item is committed. When a batch fails, its items are tried one by one, so that a bad one
 * takes nobody with it.
 */
export class GroupCommit<T> {
  private readonly write: (items: readonly T[]) => Promise<void>;
  private waiting: Waiting<T>[] = [];
  /** A batch is on its way, or will be in a moment. */
  private isBusy = false;

  constructor(write: (items: readonly T[]) => Promise<void>) {
    this.write = write;
  }

  add(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.isBusy || this.waiting.length === 0) return;
    this.isBusy = true;
    setImmediate(() => void this.commitNext());
  }

  private async commitNext(): Promise<void> {
    await this.commit(this.waiting.splice(0, maxBatch));
    this.isBusy = false;
    this.schedule();
  }

  private async commit(batch: readonly Waiting<T>[]): Promise<void> {
    try {
      await this.write(batch.map(({ item }) => item));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1) for (const { reject } of batch) reject(error);
      else for (const one of batch) await this.commit([one]);
    }
  }
}
