import { type Context, personOf, withTransaction } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { AccessClaims, AccessTokens } from './access-tokens.ts';
import { deleteAttemptsBefore } from './attempt-store.ts';
import { createUser } from './create-user.ts';
import { deleteDeviceGrantsBefore } from './device-store.ts';
import { deleteEmailTokensBefore } from './email-token-store.ts';
import { invalidAccessToken, systemOnly, userOnly } from './errors.ts';
import { deleteChallengesBefore } from './passkey-store.ts';
import { deleteSessionsBefore, findOpenSession } from './session-store.ts';
import { deleteSignInsBefore } from './sign-in-store.ts';
import {
  deleteUnverifiedUsersBefore,
  findUser,
  findUserByEmail,
  listDueUsers,
  type User,
  type UserWithPassword,
} from './store.ts';
import { longestWindowMs } from './throttle.ts';
import { findTotpFactor } from './two-factor-store.ts';

const deviceGrantKeptMs = 60 * 60 * 1000;
const unverifiedKeptMs = 7 * 24 * 60 * 60 * 1000;

/** The user with this address; made when there is none. Only the system itself may do so. */
export async function ensureUser({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly email: string; readonly name: string | null };
}): Promise<User> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  return withTransaction(ctx, async (ctx) => {
    const user = (await createUser(ctx, input)) ?? (await findUserByEmail(ctx.db, input.email));
    if (!user) throw new Error('a user is neither there nor can be made');
    return user;
  });
}

/** The accounts that are to be erased now. */
export function listAccountsDue(
  db: DatabaseHandle,
  now: Date,
  limit: number,
): Promise<readonly string[]> {
  return listDueUsers(db, { now, limit });
}

/** The user who calls. @throws DomainError `user_required` for an API key */
export async function getMe({ ctx }: { readonly ctx: Context }): Promise<UserWithPassword> {
  const person = personOf(ctx.actor);
  const user = person && (await findUser(ctx.db, person.userId));
  if (!user) throw userOnly();
  return user;
}

export interface Account {
  readonly user: User;
  readonly hasPassword: boolean;
  readonly twoFactor: boolean;
}

/** The user who calls, and how they log in. @throws DomainError `user_required` for an API key */
export async function getAccount({ ctx }: { readonly ctx: Context }): Promise<Account> {
  const { passwordHash, ...user } = await getMe({ ctx });
  const factor = await findTotpFactor(ctx.db, user.id);
  return { user, hasPassword: passwordHash !== null, twoFactor: Boolean(factor?.confirmedAt) };
}

/**
 * The user and session of an access token that is genuine and whose session still stands, so that a
 * log-out works at once. @throws DomainError `invalid_access_token`
 */
export async function authenticateUser(
  options: { db: DatabaseHandle; accessTokens: AccessTokens; now: Date },
  token: string,
): Promise<AccessClaims & { readonly logInMethod?: string }> {
  const { db, accessTokens, now } = options;
  const claims = await accessTokens.verify(token);
  const { sessionId: id, userId } = claims;
  const session = await findOpenSession(db, { id, userId, now });
  if (!session) throw invalidAccessToken();
  return session.method === null ? claims : { ...claims, logInMethod: session.method };
}

/** Deletes what has run out: attempts, mailed tokens, devices, challenges, sessions, and accounts that nobody confirmed. */
export async function deleteExpiredAccountData(db: DatabaseHandle, now: Date): Promise<void> {
  await deleteAttemptsBefore(db, new Date(now.getTime() - longestWindowMs));
  await deleteEmailTokensBefore(db, now);
  // A while later: a device that comes back is told that time was up.
  await deleteDeviceGrantsBefore(db, new Date(now.getTime() - deviceGrantKeptMs));
  await deleteChallengesBefore(db, now);
  await deleteSessionsBefore(db, now);
  await deleteSignInsBefore(db, now);
  await deleteUnverifiedUsersBefore(db, new Date(now.getTime() - unverifiedKeptMs));
}
