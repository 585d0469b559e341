import type { RawBuilder } from 'kysely';
import type { Context } from '../../platform/context.ts';
import { DomainError } from '../../platform/errors.ts';
import type { SecretBox } from '../../platform/secret-box.ts';
import { recordSignInEvent } from '../audit/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import { normaliseEmail } from './email-address.ts';
import { emailNotVerified, invalidCredentials } from './errors.ts';
import { untilEven } from './even-answers.ts';
import { hashPassword, isWeakHash, verifyPassword } from './password.ts';
import type { LogInInput } from './schema.ts';
import { requireSecondFactor } from './second-factor.ts';
import { type OpenSession, openSession, prepareSession } from './sessions.ts';
import { replacePasswordHash, type User, type UserWithPassword } from './store.ts';
import { countLogIn, takeBack } from './throttle.ts';

const method = 'password';

/** Refuses a way in that a user may not take, though they have proven who they are. */
export interface LogInPolicy {
  /** What it has to know of an address: a value for a statement that asks more. */
  readonly question: (email: string) => RawBuilder<string | null>;
  readonly check: (call: {
    readonly ctx: Context;
    readonly input: {
      readonly user: User;
      readonly method: string;
      /** That of the question; absent where nobody has asked it yet. */
      readonly answer?: string | null;
    };
  }) => Promise<void>;
}

/**
 * Opens a session for who knows the password of an account with a proven address.
 * @throws DomainError `invalid_credentials`, `email_not_verified`, `second_factor_required`, `invalid_code`, `too_many_attempts`, `overloaded`, and what the policy refuses
 */
export async function logIn({
  ctx,
  input,
  box,
  policy,
  accessTokens,
}: {
  readonly ctx: Context;
  readonly input: LogInInput;
  readonly box: SecretBox;
  readonly policy: LogInPolicy;
  readonly accessTokens: AccessTokens;
}): Promise<OpenSession> {
  const startedMs = performance.now();
  const email = normaliseEmail(input.email);
  const found = await countLogIn(ctx, { email, question: policy.question(email) });
  const { user, factor, answer, attempts } = found;
  const checking = verifyPassword(input.password, user?.passwordHash ?? null);
  // Another thread does that. Meanwhile the rest is made, of which only who knows the password hears.
  const preparing = user && prepareLogIn(ctx, { user, attempts, policy, answer, accessTokens });
  preparing?.catch(() => {});
  const genuine = await checking;
  if (!preparing || !genuine) {
    const userId = user?.id ?? null;
    const reason = 'invalid_credentials';
    await recordLogInFailure(ctx, { userId, method, reason });
    // There is more to record of somebody who belongs to teams than of nobody.
    await untilEven(startedMs);
    throw invalidCredentials();
  }
  try {
    if (!user.emailVerifiedAt) throw emailNotVerified();
    await requireSecondFactor(ctx, { userId: user.id, factor, code: input.code, box });
    const { session, open } = await preparing;
    await open();
    await strengthenHash(ctx, user, input.password);
    return session;
  } catch (error) {
    await takeBack(ctx, attempts);
    const reason = 'invalid_code';
    if (error instanceof DomainError && error.code === reason) {
      await recordLogInFailure(ctx, { userId: user.id, method, reason });
    }
    throw error;
  }
}

/** Hashes a password anew whose hash was made when less was spent on one. */
async function strengthenHash(ctx: Context, user: UserWithPassword, password: string) {
  const { id, passwordHash: before } = user;
  if (before === null || !isWeakHash(before)) return;
  try {
    const passwordHash = await hashPassword(password);
    await replacePasswordHash(ctx.db, { id, before, passwordHash });
  } catch (err) {
    // They are in all the same: the next log-in tries again.
    ctx.log.warn({ err }, 'a password could not be hashed anew');
  }
}

/** Makes a session for who may enter, with both its tokens. @throws DomainError what the policy refuses */
async function prepareLogIn(
  ctx: Context,
  entry: {
    readonly user: User;
    readonly attempts: readonly string[];
    readonly policy: LogInPolicy;
    readonly answer: string | null;
    readonly accessTokens: AccessTokens;
  },
) {
  const { user, attempts, policy, answer, accessTokens } = entry;
  await policy.check({ ctx, input: { user, method, answer } });
  const prepared = prepareSession(ctx, { userId: user.id, method, attempts, loggedInBy: method });
  const accessToken = await accessTokens.issue(prepared.session);
  return { ...prepared, session: { ...prepared.session, accessToken } };
}

/** Opens a session for who has proven to be this user in another way than by a password. */
export async function admitUser(
  ctx: Context,
  admission: {
    readonly user: User;
    readonly method: string;
    readonly policy: LogInPolicy;
  },
): Promise<OpenSession> {
  const { user, method, policy } = admission;
  await policy.check({ ctx, input: { user, method } });
  return openSession(ctx, { userId: user.id, method, loggedInBy: method });
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
