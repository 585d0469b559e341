import { type Context, withTransaction } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';
import { type Page, readPage } from '../../platform/page.ts';
import type { DeadLetter } from '../../platform/queue/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireOperator } from '../teams/index.ts';
import { jobOf } from './dead-letter-schema.ts';
import {
  type DeadLetterRow,
  deleteAllDeadLetters,
  deleteDeadLetter,
  deleteOldDeadLetters,
  findDeadLetter,
  insertDeadLetter,
  listDeadLetterRows,
} from './dead-letter-store.ts';
import { deadLetterNotFound, deadLetterOutdated } from './errors.ts';
import { previewOwner } from './preview.ts';
import type { SynthesisServices } from './service.ts';
import { awaitWhole } from './speech-delivery.ts';
import type { SpeechDetails } from './speech-details.ts';

/** What makes the queue write a letter. */
const failedForGood: ReadonlySet<string> = new Set(['synthesis_failed', 'synthesis_timeout']);
const dayMs = 24 * 60 * 60 * 1000;

interface VerbArguments<Input> {
  readonly ctx: Context;
  readonly input: Input;
}

/** Stores a job that the queue gave up. Called again, it does nothing. */
export async function keepDeadLetter({ ctx, input }: VerbArguments<DeadLetter>): Promise<void> {
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
}: VerbArguments<{ readonly days: number }>): Promise<void> {
  const before = ctx.clock.now().getTime() - input.days * dayMs;
  await deleteOldDeadLetters(ctx.db, new Date(before));
}

export async function listDeadLetters({
  ctx,
  input,
}: VerbArguments<{ readonly limit: number; readonly cursor?: string | undefined }>): Promise<
  Page<DeadLetterRow>
> {
  await requireOperator({ ctx });
  const { limit, cursor } = input;
  return readPage({
    limit,
    read: (limit) => listDeadLetterRows(ctx.db, { limit, cursor }),
    idOf: ({ id }) => id,
  });
}

/** The letter with its text; that it was read is told to its team. */
export async function openDeadLetter({
  ctx,
  input,
}: VerbArguments<{ readonly id: string }>): Promise<DeadLetterRow> {
  const operator = await requireOperator({ ctx });
  return withTransaction(ctx, async (ctx) => {
    const letter = await requireLetter(ctx, input.id);
    await recordLetterEvent(ctx, 'dead_letter.opened', letter, operator.teamId);
    return letter;
  });
}

/**
 * Lets the speech be made again, at nobody's expense; whoever asks for it then gets it from the
 * cache. The letter goes; where the speech fails once more, a new one takes its place.
 */
export async function replayDeadLetter(
  { maker }: SynthesisServices,
  { ctx, input, signal }: VerbArguments<{ readonly id: string }> & { readonly signal: AbortSignal },
): Promise<SpeechDetails> {
  const operator = await requireOperator({ ctx });
  const letter = await withTransaction(ctx, async (ctx) => {
    const letter = await requireLetter(ctx, input.id);
    await recordLetterEvent(ctx, 'dead_letter.replayed', letter, operator.teamId);
    return letter;
  });
  const job = jobOf(letter);
  if (!job) throw deadLetterOutdated();
  const owner = { ...previewOwner, ...(letter.team_id === null ? {} : { id: letter.team_id }) };
  const { requestId } = job;
  const found = await maker.obtain(owner, job.spec, {
    requestId,
    exactly: false,
    live: false,
  });
  try {
    const details =
      found.cache === 'hit' ? found.speech.details : await awaitWhole(found.flight, signal);
    await deleteDeadLetter(ctx.db, letter.id);
    return details;
  } catch (error) {
    // The queue has written a new letter, or is about to.
    if (error instanceof DomainError && failedForGood.has(error.code)) {
      await deleteDeadLetter(ctx.db, letter.id);
    }
    throw error;
  }
}

export async function purgeDeadLetter({
  ctx,
  input,
}: VerbArguments<{ readonly id: string }>): Promise<void> {
  const operator = await requireOperator({ ctx });
  await withTransaction(ctx, async (ctx) => {
    const letter = await requireLetter(ctx, input.id);
    await deleteDeadLetter(ctx.db, letter.id);
    await recordLetterEvent(ctx, 'dead_letter.purged', letter, operator.teamId);
  });
}

/** Answers how many there were. */
export async function purgeDeadLetters({ ctx }: { readonly ctx: Context }): Promise<number> {
  const operator = await requireOperator({ ctx });
  return withTransaction(ctx, async (ctx) => {
    const deleted = await deleteAllDeadLetters(ctx.db);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'dead_letter.all_purged',
        teamId: operator.teamId,
        resource: { type: 'dead_letter', id: null },
        details: { deleted },
      },
    });
    return deleted;
  });
}

async function requireLetter(ctx: Context, id: string): Promise<DeadLetterRow> {
  const letter = await findDeadLetter(ctx.db, id);
  if (!letter) throw deadLetterNotFound();
  return letter;
}

/** In the chain of the team whose text it holds, so that the team sees who read it. */
function recordLetterEvent(
  ctx: Context,
  eventType: string,
  letter: DeadLetterRow,
  operatorTeamId: string,
): Promise<void> {
  const requestId = jobOf(letter)?.requestId ?? null;
  return recordAuditEvent({
    ctx,
    input: {
      eventType,
      teamId: letter.team_id ?? operatorTeamId,
      resource: { type: 'dead_letter', id: letter.id },
      details: { request_id: requestId },
    },
  });
}
