import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { createUser } from './create-user.ts';
import { normaliseEmail } from './email-address.ts';
import { createEmailToken, findEmailToken, useEmailToken } from './email-tokens.ts';
import { invalidToken, registeredOtherwise } from './errors.ts';
import { admitUser, type LogInPolicy, recordLogInFailure } from './log-in.ts';
import { alreadyRegisteredMail, verificationMail } from './mails.ts';
import { hashPassword, type IsBreached, refuseCommonPassword, verifyPassword } from './password.ts';
import type { RegisterInput } from './schema.ts';
import type { OpenSession } from './sessions.ts';
import {
  findUser,
  findUserByEmail,
  markEmailVerified,
  replaceUnverifiedUser,
  type User,
} from './store.ts';
import { countMailRequest, countPassword, mayMail } from './throttle.ts';

/**
 * Registers an address, or mails its owner that it has an account; the caller cannot tell which. An
 * address that was not proven yet is registered anew: what was said before, by whomever, is void.
 * @throws DomainError `invalid_email`, `password_too_common`, `password_breached`, `too_many_attempts`, `overloaded`
 */
export async function registerUser({
  ctx,
  input,
  publicUrl,
  isBreached,
}: {
  readonly ctx: Context;
  readonly input: RegisterInput;
  readonly publicUrl: string;
  readonly isBreached: IsBreached;
}): Promise<void> {
  const email = normaliseEmail(input.email);
  await refuseCommonPassword(input.password, { email, isBreached });
  await countMailRequest(ctx);
  const passwordHash = await hashPassword(input.password);
  if (!(await mayMail(ctx, email))) return;
  await withTransaction(ctx, async (ctx) => {
    const name = input.name ?? null;
    const account = { email, name, passwordHash };
    const created = await createUser(ctx, account, () => ({ actor: { kind: 'anonymous' } }));
    const user = created ?? (await findUserByEmail(ctx.db, email));
    if (!user) return;
    if (user.emailVerifiedAt) {
      await queueMail(ctx, alreadyRegisteredMail(email, publicUrl));
      return;
    }
    if (!created) {
      await replaceUnverifiedUser(ctx.db, {
        id: user.id,
        name,
        passwordHash,
        updatedAt: ctx.clock.now(),
      });
    }
    const purpose = 'verify_email';
    const token = await createEmailToken(ctx, { userId: user.id, purpose, email });
    await queueMail(ctx, verificationMail(email, publicUrl, token));
  });
}

/**
 * Proves a user's address by the token that was mailed to it and the password that it was registered
 * with last, and logs them in: who reads the mail may not be who registered, and would open the account
 * for them. Nobody has a second factor yet, which takes a session to turn on. `after` runs in the same
 * transaction.
 * @throws DomainError `invalid_token`, `wrong_password`, `too_many_attempts`, `overloaded`, and what the policy refuses; but for the first, the token stays good
 */
export async function verifyEmail({
  ctx,
  input,
  policy,
  after,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string; readonly password: string };
  readonly policy: LogInPolicy;
  readonly after: (ctx: Context, user: User) => Promise<void>;
}): Promise<OpenSession> {
  const method = 'password';
  const link = { token: input.token, purpose: 'verify_email' } as const;
  const { userId, email } = await findEmailToken(ctx, link);
  const registered = await findUser(ctx.db, userId);
  const takeBackCount = await countPassword(ctx, { email, fromKnownAddress: false });
  if (!(await verifyPassword(input.password, registered?.passwordHash ?? null))) {
    await recordLogInFailure(ctx, { userId, method, reason: 'invalid_credentials' });
    throw registeredOtherwise();
  }
  await takeBackCount();
  return withTransaction(ctx, async (ctx) => {
    // Who has registered meanwhile has voided the link.
    await useEmailToken(ctx, link);
    const verifiedAt = ctx.clock.now();
    const user = await markEmailVerified(ctx.db, { id: userId, email, verifiedAt });
    if (!user) throw invalidToken();
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.email_verified',
        teamId: null,
        resource: { type: 'user', id: user.id },
        actor: { kind: 'user', userId: user.id },
      },
    });
    await after(ctx, user);
    return admitUser(ctx, { user, method, policy });
  });
}
