import { type Context, withTransaction } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import { recordingOfSignInEvent, recordSignInEvent } from '../audit/index.ts';
import { invalidRefreshToken } from './errors.ts';
import { createSecretToken, hashToken } from './secret-token.ts';
import {
  findOpenSession,
  findSessionOfToken,
  insertRefreshToken,
  prepareSessionInsertion,
  revokeSession,
  revokeSessionsOfUser,
  touchSession,
  useRefreshToken,
} from './session-store.ts';

const daySeconds = 24 * 60 * 60;
/** A session ends when it was not refreshed for this long, */
export const refreshTokenSeconds = 30 * daySeconds;
/** or in any case when it is this old. */
const sessionSeconds = 90 * daySeconds;

/** What a log-in or a refresh hands out. */
export interface OpenSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly refreshToken: string;
  /** Absent where it is left to the routes to sign one. */
  readonly accessToken?: string;
}

interface NewSession {
  readonly userId: string;
  /** By what they have: `password`, `passkey`, or the provider that vouches for them. */
  readonly method: string;
  /** What a device calls itself. */
  readonly name?: string | null;
  /** Counted attempts, to be taken back. */
  readonly attempts?: readonly string[];
  /** What the audit log says that they logged in by; absent where they did not. */
  readonly loggedInBy?: string;
}

/** Opens a session for a user who has proven who they are, with tokens that never existed before, and records it. */
export async function openSession(ctx: Context, newSession: NewSession): Promise<OpenSession> {
  const { session, open } = prepareSession(ctx, newSession);
  await open();
  return session;
}

/** Makes a session while its user is still being asked who they are. Its tokens are worth nothing until it is open. */
export function prepareSession(
  ctx: Context,
  { userId, method, name = null, attempts = [], loggedInBy }: NewSession,
): { readonly session: OpenSession; readonly open: () => Promise<void> } {
  const now = ctx.clock.now();
  const expiresAt = new Date(now.getTime() + sessionSeconds * 1000);
  const { refreshToken, ...token } = createRefreshToken(now, expiresAt);
  const sessionId = createId();
  const open = prepareSessionInsertion(ctx.db, {
    id: sessionId,
    userId,
    ipAddress: ctx.ip,
    userAgent: ctx.userAgent,
    name,
    method,
    createdAt: now,
    expiresAt,
    token,
    attempts,
    recording:
      loggedInBy === undefined
        ? undefined
        : recordingOfSignInEvent({
            ctx,
            input: {
              eventType: 'user.logged_in',
              userId,
              actor: { kind: 'user', userId },
              details: { session_id: sessionId, method: loggedInBy },
            },
          }),
  });
  return { session: { sessionId, userId, refreshToken }, open };
}

function createRefreshToken(now: Date, sessionExpiresAt: Date) {
  const refreshToken = createSecretToken();
  const expiresAtMs = now.getTime() + refreshTokenSeconds * 1000;
  return {
    refreshToken,
    hash: hashToken(refreshToken),
    expiresAt: new Date(Math.min(expiresAtMs, sessionExpiresAt.getTime())),
  };
}

/**
 * Exchanges a refresh token for the next one. A token that was used before has been stolen, or its
 * thief was faster: the whole session ends. @throws DomainError `invalid_refresh_token`
 */
export async function refreshSession({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly refreshToken: string };
}): Promise<OpenSession> {
  const hash = hashToken(input.refreshToken);
  // The refusal is thrown behind the transaction: what it revokes must not be rolled back.
  const next = await withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const session = await useRefreshToken(ctx.db, { hash, now });
    if (!session) {
      await endReusedSession(ctx, hash);
      return undefined;
    }
    await touchSession(ctx.db, session.id, now);
    const { refreshToken, ...token } = createRefreshToken(now, session.expiresAt);
    await insertRefreshToken(ctx.db, { ...token, sessionId: session.id, createdAt: now });
    return { sessionId: session.id, userId: session.userId, refreshToken };
  });
  if (!next) throw invalidRefreshToken();
  return next;
}

async function endReusedSession(ctx: Context, tokenHash: string): Promise<void> {
  const session = await findSessionOfToken(ctx.db, tokenHash);
  if (!session?.used) return;
  const { id, userId } = session;
  const ended = await revokeSession(ctx.db, { id, userId, revokedAt: ctx.clock.now() });
  if (!ended) return;
  await recordSignInEvent({
    ctx,
    input: {
      eventType: 'session.reuse_detected',
      userId,
      details: { session_id: id },
      actor: { kind: 'anonymous' },
      success: false,
    },
  });
}

/** Ends the session of a refresh token, or all of its user's; doing so again changes nothing. */
export async function logOut({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly refreshToken: string; readonly everywhere: boolean };
}): Promise<void> {
  await endSessionOfToken(ctx, hashToken(input.refreshToken), input.everywhere);
}

/** The same by the hash of the token, which is what is kept of it. */
export async function endSessionOfToken(
  ctx: Context,
  tokenHash: string,
  all = false,
): Promise<void> {
  await withTransaction(ctx, async (ctx) => {
    const session = await findSessionOfToken(ctx.db, tokenHash);
    if (!session) return;
    const now = ctx.clock.now();
    const { id, userId } = session;
    // Only who holds a session that stands may end the others.
    const open = !session.used && (await findOpenSession(ctx.db, { id, userId, now }));
    const everywhere = all && Boolean(open);
    const ended = everywhere
      ? (await revokeSessionsOfUser(ctx.db, { userId, revokedAt: now })) > 0
      : await revokeSession(ctx.db, { id, userId, revokedAt: now });
    if (!ended) return;
    await recordSignInEvent({
      ctx,
      input: {
        eventType: 'user.logged_out',
        userId,
        actor: { kind: 'user', userId },
        details: { session_id: id, everywhere },
      },
    });
  });
}
