import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import { type Page, readPage } from '../../platform/page.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireConfirmation } from './confirm.ts';
import { sessionNotFound } from './errors.ts';
import { getMe } from './service.ts';
import {
  findSession,
  listOpenSessions,
  revokeSession,
  revokeSessionsOfUser,
  type StoredSession,
} from './session-store.ts';
import { refreshTokenSeconds } from './sessions.ts';

/** The caller's sessions that can still be used, newest first. @throws DomainError `user_required` */
export async function listSessions({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly limit: number; readonly cursor?: string | undefined };
}): Promise<Page<StoredSession>> {
  const { id: userId } = await getMe({ ctx });
  const now = ctx.clock.now();
  const usedAfter = new Date(now.getTime() - refreshTokenSeconds * 1000);
  const { cursor, limit } = input;
  return readPage({
    limit,
    read: (limit) => listOpenSessions(ctx.db, { userId, now, usedAfter, cursor, limit }),
    idOf: ({ id }) => id,
  });
}

/**
 * Ends one of the caller's sessions; doing so again changes nothing. Any but their own takes a
 * confirmation: whoever stole a session must not shut the owner out with it.
 * @throws DomainError `session_not_found`, `confirmation_required`, `user_required`
 */
export async function endSession({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<void> {
  const { id: userId } = await getMe({ ctx });
  const { id } = input;
  if (id !== personOf(ctx.actor)?.sessionId) await requireConfirmation(ctx);
  await withTransaction(ctx, async (ctx) => {
    if (await revokeSession(ctx.db, { id, userId, revokedAt: ctx.clock.now() })) {
      await recordAuditEvent({
        ctx,
        input: { eventType: 'session.revoked', teamId: null, resource: { type: 'session', id } },
      });
    } else if (!(await findSession(ctx.db, { id, userId }))) {
      throw sessionNotFound();
    }
  });
}

/** Ends all sessions of the caller but this one. @throws DomainError `confirmation_required`, `user_required` */
export async function endOtherSessions({ ctx }: { readonly ctx: Context }): Promise<void> {
  const { id: userId } = await getMe({ ctx });
  await requireConfirmation(ctx);
  const except = personOf(ctx.actor)?.sessionId;
  await withTransaction(ctx, async (ctx) => {
    const revokedAt = ctx.clock.now();
    const ended = await revokeSessionsOfUser(ctx.db, { userId, revokedAt, except });
    if (ended === 0) return;
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'session.others_revoked',
        teamId: null,
        resource: { type: 'user', id: userId },
        details: { sessions: ended },
      },
    });
  });
}
