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
    await this.begin(secondsAhead);
    try {
      return await task();
    } finally {
      this.end();
    }
  }

  /** To be called by the task whose turn it is: until `wait` is over, and nobody goes first, it is others'. */
  async stepAside<T>(wait: Promise<T>, secondsAhead: () => number): Promise<T> {
    this.end();
    try {
      return await wait;
    } finally {
      await this.begin(secondsAhead);
    }
  }

  private begin(secondsAhead: () => number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ start: resolve, secondsAhead });
      this.startNext();
    });
  }

  private end(): void {
    this.isTaken = false;
    this.startNext();
  }

  private startNext(): void {
    if (this.isTaken || this.waiting.length === 0) return;
    const aheads = this.waiting.map(({ secondsAhead }) => secondsAhead());
    const [next] = this.waiting.splice(aheads.indexOf(Math.min(...aheads)), 1);
    this.isTaken = true;
    next?.start();
  }
}
