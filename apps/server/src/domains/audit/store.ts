import { type SelectQueryBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Tables } from '../../platform/database/schema.ts';
import {
  type AuditRow,
  type AuditRowContent,
  contentOf,
  genesisHash,
  serverChain,
} from './chain.ts';
import { longestRetention, type Retention, retentions } from './retention.ts';

/**
 * Appends an event as the next link of its team's chain, whose row stays locked until commit. Call it
 * in a transaction: the partition that it finds or makes must not be dropped before the event is in.
 */
export async function appendEvent(
  transaction: DatabaseHandle,
  event: Omit<AuditRowContent, 'retention'>,
): Promise<void> {
  const row = { ...event, retention: await placeEvent(transaction, event) };
  const content = contentOf(row);
  await sql`
    WITH link AS (
      INSERT INTO audit_chains AS chain (team_id, sequence, hash)
      VALUES (${row.team_id}, 1, audit_hash(${genesisHash}, 1, ${content}))
      ON CONFLICT (team_id) DO UPDATE SET
        sequence = chain.sequence + 1,
        hash = audit_hash(chain.hash, chain.sequence + 1, ${content})
      RETURNING sequence, hash
    )
    INSERT INTO audit_log (
      id, team_id, sequence, hash, retention, event_type, actor_kind, actor_id, ip_address,
      user_agent, request_id, resource_type, resource_id, details, success, created_at
    )
    SELECT
      ${row.id}, ${row.team_id}, link.sequence, link.hash, ${row.retention}, ${row.event_type},
      ${row.actor_kind}, ${row.actor_id}, ${row.ip_address}, ${row.user_agent}, ${row.request_id},
      ${row.resource_type}, ${row.resource_id}, ${JSON.stringify(row.details)}::jsonb,
      ${row.success}, ${row.created_at}::timestamptz
    FROM link
  `.execute(transaction);
}

/** Finds where an event of the team belongs and makes sure that its partition is there. */
async function placeEvent(
  db: DatabaseHandle,
  event: Pick<AuditRow, 'team_id' | 'created_at'>,
): Promise<Retention> {
  const { rows } = await sql<{ retention: Retention }>`
    SELECT retention, ensure_audit_partition(retention, ${event.created_at}::timestamptz)
    FROM (
      SELECT CASE WHEN ${event.team_id}::uuid = ${serverChain} THEN 'server' ELSE coalesce(
        (SELECT plan FROM teams WHERE id = ${event.team_id} AND plan = ANY(${retentions}::text[])),
        ${longestRetention}
      ) END AS retention
    ) AS place
  `.execute(db);
  return rows[0]?.retention ?? longestRetention;
}

/** In one order, so that two who append to several of their chains wait for each other in no circle. */
export async function listTeamIdsOfUser(
  db: DatabaseHandle,
  userId: string,
): Promise<readonly string[]> {
  const teams = await db
    .selectFrom('team_members')
    .select('team_id as id')
    .where('user_id', '=', userId)
    .orderBy('team_id')
    .execute();
  return teams.map(({ id }) => id);
}

/** What to look for; everything that is given must hold. Ids are as they are stored. */
export interface AuditFilter {
  readonly actor?:
    | { readonly kind: AuditRow['actor_kind']; readonly id: string | null }
    | undefined;
  /** A whole type, or all of a noun: `api_key.*`. */
  readonly eventType?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly resourceId?: string | undefined;
  /** Included. */
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
  readonly success?: boolean | undefined;
}

/** The newest events of a team that fit, from before `before`, in the order of the chain reversed. */
export async function listNewestEvents(
  db: DatabaseHandle,
  page: { teamId: string; filter: AuditFilter; before: number | undefined; limit: number },
): Promise<AuditRow[]> {
  return selectEvents(db, page.teamId, page.filter)
    .$if(page.before !== undefined, (query) => query.where('sequence', '<', page.before ?? 0))
    .orderBy('sequence', 'desc')
    .limit(page.limit)
    .execute();
}

/** The oldest events of a team that fit, behind `after` and up to `upTo`, in the chain's order. */
export async function listOldestEvents(
  db: DatabaseHandle,
  page: { teamId: string; filter: AuditFilter; after: number; upTo: number; limit: number },
): Promise<AuditRow[]> {
  return selectEvents(db, page.teamId, page.filter)
    .where('sequence', '>', page.after)
    .where('sequence', '<=', page.upTo)
    .orderBy('sequence')
    .limit(page.limit)
    .execute();
}

/** The newest events that a user caused, or whose resource they are, in every chain. */
export async function listEventsOfUser(
  db: DatabaseHandle,
  userId: string,
  limit: number,
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit_log')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('actor_kind', '=', 'user'), where('actor_id', '=', userId)]),
        where.and([where('resource_type', '=', 'user'), where('resource_id', '=', userId)]),
      ]),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

function selectEvents(
  db: DatabaseHandle,
  teamId: string,
  filter: AuditFilter,
): SelectQueryBuilder<Tables, 'audit_log', AuditRow> {
  const { actor, eventType, resourceType, resourceId, from, to, success } = filter;
  let query = db.selectFrom('audit_log').selectAll().where('team_id', '=', teamId);
  if (actor) {
    query = query
      .where('actor_kind', '=', actor.kind)
      .where('actor_id', actor.id === null ? 'is' : '=', actor.id);
  }
  if (eventType?.endsWith('.*')) {
    query = query.where(sql<boolean>`starts_with(event_type, ${eventType.slice(0, -1)})`);
  } else if (eventType !== undefined) {
    query = query.where('event_type', '=', eventType);
  }
  if (resourceType !== undefined) query = query.where('resource_type', '=', resourceType);
  if (resourceId !== undefined) query = query.where('resource_id', '=', resourceId);
  if (from) query = query.where('created_at', '>=', from);
  if (to) query = query.where('created_at', '<', to);
  if (success !== undefined) query = query.where('success', '=', success);
  return query;
}

/** The last link of a team's chain; undefined where nothing was ever recorded. */
export async function findChainHead(
  db: DatabaseHandle,
  teamId: string,
): Promise<{ readonly sequence: number; readonly hash: string } | undefined> {
  return db
    .selectFrom('audit_chains')
    .select(['sequence', 'hash'])
    .where('team_id', '=', teamId)
    .executeTakeFirst();
}
