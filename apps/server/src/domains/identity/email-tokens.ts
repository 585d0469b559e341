import type { Context } from '../../platform/context.ts';
import {
  type EmailTokenKey,
  type EmailTokenPurpose,
  type MailedToken,
  readEmailToken,
  replaceEmailToken,
  takeEmailToken,
} from './email-token-store.ts';
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

interface EmailTokenUse {
  readonly token: string;
  readonly purpose: EmailTokenPurpose;
}

/** Whose token it is. @throws DomainError `invalid_token` */
export async function findEmailToken(ctx: Context, use: EmailTokenUse): Promise<MailedToken> {
  return known(await readEmailToken(ctx.db, keyOf(ctx, use)));
}

/** The same; it works no more once the transaction commits. @throws DomainError `invalid_token` */
export async function useEmailToken(ctx: Context, use: EmailTokenUse): Promise<MailedToken> {
  return known(await takeEmailToken(ctx.db, keyOf(ctx, use)));
}

function keyOf(ctx: Context, { token, purpose }: EmailTokenUse): EmailTokenKey {
  return { hash: hashToken(token), purpose, now: ctx.clock.now() };
}

function known(mailed: MailedToken | undefined): MailedToken {
  if (!mailed) throw invalidToken();
  return mailed;
}
