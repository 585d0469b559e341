const maxBatch = 256;
/** While one batch waits for the disk, the next is already on its way. */
const maxBatchesAtOnce = 2;

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Writes items in batches: what has arrived once all open sockets were served goes together, and
 * while some are being committed, the next one gathers. A promise
 * resolves when its own item is committed. When a batch fails, its items are tried one by one, so
 * that a bad one takes nobody with it.
 */
export class GroupCommit<T> {
  private readonly write: (items: readonly T[]) => Promise<void>;
  private waiting: Waiting<T>[] = [];
  private batchesUnderWay = 0;
  private isDue = false;

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
    if (this.isDue || this.waiting.length === 0 || this.batchesUnderWay === maxBatchesAtOnce)
      return;
    this.isDue = true;
    setImmediate(() => {
      this.isDue = false;
      void this.commitNext();
    });
  }

  private async commitNext(): Promise<void> {
    this.batchesUnderWay += 1;
    await this.commit(this.waiting.splice(0, maxBatch));
    this.batchesUnderWay -= 1;
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
