/**
 * Does `work` again and again, a pause after each end, until the function that it answers is called
 * and resolves. What fails goes to `onError`.
 */
export function pollEvery(
  pauseMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work()
        .then(() => {}, onError)
        .then(schedule);
    }, pauseMs);
  }
  schedule();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
