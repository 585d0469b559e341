import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { normaliseEmail } from './email-address.ts';
import { deleteEmailTokensOfUser } from './email-token-store.ts';
import { createEmailToken, findEmailToken, useEmailToken } from './email-tokens.ts';
import { passwordChangedMail, resetMail } from './mails.ts';
import { hashPassword, type IsBreached, refuseCommonPassword } from './password.ts';
import { revokeSessionsOfUser } from './session-store.ts';
import { findUserByEmail, setPassword } from './store.ts';
import { countMailRequest, mayMail } from './throttle.ts';

/**
 * Mails a link to set a new password, if the address has an account; the caller cannot tell.
 * @throws DomainError `invalid_email`, `too_many_attempts`
 */
export async function requestPasswordReset({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string };
  readonly publicUrl: string;
}): Promise<void> {
  const email = normaliseEmail(input.email);
  await countMailRequest(ctx);
  if (!(await mayMail(ctx, email))) return;
  await withTransaction(ctx, async (ctx) => {
    const user = await findUserByEmail(ctx.db, email);
    if (!user?.emailVerifiedAt) return;
    const purpose = 'reset_password';
    const token = await createEmailToken(ctx, { userId: user.id, purpose, email });
    await queueMail(ctx, resetMail(email, publicUrl, token));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.password_reset_requested',
        teamId: null,
        resource: { type: 'user', id: user.id },
        actor: { kind: 'anonymous' },
      },
    });
  });
}

/**
 * Sets a new password by the token that was mailed, and ends all sessions.
 * @throws DomainError `invalid_token`, `password_too_common` and `password_breached` (the token stays good), `overloaded`
 */
export async function resetPassword({
  ctx,
  input,
  publicUrl,
  isBreached,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string; readonly password: string };
  readonly publicUrl: string;
  readonly isBreached: IsBreached;
}): Promise<void> {
  const { token, password } = input;
  const link = { token, purpose: 'reset_password' } as const;
  const { email } = await findEmailToken(ctx, link);
  await refuseCommonPassword(password, { email, isBreached });
  const passwordHash = await hashPassword(password);
  await withTransaction(ctx, async (ctx) => {
    const { userId } = await useEmailToken(ctx, link);
    await replacePassword(ctx, { userId, email, passwordHash, publicUrl, method: 'mail' });
  });
}

/**
 * Sets a password, ends every session and tells the owner. Links that were mailed before work no more:
 * who knew the former password may have asked to move the account. Runs in the caller's transaction,
 * which does not wait for a hash.
 */
export async function replacePassword(
  ctx: Context,
  change: {
    readonly userId: string;
    readonly email: string;
    readonly passwordHash: string;
    readonly publicUrl: string;
    readonly method: 'mail' | 'password';
  },
): Promise<void> {
  const { userId, email, passwordHash, publicUrl, method } = change;
  const updatedAt = ctx.clock.now();
  await setPassword(ctx.db, { id: userId, passwordHash, updatedAt });
  await revokeSessionsOfUser(ctx.db, { userId, revokedAt: updatedAt });
  await deleteEmailTokensOfUser(ctx.db, userId);
  await queueMail(ctx, passwordChangedMail(email, publicUrl));
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'user.password_changed',
      teamId: null,
      resource: { type: 'user', id: userId },
      details: { method },
      actor: { kind: 'user', userId },
    },
  });
}
