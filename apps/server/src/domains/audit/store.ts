import { type RawBuilder, type SelectQueryBuilder, sql } from 'kysely';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Tables } from '../../platform/database/schema.ts';
import { type AuditRow, type AuditRowContent, contentParts } from './chain.ts';

export type NewEvent = Omit<AuditRowContent, 'retention'>;

/**
 * Appends an event to its team's chain, and to that of each team of a member: all in one statement,
 * which is a transaction by itself. In a caller's transaction the chains stay locked until it ends.
 */
export async function appendEvent(
  db: DatabaseHandle,
  event: NewEvent,
  memberId: string | null = null,
): Promise<void> {
  await appendingOf(event, memberId).execute(db);
}

/** The same as a query, for a statement that does more. */
export function appendingOf(event: NewEvent, memberId: string | null): RawBuilder<unknown> {
  const { team_id: teamId, ...row } = event;
  return sql`
    SELECT append_audit_event(
      ${JSON.stringify(row)}::json, ${contentParts(row)}::text[], ${teamId}::uuid, ${memberId}::uuid
    )
  `;
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
