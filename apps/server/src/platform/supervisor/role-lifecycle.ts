/** So long after it was told to end a process ends without ceremony. */
export const stopTimeoutMs = 8_000;

/**
 * Ends this process in order: on SIGTERM or SIGINT, and when the supervisor that forked it is gone.
 * `stop` closes what is open; it runs once. Call it first thing in an entry point.
 */
export function stopWithParent(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopTimeoutMs).unref();
    stop().then(
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
