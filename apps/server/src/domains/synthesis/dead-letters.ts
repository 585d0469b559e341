import type { Context } from '../../platform/context.ts';
import type { DeadLetter } from '../../platform/queue/index.ts';
import { deleteOldDeadLetters, insertDeadLetter } from './dead-letter-store.ts';
import { previewOwner } from './preview.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Stores a job that the queue gave up. Called again, it does nothing. */
export async function keepDeadLetter({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: DeadLetter;
}): Promise<void> {
  const { jobId, tenant, tier, payload, failures } = input;
  await insertDeadLetter(ctx.db, {
    id: jobId,
    team_id: tenant === previewOwner.id ? null : tenant,
    tier,
    payload: JSON.stringify(payload),
    failures: JSON.stringify(failures),
    queued_at: new Date(input.queuedAtMs),
    died_at: new Date(failures.at(-1)?.failedAtMs ?? input.queuedAtMs),
  });
}

/** Deletes the dead letters, and with them customers' texts, that were kept for long enough. */
export async function deleteExpiredDeadLetters({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly days: number };
}): Promise<void> {
  const before = ctx.clock.now().getTime() - input.days * dayMs;
  await deleteOldDeadLetters(ctx.db, new Date(before));
}
