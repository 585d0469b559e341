import { type Context, withTransaction } from '../../platform/context.ts';
import { voidUnprovenAccount } from './connections.ts';
import { createUser } from './create-user.ts';
import { normaliseEmail } from './email-address.ts';
import { createEmailToken } from './email-tokens.ts';
import { systemOnly } from './errors.ts';
import { findUserByEmail, type User } from './store.ts';
import { countWaysIn } from './ways-in.ts';

/**
 * The account under an address that whoever runs the server answers for, made where there is none. With
 * it comes the token of a link that sets a password, where nothing opens the account yet. What an address
 * that nobody had proven was registered with is void.
 * @throws DomainError `invalid_email`
 */
export async function openAccount({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string; readonly name: string | null };
}): Promise<{ readonly user: User; readonly passwordToken: string | null }> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  const { name } = input;
  const email = normaliseEmail(input.email);
  return withTransaction(ctx, async (ctx) => {
    const created = await createUser(ctx, { email, name, emailVerifiedAt: ctx.clock.now() });
    const user = created ?? (await findUserByEmail(ctx.db, email));
    if (!user) throw new Error('a user is neither there nor can be made');
    if (!created) await voidUnprovenAccount(ctx, user, { provider: 'operator', name });
    if ((await countWaysIn(ctx, user.id)) > 0) return { user, passwordToken: null };
    const purpose = 'reset_password';
    const passwordToken = await createEmailToken(ctx, { userId: user.id, purpose, email });
    return { user, passwordToken };
  });
}
