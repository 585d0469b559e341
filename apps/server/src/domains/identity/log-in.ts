import { type Context, withTransaction } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordSignInEvent } from '../audit/index.ts';
import { normaliseEmail } from './email-address.ts';
import { emailNotVerified, invalidCredentials } from './errors.ts';
import { verifyPassword } from './password.ts';
import type { LogInInput } from './schema.ts';
import { type OpenSession, openSession } from './sessions.ts';
import { findUserToLogIn, type User } from './store.ts';
import { countLogIn } from './throttle.ts';
import { requireSecondFactor } from './two-factor.ts';

/** Refuses a way in that a user may not take, though they have proven who they are. */
export type LogInPolicy = (call: {
  readonly ctx: Context;
  readonly input: { readonly user: User; readonly method: string };
}) => Promise<void>;

/**
 * Opens a session for who knows the password of an account with a proven address.
 * @throws DomainError `invalid_credentials`, `email_not_verified`, `second_factor_required`, `invalid_code`, `too_many_attempts`, `overloaded`, and what the policy refuses
 */
export async function logIn({
  ctx,
  input,
  box,
  policy,
}: {
  readonly ctx: Context;
  readonly input: LogInInput;
  readonly box: SecretBox;
  readonly policy: LogInPolicy;
}): Promise<OpenSession> {
  const email = normaliseEmail(input.email);
  const known = await findUserToLogIn(ctx.db, { email, ipAddress: ctx.ip });
  const user = known?.user;
  const fromKnownAddress = known?.fromKnownAddress ?? false;
  const takeBackCount = await countLogIn(ctx, { email, fromKnownAddress });
  const genuine = await verifyPassword(input.password, user?.passwordHash ?? null);
  if (!user || !genuine) {
    const userId = user?.id ?? null;
    const reason = 'invalid_credentials';
    await recordLogInFailure(ctx, { userId, method: 'password', reason });
    throw invalidCredentials();
  }
  await takeBackCount();
  if (!user.emailVerifiedAt) throw emailNotVerified();
  try {
    await requireSecondFactor(ctx, {
      userId: user.id,
      factor: known?.factor,
      code: input.code,
      box,
    });
  } catch (error) {
    const reason = 'invalid_code';
    if (error instanceof DomainError && error.code === reason) {
      await recordLogInFailure(ctx, { userId: user.id, method: 'password', reason });
    }
    throw error;
  }
  return admitUser(ctx, { user, method: 'password', policy });
}

/** Opens a session for who has proven to be this user. Every way in ends here. */
export function admitUser(
  ctx: Context,
  admission: { readonly user: User; readonly method: string; readonly policy: LogInPolicy },
): Promise<OpenSession> {
  const { user, method, policy } = admission;
  return withTransaction(ctx, async (ctx) => {
    await policy({ ctx, input: { user, method } });
    const session = await openSession(ctx, user.id);
    await recordSignInEvent({
      ctx,
      input: {
        eventType: 'user.logged_in',
        userId: user.id,
        actor: { kind: 'user', userId: user.id },
        details: { session_id: session.sessionId, method },
      },
    });
    return session;
  });
}

/** Notes that nobody was let in. */
export function recordLogInFailure(
  ctx: Context,
  failure: {
    readonly userId: string | null;
    readonly method: string;
    readonly reason: string;
  },
): Promise<void> {
  const { userId, method, reason } = failure;
  return recordSignInEvent({
    ctx,
    input: {
      eventType: 'user.log_in_failed',
      userId,
      details: { method, reason },
      actor: { kind: 'anonymous' },
      success: false,
    },
  });
}
