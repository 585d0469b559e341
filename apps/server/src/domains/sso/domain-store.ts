import { type RawBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';

export interface SsoDomain {
  readonly domain: string;
  readonly token: string;
  readonly verifiedAt: Date | null;
}

const columns = ['domain', 'token', 'verified_at as verifiedAt'] as const;

export async function listDomains(db: DatabaseHandle, teamId: string): Promise<SsoDomain[]> {
  return db
    .selectFrom('sso_domains')
    .select(columns)
    .where('team_id', '=', teamId)
    .orderBy('domain')
    .execute();
}

export async function findDomain(
  db: DatabaseHandle,
  of: { teamId: string; domain: string },
): Promise<SsoDomain | undefined> {
  return db
    .selectFrom('sso_domains')
    .select(columns)
    .where('team_id', '=', of.teamId)
    .where('domain', '=', of.domain)
    .executeTakeFirst();
}

/** The team that has proven that a domain is its own. */
export async function findTeamOfDomain(
  db: DatabaseHandle,
  domain: string,
): Promise<string | undefined> {
  const { teamId } = await db
    .selectNoFrom(teamOfDomain(domain).as('teamId'))
    .executeTakeFirstOrThrow();
  return teamId ?? undefined;
}

/** The same, or null, as part of a statement that asks more. */
export function teamOfDomain(domain: string): RawBuilder<string | null> {
  return sql`team_of_domain(${domain})`;
}

/** Answers false when the team has it already. */
export async function insertDomain(
  db: DatabaseHandle,
  domain: { teamId: string; domain: string; token: string; createdAt: Date },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sso_domains')
    .values({
      team_id: domain.teamId,
      domain: domain.domain,
      token: domain.token,
      created_at: domain.createdAt,
      verified_at: null,
    })
    .onConflict((conflict) => conflict.columns(['team_id', 'domain']).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** Lets one team at a time show that a domain is its own, until the transaction ends. */
export async function lockDomain(transaction: DatabaseHandle, domain: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sso:${domain}`}, 0))`.execute(
    transaction,
  );
}

/**
 * Notes that a domain is the team's, by the record that was looked for. Answers false when it is
 * another team's, or another record is asked for by now.
 */
export async function markDomainVerified(
  db: DatabaseHandle,
  domain: { teamId: string; domain: string; token: string; verifiedAt: Date },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sso_domains')
    .set({ verified_at: domain.verifiedAt })
    .where('team_id', '=', domain.teamId)
    .where('domain', '=', domain.domain)
    .where('token', '=', domain.token)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('sso_domains as others')
            .select('others.domain')
            .where('others.domain', '=', domain.domain)
            .where('others.team_id', '!=', domain.teamId)
            .where('others.verified_at', 'is not', null),
        ),
      ),
    )
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Asks for a domain's proof anew, by another record. */
export async function resetDomain(
  db: DatabaseHandle,
  domain: { teamId: string; domain: string; token: string },
): Promise<void> {
  await db
    .updateTable('sso_domains')
    .set({ verified_at: null, token: domain.token })
    .where('team_id', '=', domain.teamId)
    .where('domain', '=', domain.domain)
    .execute();
}

/** Answers whether it was there. */
export async function deleteDomain(
  db: DatabaseHandle,
  of: { teamId: string; domain: string },
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('sso_domains')
    .where('team_id', '=', of.teamId)
    .where('domain', '=', of.domain)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}
