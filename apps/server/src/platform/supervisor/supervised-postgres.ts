import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgresOptions, startEmbeddedPostgres } from '../embedded-postgres/index.ts';
import { restartDelayMs, steadyAfterMs } from './back-off.ts';

export interface SupervisedPostgres {
  /** The same after every restart. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The embedded PostgreSQL, started again on its port whenever it ends unasked. */
export async function superviseEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
  onCrash: (problem: string) => void,
): Promise<SupervisedPostgres> {
  const stopping = new AbortController();
  let current = await startEmbeddedPostgres(options);
  const { url, port } = current;

  async function startAgain(crashesInARow: number): Promise<void> {
    for (let attempt = crashesInARow; !stopping.signal.aborted; attempt += 1) {
      await sleep(restartDelayMs(attempt), undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        current = await startEmbeddedPostgres({ ...options, port });
        if (current.port === port) return;
        // Somebody took the port meanwhile. The open pools know no other, so it is waited for.
        await current.stop();
      } catch (error) {
        onCrash(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async function keepAlive(): Promise<void> {
    for (let crashesInARow = 1; ; crashesInARow += 1) {
      const startedAtMs = performance.now();
      await current.exited;
      if (stopping.signal.aborted) return;
      if (performance.now() - startedAtMs >= steadyAfterMs) crashesInARow = 1;
      onCrash('the database ended and is being started again');
      await startAgain(crashesInARow);
    }
  }

  const keeping = keepAlive();
  return {
    url,
    async stop() {
      stopping.abort();
      await current.stop();
      await keeping;
      // A start that was under way when we were asked to stop.
      await current.stop();
    },
  };
}
