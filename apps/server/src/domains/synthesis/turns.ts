interface Waiting {
  readonly start: () => void;
  readonly secondsAhead: () => number;
}

/** Lets one task run at a time: that of the stream which would be silent first. */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private isTaken = false;

  /** @param secondsAhead how far the task's stream is ahead of its listener by now; less goes first */
  async take<T>(task: () => Promise<T>, secondsAhead: () => number): Promise<T> {
    await new Promise<void>((resolve) => {
      this.waiting.push({ start: resolve, secondsAhead });
      this.startNext();
    });
    try {
      return await task();
    } finally {
      this.isTaken = false;
      this.startNext();
    }
  }

  private startNext(): void {
    if (this.isTaken || this.waiting.length === 0) return;
    const aheads = this.waiting.map(({ secondsAhead }) => secondsAhead());
    const [next] = this.waiting.splice(aheads.indexOf(Math.min(...aheads)), 1);
    this.isTaken = true;
    next?.start();
  }
}
