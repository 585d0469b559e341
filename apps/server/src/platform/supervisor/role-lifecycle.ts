/** A process whose patience is over ends without ceremony after this. */
export const stopTimeoutMs = 8_000;

/**
 * Ends this process in order: on SIGTERM or SIGINT, and when the supervisor that forked it is gone.
 * `stop` closes what is open; it runs once. What is under way may go on until `hurry` is aborted,
 * which is when `patienceMs` are over, or this process is told once more. Call it first thing in an
 * entry point.
 */
export function stopWithParent(
  stop: (hurry: AbortSignal) => Promise<void>,
  { patienceMs = 0 }: { patienceMs?: number } = {},
): void {
  const hurry = new AbortController();
  let stopping = false;
  const hurryUp = () => {
    if (hurry.signal.aborted) return;
    hurry.abort();
    // An exit would wait for the thread of a model that computes, and then abort.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopTimeoutMs).unref();
  };
  const end = () => {
    if (stopping) {
      hurryUp();
      return;
    }
    stopping = true;
    setTimeout(hurryUp, patienceMs).unref();
    stop(hurry.signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', end);
  // With the supervisor the readers of our output are gone too.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  if (process.channel) process.on('disconnect', end);
}
