import { type Context, withTransaction } from '../../platform/context.ts';
import { deleteMailsTo, queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireConfirmation } from './confirm.ts';
import { systemOnly } from './errors.ts';
import { accountDeletedMail, deletionCancelledMail, deletionScheduledMail } from './mails.ts';
import { getMe } from './service.ts';
import { revokeSessionsOfUser } from './session-store.ts';
import { deleteUser, lockDueUser, lockUser, setDeletion } from './store.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Puts the caller's account on the list of those that go, and ends all its sessions. Until then a
 * log-in and `restoreAccount` take it off again. Runs in the caller's transaction. Answers when it goes.
 * @throws DomainError `confirmation_required`, `user_required`
 */
export async function scheduleDeletion({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly graceDays: number; readonly publicUrl: string };
}): Promise<Date> {
  const { id, email } = await getMe({ ctx });
  await requireConfirmation(ctx);
  const requestedAt = ctx.clock.now();
  const dueAt = new Date(requestedAt.getTime() + input.graceDays * dayMs);
  return withTransaction(ctx, async (ctx) => {
    const user = await lockUser(ctx.db, id);
    const ended = await revokeSessionsOfUser(ctx.db, { userId: id, revokedAt: requestedAt });
    // The same request, sent twice at once: the first has ended the session of both.
    if (user?.deletionDueAt && ended === 0) return user.deletionDueAt;
    await setDeletion(ctx.db, { id, requestedAt, dueAt });
    await queueMail(ctx, deletionScheduledMail(email, input.publicUrl, dueAt));
    await recordDeletionEvent(ctx, id, 'user.deletion_scheduled', { due_at: dueAt });
    return dueAt;
  });
}

/** Keeps the caller's account after all; one that is not about to go stays as it is. @throws DomainError `user_required` */
export async function restoreAccount({
  ctx,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly publicUrl: string;
}): Promise<void> {
  const { id, email } = await getMe({ ctx });
  await withTransaction(ctx, async (ctx) => {
    const user = await lockUser(ctx.db, id);
    if (!user?.deletionDueAt) return;
    await setDeletion(ctx.db, { id, requestedAt: null, dueAt: null });
    await queueMail(ctx, deletionCancelledMail(email, publicUrl));
    await recordDeletionEvent(ctx, id, 'user.restored');
  });
}

/**
 * Erases an account whose time is up, with all that hangs on it, and says so to its address; the mail
 * goes and is deleted as any other. `before` takes the person out of what refers to them elsewhere.
 * Answers false where there is nothing to do: it was restored, or erased by another process.
 */
export async function eraseAccount({
  ctx,
  input,
  before,
}: {
  readonly ctx: Context;
  readonly input: { readonly userId: string };
  readonly before: (ctx: Context, userId: string) => Promise<void>;
}): Promise<boolean> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  return withTransaction(ctx, async (ctx) => {
    const { userId: id } = input;
    const user = await lockDueUser(ctx.db, { id, now: ctx.clock.now() });
    if (!user) return false;
    await recordDeletionEvent(ctx, id, 'user.deleted');
    await before(ctx, id);
    await deleteUser(ctx.db, id);
    await deleteMailsTo(ctx.db, user.email);
    await queueMail(ctx, accountDeletedMail(user.email));
    return true;
  });
}

function recordDeletionEvent(
  ctx: Context,
  id: string,
  eventType: string,
  details: Record<string, unknown> = {},
): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: { eventType, teamId: null, resource: { type: 'user', id }, details },
  });
}
