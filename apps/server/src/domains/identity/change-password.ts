import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import { wrongPassword } from './errors.ts';
import { hashPassword, type IsBreached, refuseCommonPassword, verifyPassword } from './password.ts';
import { replacePassword } from './password-reset.ts';
import { getMe } from './service.ts';
import { isKnownAddress } from './session-store.ts';
import { type OpenSession, openSession } from './sessions.ts';
import type { UserWithPassword } from './store.ts';
import { countPassword } from './throttle.ts';

/** Guesses at the password count as log-ins do. @throws DomainError `wrong_password`, `too_many_attempts` */
export async function confirmPassword(
  ctx: Context,
  user: UserWithPassword,
  password: string,
  param: string,
): Promise<void> {
  const { id: userId, email } = user;
  const fromKnownAddress = await isKnownAddress(ctx.db, { userId, ipAddress: ctx.ip });
  const takeBackCount = await countPassword(ctx, { email, fromKnownAddress });
  if (!(await verifyPassword(password, user.passwordHash))) throw wrongPassword(param);
  await takeBackCount();
}

/**
 * Sets a new password for who knows the old one. Every session ends, and the caller gets a new one.
 * @throws DomainError `wrong_password`, `password_too_common`, `password_breached`, `too_many_attempts`, `user_required`
 */
export async function changePassword({
  ctx,
  input,
  publicUrl,
  isBreached,
}: {
  readonly ctx: Context;
  readonly input: { readonly current_password: string; readonly new_password: string };
  readonly publicUrl: string;
  readonly isBreached: IsBreached;
}): Promise<OpenSession> {
  const user = await getMe({ ctx });
  const { new_password: password } = input;
  await refuseCommonPassword(password, { email: user.email, isBreached, param: 'new_password' });
  await confirmPassword(ctx, user, input.current_password, 'current_password');
  const passwordHash = await hashPassword(password);
  return withTransaction(ctx, async (ctx) => {
    await replacePassword(ctx, {
      userId: user.id,
      email: user.email,
      passwordHash,
      publicUrl,
      method: 'password',
    });
    const method = personOf(ctx.actor)?.logInMethod ?? 'password';
    return openSession(ctx, { userId: user.id, method });
  });
}
