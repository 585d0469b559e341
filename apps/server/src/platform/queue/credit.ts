/** How many bytes a peer still takes; whoever wants to send more waits until it asked for them. */
export class Credit {
  private availableBytes: number;
  private wake: (() => void) | undefined;

  constructor(initialBytes: number) {
    this.availableBytes = initialBytes;
  }

  get isExhausted(): boolean {
    return this.availableBytes <= 0;
  }

  grant(bytes: number): void {
    this.availableBytes += bytes;
    if (this.availableBytes > 0) this.wake?.();
  }

  /** Waits until anything is available, then takes `bytes`, which may overdraw once. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    while (this.isExhausted) {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    this.availableBytes -= bytes;
  }
}
