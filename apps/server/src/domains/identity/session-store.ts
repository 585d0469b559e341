import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
}

/**
 * What inserts a session and the first token to refresh it with, takes back the attempts that led to it,
 * and records it. By one statement, which is a transaction by itself.
 */
export function prepareSessionInsertion(
  db: DatabaseHandle,
  session: {
    id: string;
    userId: string;
    ipAddress: string | null;
    userAgent: string | null;
    name: string | null;
    method: string;
    createdAt: Date;
    expiresAt: Date;
    token: { hash: string; expiresAt: Date };
    attempts: readonly string[];
    recording: RawBuilder<unknown> | undefined;
  },
): () => Promise<void> {
  const { id, createdAt, token, attempts, recording } = session;
  const row = {
    id,
    user_id: session.userId,
    ip_address: session.ipAddress?.slice(0, 45) ?? null,
    user_agent: session.userAgent?.slice(0, 500) ?? null,
    name: session.name,
    method: session.method,
    created_at: createdAt,
    expires_at: session.expiresAt,
  };
  const firstToken = tokenRow({ ...token, sessionId: id, createdAt });
  const opening = sql`
    SELECT open_session(
      ${JSON.stringify(row)}::json, ${JSON.stringify(firstToken)}::json, ${attempts}::uuid[]
    )
  `;
  const statement = (recording ? sql`${opening}, (${recording})` : opening).compile(db);
  return async () => {
    await db.executeQuery(statement);
  };
}

/** A session as its owner sees it. */
export interface StoredSession extends Session {
  readonly name: string | null;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  /** When its owner last showed again that it is them. */
  readonly confirmedAt: Date | null;
}

const columns = [
  'id',
  'user_id as userId',
  'name',
  'ip_address as ipAddress',
  'user_agent as userAgent',
  'created_at as createdAt',
  'last_used_at as lastUsedAt',
  'expires_at as expiresAt',
  'confirmed_at as confirmedAt',
] as const;

/** A user's sessions that neither ended nor were idle for too long, newest first, from behind `cursor`. */
export async function listOpenSessions(
  db: DatabaseHandle,
  page: {
    userId: string;
    now: Date;
    usedAfter: Date;
    cursor?: string | undefined;
    limit: number;
  },
): Promise<StoredSession[]> {
  return db
    .selectFrom('sessions')
    .select(columns)
    .where('user_id', '=', page.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', page.now)
    .where('last_used_at', '>', page.usedAfter)
    .$if(page.cursor !== undefined, (query) => query.where('id', '<', page.cursor ?? ''))
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
}

/** All sessions of a user, those that are over too, newest first. */
export async function listSessionsOfUser(
  db: DatabaseHandle,
  userId: string,
): Promise<(StoredSession & { readonly revokedAt: Date | null })[]> {
  return db
    .selectFrom('sessions')
    .select([...columns, 'revoked_at as revokedAt'])
    .where('user_id', '=', userId)
    .orderBy('id', 'desc')
    .execute();
}

/** A session of this user, over or not. */
export async function findSession(
  db: DatabaseHandle,
  session: { id: string; userId: string },
): Promise<StoredSession | undefined> {
  return db
    .selectFrom('sessions')
    .select(columns)
    .where('id', '=', session.id)
    .where('user_id', '=', session.userId)
    .executeTakeFirst();
}

export async function noteConfirmation(
  db: DatabaseHandle,
  session: { id: string; confirmedAt: Date },
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ confirmed_at: session.confirmedAt })
    .where('id', '=', session.id)
    .execute();
}

/** This session of this user, unless it is revoked or over. */
export async function findOpenSession(
  db: DatabaseHandle,
  session: { id: string; userId: string; now: Date },
): Promise<{ readonly method: string | null } | undefined> {
  return db
    .selectFrom('sessions')
    .select('method')
    .where('id', '=', session.id)
    .where('user_id', '=', session.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', session.now)
    .executeTakeFirst();
}

/** Whether this user has logged in from this network address before. */
export async function isKnownAddress(
  db: DatabaseHandle,
  from: { userId: string; ipAddress: string | null },
): Promise<boolean> {
  const found = await db
    .selectFrom('sessions')
    .select('id')
    .where('user_id', '=', from.userId)
    .where('ip_address', '=', from.ipAddress)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

interface RefreshToken {
  readonly hash: string;
  readonly sessionId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export async function insertRefreshToken(db: DatabaseHandle, token: RefreshToken): Promise<void> {
  await db.insertInto('refresh_tokens').values(tokenRow(token)).execute();
}

function tokenRow(token: RefreshToken) {
  return {
    token_hash: token.hash,
    session_id: token.sessionId,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  };
}

/**
 * Uses a token up: of any number who try at once one gets its session, the others get undefined, as
 * does who brings a token that is unknown, too old or of a session that is over.
 */
export async function useRefreshToken(
  db: DatabaseHandle,
  token: { hash: string; now: Date },
): Promise<Session | undefined> {
  return db
    .updateTable('refresh_tokens')
    .from('sessions')
    .whereRef('sessions.id', '=', 'refresh_tokens.session_id')
    .set({ used_at: token.now })
    .where('token_hash', '=', token.hash)
    .where('used_at', 'is', null)
    .where('refresh_tokens.expires_at', '>', token.now)
    .where('sessions.revoked_at', 'is', null)
    .where('sessions.expires_at', '>', token.now)
    .returning(['sessions.id', 'sessions.user_id as userId', 'sessions.expires_at as expiresAt'])
    .executeTakeFirst();
}

/** The session that a token belongs to or belonged to, and whether the token is used up. */
export async function findSessionOfToken(
  db: DatabaseHandle,
  tokenHash: string,
): Promise<(Pick<Session, 'id' | 'userId'> & { readonly used: boolean }) | undefined> {
  const found = await db
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .select(['sessions.id', 'sessions.user_id as userId', 'used_at as usedAt'])
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return found && { id: found.id, userId: found.userId, used: found.usedAt !== null };
}

export async function touchSession(db: DatabaseHandle, id: string, usedAt: Date): Promise<void> {
  await db.updateTable('sessions').set({ last_used_at: usedAt }).where('id', '=', id).execute();
}

/** Ends a session of a user. Answers whether it was open. */
export async function revokeSession(
  db: DatabaseHandle,
  session: { id: string; userId: string; revokedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ revoked_at: session.revokedAt })
    .where('id', '=', session.id)
    .where('user_id', '=', session.userId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Ends all sessions of a user, but for one where it is named. Answers how many. */
export async function revokeSessionsOfUser(
  db: DatabaseHandle,
  sessions: { userId: string; revokedAt: Date; except?: string | undefined },
): Promise<number> {
  const { except } = sessions;
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ revoked_at: sessions.revokedAt })
    .where('user_id', '=', sessions.userId)
    .where('revoked_at', 'is', null)
    .$if(except !== undefined, (query) => query.where('id', '!=', except ?? ''))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function deleteSessionsBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<', before).execute();
}
