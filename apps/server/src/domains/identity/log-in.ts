import { type Context, withTransaction } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { normaliseEmail } from './email-address.ts';
import { emailNotVerified, invalidCredentials } from './errors.ts';
import { verifyPassword } from './password.ts';
import type { LogInInput } from './schema.ts';
import { type OpenSession, openSession } from './sessions.ts';
import { findUserByEmail } from './store.ts';
import { countLogIn } from './throttle.ts';
import { requireSecondFactor } from './two-factor.ts';

/**
 * Opens a session for who knows the password of an account with a proven address.
 * @throws DomainError `invalid_credentials`, `email_not_verified`, `second_factor_required`, `invalid_code`, `too_many_attempts`, `overloaded`
 */
export async function logIn({
  ctx,
  input,
  box,
}: {
  readonly ctx: Context;
  readonly input: LogInInput;
  readonly box: SecretBox;
}): Promise<OpenSession> {
  const email = normaliseEmail(input.email);
  const takeBackCount = await countLogIn(ctx, email);
  const user = await findUserByEmail(ctx.db, email);
  const genuine = await verifyPassword(input.password, user?.passwordHash ?? null);
  if (!user || !genuine) {
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.log_in_failed',
        teamId: null,
        resource: { type: 'user', id: user?.id ?? null },
        actor: { kind: 'anonymous' },
        success: false,
      },
    });
    throw invalidCredentials();
  }
  await takeBackCount();
  if (!user.emailVerifiedAt) throw emailNotVerified();
  await requireSecondFactor(ctx, { userId: user.id, code: input.code, box });
  return withTransaction(ctx, async (ctx) => {
    const session = await openSession(ctx, user.id);
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.logged_in',
        teamId: null,
        resource: { type: 'user', id: user.id },
        actor: { kind: 'user', userId: user.id },
        details: { session_id: session.sessionId, method: 'password' },
      },
    });
    return session;
  });
}
