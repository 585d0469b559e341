import type { Context } from '../../platform/context.ts';
import { passkeyRefused } from './errors.ts';
import { admitUser, type LogInPolicy, recordLogInFailure } from './log-in.ts';
import type { AssertionInput } from './passkey-schema.ts';
import type { OpenSession } from './sessions.ts';
import { findUser } from './store.ts';
import { countSignIn } from './throttle.ts';
import { createAssertionOptions, verifyAssertion } from './webauthn.ts';

/** What a browser needs to offer the passkeys that it has for this server. @throws DomainError `too_many_attempts` */
export async function proposePasskeyLogIn({
  ctx,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly publicUrl: string;
}) {
  await countSignIn(ctx);
  return createAssertionOptions(ctx, { publicUrl, purpose: 'log_in', userId: null, passkeys: [] });
}

/**
 * Opens a session for who has signed with a passkey. Its device has asked for a finger, a face or a
 * code, so that it is two factors by itself.
 * @throws DomainError `passkey_refused`, `too_many_attempts`, and what the policy refuses
 */
export async function logInWithPasskey({
  ctx,
  input,
  publicUrl,
  policy,
}: {
  readonly ctx: Context;
  readonly input: { readonly response: AssertionInput };
  readonly publicUrl: string;
  readonly policy: LogInPolicy;
}): Promise<OpenSession> {
  const method = 'passkey';
  const { response } = input;
  const passkey = await verifyAssertion(ctx, {
    publicUrl,
    purpose: 'log_in',
    userId: null,
    response,
  });
  if (!passkey) {
    // Anybody could fill the audit log otherwise.
    await countSignIn(ctx);
    await recordLogInFailure(ctx, { userId: null, method, reason: 'passkey_refused' });
    throw passkeyRefused();
  }
  const user = await findUser(ctx.db, passkey.userId);
  if (!user) throw passkeyRefused();
  return admitUser(ctx, { user, method, policy });
}
