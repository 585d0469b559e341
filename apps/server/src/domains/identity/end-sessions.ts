import { type Context, withTransaction } from '../../platform/context.ts';
import { recordSignInEvent } from '../audit/index.ts';
import { normaliseEmail } from './email-address.ts';
import { accountNotFound } from './errors.ts';
import { revokeSessionsOfUser } from './session-store.ts';
import { findUserByEmail } from './store.ts';

/**
 * Ends every session of somebody's account, with all tokens of theirs. Answers how many. Who may do so
 * is for the caller to check. @throws DomainError `account_not_found`, `invalid_email`
 */
export async function endSessionsOfAccount({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string };
}): Promise<number> {
  const user = await findUserByEmail(ctx.db, normaliseEmail(input.email));
  if (!user) throw accountNotFound();
  return withTransaction(ctx, async (ctx) => {
    const revokedAt = ctx.clock.now();
    const sessions = await revokeSessionsOfUser(ctx.db, { userId: user.id, revokedAt });
    const details = { sessions };
    await recordSignInEvent({
      ctx,
      input: { eventType: 'user.sessions_ended', userId: user.id, details },
    });
    return sessions;
  });
}
