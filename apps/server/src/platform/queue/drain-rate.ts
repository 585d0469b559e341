const maxRetryAfterSeconds = 120;
/** Until something has been measured; a short text takes about this long. */
const assumedSecondsPerJob = 1;
/** Weight of the newest interval in the moving average. */
const smoothing = 0.2;

/** How fast a waiting list empties, measured between jobs taken from it while others waited. */
export class DrainRate {
  private backloggedSinceMs: number | undefined;
  secondsPerJob = assumedSecondsPerJob;

  /** A job left the list at `nowMs`, and `stillWaiting` are behind it. */
  jobTaken(nowMs: number, stillWaiting: number): void {
    if (this.backloggedSinceMs !== undefined) {
      const seconds = (nowMs - this.backloggedSinceMs) / 1000;
      this.secondsPerJob += smoothing * (seconds - this.secondsPerJob);
    }
    this.backloggedSinceMs = stillWaiting > 0 ? nowMs : undefined;
  }

  /** Whole seconds after which `jobs` will have been taken; 1 to 120. */
  retryAfterSeconds(jobs: number): number {
    const seconds = Math.ceil(jobs * this.secondsPerJob);
    return Math.min(maxRetryAfterSeconds, Math.max(1, seconds));
  }
}
