import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Tables } from '../../platform/database/schema.ts';
import { createId } from '../../platform/ids.ts';
import {
  type AuditRow,
  type AuditRowContent,
  contentOf,
  genesisHash,
  serverChain,
} from './chain.ts';
import { longestRetention, retentions } from './retention.ts';

export type NewEvent = Omit<AuditRowContent, 'retention'>;

/** Appends an event to its team's chain. See `appendPlacedEvents`. */
export async function appendEvent(transaction: DatabaseHandle, event: NewEvent): Promise<void> {
  const teams = sql`SELECT ${event.team_id}::uuid`;
  const places = await placeEvents(transaction, teams, event.created_at);
  await appendPlacedEvents(
    transaction,
    places.map((place) => ({ ...event, ...place })),
  );
}

/** Appends an event to the server's chain and to that of each team of a user. See `appendPlacedEvents`. */
export async function appendEventOfUser(
  transaction: DatabaseHandle,
  userId: string | null,
  event: Omit<NewEvent, 'id' | 'team_id'>,
): Promise<void> {
  const teams = sql`
    SELECT ${serverChain}::uuid
    UNION ALL SELECT team_id FROM team_members WHERE user_id = ${userId}::uuid
  `;
  const places = await placeEvents(transaction, teams, event.created_at);
  await appendPlacedEvents(
    transaction,
    places.map((place) => ({ ...event, ...place, id: createId() })),
  );
}

type Place = Pick<AuditRow, 'team_id' | 'retention'>;

/** Finds where events of these teams belong and makes sure that their partitions are there. */
async function placeEvents(
  db: DatabaseHandle,
  teams: RawBuilder<unknown>,
  createdAt: Date,
): Promise<Place[]> {
  const { rows } = await sql<Place>`
    SELECT team_id, retention, ensure_audit_partition(retention, ${createdAt}::timestamptz)
    FROM (
      SELECT chain.team_id, CASE
        WHEN chain.team_id = ${serverChain}::uuid THEN 'server'
        WHEN plan = ANY(${retentions}::text[]) THEN plan
        ELSE ${longestRetention}
      END AS retention
      FROM (${teams}) AS chain (team_id) LEFT JOIN teams ON teams.id = chain.team_id
    ) AS place
  `.execute(db);
  return rows.map(({ team_id, retention }) => ({ team_id, retention }));
}

/**
 * Appends events, each as the next link of another team's chain, whose rows stay locked until commit: in
 * one order, so that two who append to several of the same chains wait for each other in no circle. Call
 * it in the transaction that placed them: a partition must not be dropped before the event is in.
 */
async function appendPlacedEvents(
  transaction: DatabaseHandle,
  rows: readonly AuditRowContent[],
): Promise<void> {
  const events = JSON.stringify(rows.map((row) => ({ row, content: contentOf(row) })));
  await sql`
    WITH event AS MATERIALIZED (
      SELECT row.*, given.content
      FROM json_to_recordset(${events}::json) AS given (row json, content text)
      CROSS JOIN LATERAL json_populate_record(NULL::audit_log, given.row) AS row
    ), link AS (
      INSERT INTO audit_chains AS chain (team_id, sequence, hash)
      SELECT team_id, 1, audit_hash(${genesisHash}, 1, content) FROM event ORDER BY team_id
      ON CONFLICT (team_id) DO UPDATE SET
        sequence = chain.sequence + 1,
        hash = audit_hash(
          chain.hash,
          chain.sequence + 1,
          (SELECT content FROM event WHERE event.team_id = chain.team_id)
        )
      RETURNING team_id, sequence, hash
    )
    INSERT INTO audit_log (
      id, team_id, sequence, hash, retention, event_type, actor_kind, actor_id, ip_address,
      user_agent, request_id, resource_type, resource_id, details, success, created_at
    )
    SELECT
      event.id, event.team_id, link.sequence, link.hash, event.retention, event.event_type,
      event.actor_kind, event.actor_id, event.ip_address, event.user_agent, event.request_id,
      event.resource_type, event.resource_id, event.details, event.success, event.created_at
    FROM event JOIN link ON link.team_id = event.team_id
  `.execute(transaction);
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
