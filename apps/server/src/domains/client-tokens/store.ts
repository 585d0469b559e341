import { type Insertable, sql } from 'kysely';
import type { Role } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { ClientTokensTable } from '../../platform/database/schema.ts';

export async function insertClientToken(
  db: DatabaseHandle,
  token: Insertable<ClientTokensTable>,
): Promise<void> {
  await db.insertInto('client_tokens').values(token).execute();
}

export interface StoredClientToken {
  readonly id: string;
  readonly teamId: string;
  readonly origin: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly role: Role | null;
}

/** A token of a key, or of somebody who is still a member and whose session is open. */
export async function findClientToken(
  db: DatabaseHandle,
  { tokenHash, now }: { tokenHash: string; now: Date },
): Promise<StoredClientToken | undefined> {
  const found = await db
    .selectFrom('client_tokens as token')
    .leftJoin('sessions as session', 'session.id', 'token.session_id')
    .leftJoin('team_members as member', (join) =>
      join
        .onRef('member.user_id', '=', 'token.user_id')
        .onRef('member.team_id', '=', 'token.team_id'),
    )
    .select([
      'token.id as id',
      'token.team_id as teamId',
      'token.origin as origin',
      'token.scopes as scopes',
      'token.expires_at as expiresAt',
      'token.api_key_id as keyId',
      'token.user_id as userId',
      'token.session_id as sessionId',
      'member.role as role',
    ])
    .where('token.token_hash', '=', tokenHash)
    .where((where) =>
      where.or([
        where('token.api_key_id', 'is not', null),
        where.and([
          where('member.role', 'is not', null),
          where.or([
            where('token.session_id', 'is', null),
            where.and([
              where('session.revoked_at', 'is', null),
              where('session.expires_at', '>', now),
            ]),
          ]),
        ]),
      ]),
    )
    .executeTakeFirst();
  if (!found) return undefined;
  const { expiresAt, ...token } = found;
  return { ...token, expiresAtMs: expiresAt.getTime() };
}

/** Those of the origins whose pages have a token that ends after `since`. */
export async function findKnownOrigins(
  db: DatabaseHandle,
  { origins, since }: { origins: readonly string[]; since: Date },
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ origin: string }>`
    SELECT origin FROM unnest(${origins}::text[]) AS asked (origin)
    WHERE EXISTS (
      SELECT FROM client_tokens
      WHERE client_tokens.origin = asked.origin AND expires_at > ${since}
    )
  `.execute(db);
  return new Set(rows.map(({ origin }) => origin));
}

export interface Amount {
  readonly characters: number;
  readonly audioSeconds: number;
}

/** Takes an amount out of a token's budget, unless it holds less. */
export async function reserveAmount(
  db: DatabaseHandle,
  tokenId: string,
  { characters, audioSeconds }: Amount,
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE client_tokens SET
      used_characters = used_characters + ${characters},
      used_audio_seconds = used_audio_seconds + ${audioSeconds}
    WHERE id = ${tokenId}
      AND used_characters + ${characters} <= max_characters
      AND used_audio_seconds + ${audioSeconds} <= max_audio_seconds
    RETURNING id
  `.execute(db);
  return rows.length > 0;
}

/** Gives an amount back, or takes more where it is negative. */
export async function releaseAmount(
  db: DatabaseHandle,
  tokenId: string,
  { characters, audioSeconds }: Amount,
): Promise<void> {
  await sql`
    UPDATE client_tokens SET
      used_characters = used_characters - ${characters},
      used_audio_seconds = used_audio_seconds - ${audioSeconds}
    WHERE id = ${tokenId}
  `.execute(db);
}

export async function findAmountLeft(
  db: DatabaseHandle,
  tokenId: string,
): Promise<Amount | undefined> {
  return db
    .selectFrom('client_tokens')
    .select(({ eb }) => [
      eb('max_characters', '-', eb.ref('used_characters')).as('characters'),
      eb('max_audio_seconds', '-', eb.ref('used_audio_seconds')).as('audioSeconds'),
    ])
    .where('id', '=', tokenId)
    .executeTakeFirst();
}

export async function deleteClientTokensBefore(db: DatabaseHandle, before: Date): Promise<void> {
  await db.deleteFrom('client_tokens').where('expires_at', '<', before).execute();
}
