import type { Context } from '../../platform/context.ts';
import { type EmailTokenPurpose, replaceEmailToken, takeEmailToken } from './email-token-store.ts';
import { invalidToken } from './errors.ts';
import { createSecretToken, hashToken } from './secret-token.ts';

const hourMs = 60 * 60 * 1000;
/** The mails say these times. */
const lifetimesMs: Readonly<Record<EmailTokenPurpose, number>> = {
  verify_email: 24 * hourMs,
  reset_password: hourMs,
  change_email: hourMs,
};

/** A token to mail to `email`, which proves once that its reader may do `purpose`. */
export async function createEmailToken(
  ctx: Context,
  options: {
    readonly userId: string;
    readonly purpose: EmailTokenPurpose;
    readonly email: string;
  },
): Promise<string> {
  const token = createSecretToken();
  const createdAt = ctx.clock.now();
  await replaceEmailToken(ctx.db, {
    ...options,
    hash: hashToken(token),
    createdAt,
    expiresAt: new Date(createdAt.getTime() + lifetimesMs[options.purpose]),
  });
  return token;
}

/** Whose token it is; it works no more once the transaction commits. @throws DomainError `invalid_token` */
export async function useEmailToken(
  ctx: Context,
  options: { readonly token: string; readonly purpose: EmailTokenPurpose },
): Promise<{ readonly userId: string; readonly email: string }> {
  const taken = await takeEmailToken(ctx.db, {
    hash: hashToken(options.token),
    purpose: options.purpose,
    now: ctx.clock.now(),
  });
  if (!taken) throw invalidToken();
  return taken;
}
