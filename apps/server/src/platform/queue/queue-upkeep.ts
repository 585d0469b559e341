import type { Log } from '../log.ts';
import { envelopeSchema } from './job-messages.ts';
import type { DeadLetter, SharedJobStore } from './job-store.ts';

interface QueueUpkeepOptions {
  readonly store: SharedJobStore;
  readonly log: Log;
  /** Stores a dead letter for good. It is called again when it fails, and may be called twice. */
  readonly keepDeadLetter: (letter: DeadLetter) => Promise<void>;
}

/** What has to be done now and then for a shared queue; any of its processes may do it. */
export async function keepUpQueue({
  store,
  log,
  keepDeadLetter,
}: QueueUpkeepOptions): Promise<void> {
  await store.reap();
  for (const letter of await store.deadLetters()) {
    const envelope = envelopeSchema.safeParse(letter.payload);
    const payload = envelope.success ? envelope.data.payload : letter.payload;
    try {
      await keepDeadLetter({ ...letter, payload });
    } catch (error) {
      log.warn({ err: error }, 'dead letters could not be stored yet');
      return;
    }
    await store.bury([letter.jobId]);
  }
}
