import { type Context, withTransaction } from '../../platform/context.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { findConnectedUser, touchConnection } from './connection-store.ts';
import { addConnection, voidUnprovenAccount } from './connections.ts';
import { createUser } from './create-user.ts';
import { normaliseEmail } from './email-address.ts';
import { providerEmailUnverified, signInExpired } from './errors.ts';
import { admitUser, type LogInPolicy } from './log-in.ts';
import { hasSecondFactor, requireSecondFactor } from './second-factor.ts';
import { endSessionOfToken, type OpenSession } from './sessions.ts';
import {
  awaitSecondFactor,
  type ExternalProfile,
  endAwaitedSecondFactor,
  findAwaitedSecondFactor,
  type ProvenSignIn,
} from './sign-ins.ts';
import { findUser, findUserByEmail, type User } from './store.ts';
import { findTotpFactor } from './two-factor-store.ts';

/** What follows, in the same transaction, once it is known whom a provider has let in. */
export type SettleIn = (call: {
  readonly ctx: Context;
  readonly input: { readonly user: User; readonly provider: string };
}) => Promise<void>;

interface Admission {
  readonly settleIn: SettleIn;
  readonly logInPolicy: LogInPolicy;
  readonly publicUrl: string;
}

export type ExternalLogIn =
  | { readonly kind: 'session'; readonly session: OpenSession; readonly next: string }
  /** The browser must still bring a code, beside this token. */
  | { readonly kind: 'second_factor'; readonly browserToken: string; readonly next: string };

/**
 * Logs in whom a provider vouches for: by the account that was connected, else by a proven address,
 * under which an account is made where there is none. The session that the browser had before ends.
 * @throws DomainError `provider_email_unverified`, `invalid_email`
 */
export async function logInWithProfile({
  ctx,
  input,
  services,
}: {
  readonly ctx: Context;
  readonly input: ProvenSignIn;
  readonly services: Admission;
}): Promise<ExternalLogIn> {
  const { profile, next, formerTokenHash } = input;
  const logIn = await withTransaction(ctx, async (ctx): Promise<ExternalLogIn> => {
    const known = await findAccount(ctx, profile);
    if (known && (await hasSecondFactor(ctx, known.id))) {
      const userId = known.id;
      const browserToken = await awaitSecondFactor(ctx, { userId, profile, next });
      return { kind: 'second_factor', browserToken, next };
    }
    return { kind: 'session', session: await admitProfile(ctx, profile, services), next };
  });
  // Somebody else's, perhaps: the logs of their teams and of these must not wait for each other.
  if (logIn.kind === 'session' && formerTokenHash !== null) {
    await endSessionOfToken(ctx, formerTokenHash);
  }
  return logIn;
}

/**
 * The second half of such a log-in, for an account with a second factor.
 * @throws DomainError `sign_in_expired`, `invalid_code`, `too_many_attempts`
 */
export async function completeExternalLogIn({
  ctx,
  input,
  services,
}: {
  readonly ctx: Context;
  readonly input: { readonly browserToken: string; readonly code: string };
  readonly services: Admission & { readonly box: SecretBox };
}): Promise<{ readonly session: OpenSession; readonly next: string }> {
  const { browserToken, code } = input;
  const { userId, profile, next } = await findAwaitedSecondFactor(ctx, browserToken);
  const factor = await findTotpFactor(ctx.db, userId);
  await requireSecondFactor(ctx, { userId, factor, code, box: services.box });
  return withTransaction(ctx, async (ctx) => {
    await endAwaitedSecondFactor(ctx, browserToken);
    const session = await admitProfile(ctx, profile, services);
    // The address may have gone to another account meanwhile, which has not brought this code.
    if (session.userId !== userId) throw signInExpired();
    return { session, next };
  });
}

/** The account that a profile opens as things stand; undefined when one would be made. */
async function findAccount(ctx: Context, profile: ExternalProfile): Promise<User | undefined> {
  const connected = await findConnectedUser(ctx.db, profile);
  if (connected !== undefined) return findUser(ctx.db, connected);
  const user = await findUserByEmail(ctx.db, provenEmailOf(profile));
  return user?.emailVerifiedAt ? user : undefined;
}

async function admitProfile(
  ctx: Context,
  profile: ExternalProfile,
  { settleIn, logInPolicy: policy, publicUrl }: Admission,
): Promise<OpenSession> {
  const { provider, subject, email } = profile;
  const connected = await findConnectedUser(ctx.db, profile);
  const user =
    connected === undefined
      ? await connectByEmail(ctx, profile, publicUrl)
      : await findUser(ctx.db, connected);
  if (!user) throw signInExpired();
  await touchConnection(ctx.db, { provider, subject, email, usedAt: ctx.clock.now() });
  const session = await admitUser(ctx, { user, method: provider, policy });
  await settleIn({ ctx, input: { user, provider } });
  return session;
}

/** The account under the proven address of a profile, which the profile opens from now on. */
async function connectByEmail(
  ctx: Context,
  profile: ExternalProfile,
  publicUrl: string,
): Promise<User | undefined> {
  const email = provenEmailOf(profile);
  const { name, provider } = profile;
  const account = { email, name, emailVerifiedAt: ctx.clock.now() };
  const created = await createUser(ctx, account, ({ id }) => ({
    details: { method: provider },
    actor: { kind: 'user', userId: id },
  }));
  const user = created ?? (await findUserByEmail(ctx.db, email));
  if (!user) return undefined;
  const isNew = created !== undefined || (await voidUnprovenAccount(ctx, user, profile));
  await addConnection(ctx, { user, profile, publicUrl, tellOwner: !isNew });
  return user;
}

function provenEmailOf(profile: ExternalProfile): string {
  if (profile.email === null) throw providerEmailUnverified();
  return normaliseEmail(profile.email);
}
