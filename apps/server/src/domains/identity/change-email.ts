import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requirePasswordOrConfirmation } from './confirm.ts';
import { normaliseEmail } from './email-address.ts';
import { deleteEmailTokensOfUser } from './email-token-store.ts';
import { createEmailToken, useEmailToken } from './email-tokens.ts';
import { invalidToken } from './errors.ts';
import { addressTakenMail, changeEmailMail, emailChangedMail } from './mails.ts';
import { getMe } from './service.ts';
import {
  deleteUnverifiedUser,
  findUser,
  findUserByEmail,
  isUnproven,
  setEmail,
  type User,
} from './store.ts';
import { countMailRequest, mayMail } from './throttle.ts';

/**
 * Mails a link to the new address; the old one stays until it is opened. Whether somebody else has
 * that address is told to its owner alone.
 * @throws DomainError `invalid_email`, `wrong_password`, `confirmation_required`, `too_many_attempts`, `user_required`
 */
export async function requestEmailChange({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string; readonly password?: string | undefined };
  readonly publicUrl: string;
}): Promise<void> {
  const user = await getMe({ ctx });
  const email = normaliseEmail(input.email);
  await requirePasswordOrConfirmation(ctx, user, input.password);
  await countMailRequest(ctx);
  if (!(await mayMail(ctx, email))) return;
  await withTransaction(ctx, async (ctx) => {
    if (await findHolder(ctx, email)) {
      await queueMail(ctx, addressTakenMail(email, publicUrl));
    } else {
      const purpose = 'change_email';
      const token = await createEmailToken(ctx, { userId: user.id, purpose, email });
      await queueMail(ctx, changeEmailMail(email, publicUrl, token));
    }
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.email_change_requested',
        teamId: null,
        resource: { type: 'user', id: user.id },
      },
    });
  });
}

/**
 * Moves the account to the address that the token was mailed to, and tells the old one. Links that
 * were mailed to the old one work no more. @throws DomainError `invalid_token`
 */
export async function confirmEmailChange({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly token: string };
}): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const { userId, email } = await useEmailToken(ctx, {
      token: input.token,
      purpose: 'change_email',
    });
    const before = await findUser(ctx.db, userId);
    // Somebody may have registered the address meanwhile, and proven it.
    if (!before || (await findHolder(ctx, email))) throw invalidToken();
    await deleteUnverifiedUser(ctx.db, email);
    await setEmail(ctx.db, { id: userId, email, verifiedAt: ctx.clock.now() });
    await deleteEmailTokensOfUser(ctx.db, userId);
    await queueMail(ctx, emailChangedMail(before.email, email));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'user.email_changed',
        teamId: null,
        resource: { type: 'user', id: userId },
        actor: { kind: 'user', userId },
      },
    });
  });
}

/** Whose an address is. Who has registered it and not proven that it is theirs keeps nobody off it. */
async function findHolder(ctx: Context, email: string): Promise<User | undefined> {
  const user = await findUserByEmail(ctx.db, email);
  return user && isUnproven(user) ? undefined : user;
}
