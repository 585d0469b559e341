import { type Context, withTransaction } from '../../platform/context.ts';
import { queueMail } from '../../platform/mail/index.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { requireConfirmation } from './confirm.ts';
import {
  type Connection,
  deleteConnection,
  deleteConnectionsOfProvider,
  deleteConnectionsOfUser,
  findConnectedUser,
  insertConnection,
  listConnectionsOfUser,
} from './connection-store.ts';
import { deleteEmailTokensOfUser } from './email-token-store.ts';
import { connectionNotFound, connectionTaken, providerNotFound } from './errors.ts';
import { connectionAddedMail, connectionRemovedMail } from './mails.ts';
import type { AccountServices } from './route-parts.ts';
import { getMe } from './service.ts';
import { type BegunSignIn, beginSignIn, type ExternalProfile } from './sign-ins.ts';
import { claimUnverifiedUser, findUser, lockUser, type User } from './store.ts';
import { keepOneWayIn } from './ways-in.ts';

/** The accounts elsewhere that open the caller's account. */
export async function listConnections({ ctx }: { readonly ctx: Context }): Promise<Connection[]> {
  const { id } = await getMe({ ctx });
  return listConnectionsOfUser(ctx.db, id);
}

/**
 * Begins to connect an account elsewhere to the caller's, who has confirmed that it is them.
 * @throws DomainError `user_required`, `provider_not_found`, `confirmation_required`, `too_many_attempts`
 */
export async function beginConnection({
  ctx,
  input,
  providers,
}: {
  readonly ctx: Context;
  readonly input: { readonly provider: string; readonly next: string };
  readonly providers: AccountServices['oauth'];
}): Promise<BegunSignIn> {
  const { id: userId } = await getMe({ ctx });
  const { provider, next } = input;
  if (!providers.has(provider)) throw providerNotFound();
  await requireConfirmation(ctx);
  return beginSignIn(ctx, { provider, userId, next });
}

/** Connects what a provider vouches for to the account that began. @throws DomainError `connection_taken` */
export async function connectProfile({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly userId: string; readonly profile: ExternalProfile };
  readonly publicUrl: string;
}): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const { userId, profile } = input;
    const user = await findUser(ctx.db, userId);
    if (!user) throw connectionTaken();
    await addConnection(ctx, { user, profile, publicUrl, tellOwner: true });
  });
}

/**
 * Makes a profile open this account, unless it opens another one. Runs in the caller's transaction.
 * @throws DomainError `connection_taken`
 */
export async function addConnection(
  ctx: Context,
  add: {
    readonly user: User;
    readonly profile: ExternalProfile;
    readonly publicUrl: string;
    readonly tellOwner: boolean;
  },
): Promise<void> {
  const { user, profile, publicUrl, tellOwner } = add;
  const { provider, subject, email } = profile;
  const createdAt = ctx.clock.now();
  const connection = { userId: user.id, provider, subject, email, createdAt };
  if (!(await insertConnection(ctx.db, connection))) {
    if ((await findConnectedUser(ctx.db, profile)) !== user.id) throw connectionTaken();
    return;
  }
  if (tellOwner) await queueMail(ctx, connectionAddedMail(user.email, publicUrl, provider));
  await recordConnectionEvent(ctx, user.id, 'user.connection_added', provider);
}

/**
 * Makes an account elsewhere open the caller's no more, for who has confirmed that it is them, unless
 * nothing else does, and tells the owner by mail.
 * @throws DomainError `connection_not_found`, `last_way_in`, `confirmation_required`
 */
export async function removeConnection({
  ctx,
  input,
  publicUrl,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
  readonly publicUrl: string;
}): Promise<void> {
  const { id: userId, email } = await getMe({ ctx });
  await requireConfirmation(ctx);
  await withTransaction(ctx, async (ctx) => {
    await lockUser(ctx.db, userId);
    const connections = await listConnectionsOfUser(ctx.db, userId);
    const connection = connections.find(({ id }) => id === input.id);
    if (!connection) throw connectionNotFound();
    await keepOneWayIn(ctx, userId);
    await deleteConnection(ctx.db, connection.id);
    await queueMail(ctx, connectionRemovedMail(email, publicUrl, connection.provider));
    await recordConnectionEvent(ctx, userId, 'user.connection_removed', connection.provider);
  });
}

/** Makes a provider that is gone open no account any more. Runs in the caller's transaction. */
export async function removeConnectionsOfProvider(ctx: Context, provider: string): Promise<void> {
  await deleteConnectionsOfProvider(ctx.db, provider);
}

/**
 * Gives an account whose address nobody had proven to who has proven it now. Whoever registered the
 * address first may have been somebody else: password, name and links are void. Answers false for an
 * account whose address is proven.
 */
export async function voidUnprovenAccount(
  ctx: Context,
  user: User,
  profile: Pick<ExternalProfile, 'provider' | 'name'>,
): Promise<boolean> {
  const claimed = await claimUnverifiedUser(ctx.db, {
    id: user.id,
    name: profile.name,
    verifiedAt: ctx.clock.now(),
  });
  if (!claimed) return false;
  await deleteEmailTokensOfUser(ctx.db, user.id);
  await deleteConnectionsOfUser(ctx.db, user.id);
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'user.email_verified',
      teamId: null,
      resource: { type: 'user', id: user.id },
      details: { method: profile.provider },
      actor: { kind: 'user', userId: user.id },
    },
  });
  return true;
}

function recordConnectionEvent(
  ctx: Context,
  userId: string,
  eventType: string,
  provider: string,
): Promise<void> {
  return recordAuditEvent({
    ctx,
    input: {
      eventType,
      teamId: null,
      resource: { type: 'user', id: userId },
      details: { provider },
      actor: { kind: 'user', userId },
    },
  });
}
