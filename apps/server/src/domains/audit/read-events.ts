import type { Context } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { AuditRow } from './chain.ts';
import { csvHeader, toCsvLine } from './csv.ts';
import { recordAuditEvent } from './record-event.ts';
import { type ExportFormat, presentAuditEvent } from './schema.ts';
import {
  type AuditFilter,
  findChainHead,
  listEventsOfUser,
  listNewestEvents,
  listOldestEvents,
} from './store.ts';

const exportedAtOnce = 500;

/** A page of a team's events, newest first; `nextCursor` is null on the last page. */
export async function listAuditEvents({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly filter: AuditFilter;
    readonly limit: number;
    readonly cursor: number | undefined;
  };
}): Promise<{ readonly events: readonly AuditRow[]; readonly nextCursor: number | null }> {
  const { teamId, filter, limit, cursor: before } = input;
  const found = await listNewestEvents(ctx.db, { teamId, filter, before, limit: limit + 1 });
  const events = found.slice(0, limit);
  const more = found.length > events.length;
  return { events, nextCursor: (more && events.at(-1)?.sequence) || null };
}

export interface AuditExport {
  readonly contentType: string;
  readonly fileName: string;
  /** Lines, oldest event first; read from the database as they are asked for. */
  readonly chunks: AsyncGenerator<string>;
}

/** All of a team's events up to now that fit, as a file. The export is itself an event, after those. */
export async function exportAuditEvents({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly teamId: string;
    readonly filter: AuditFilter;
    readonly format: ExportFormat;
    /** The filter as the caller put it. */
    readonly asked: Record<string, unknown>;
  };
}): Promise<AuditExport> {
  const { teamId, filter, format, asked } = input;
  const head = await findChainHead(ctx.db, teamId);
  await recordAuditEvent({
    ctx,
    input: {
      eventType: 'audit_log.exported',
      teamId,
      resource: { type: 'audit_log', id: null },
      details: asked,
    },
  });
  const day = ctx.clock.now().toISOString().slice(0, 10);
  return {
    contentType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
    fileName: `audit-log-${day}.${format}`,
    chunks: writeLines(ctx, { teamId, filter, format, upTo: head?.sequence ?? 0 }),
  };
}

async function* writeLines(
  ctx: Context,
  { format, ...page }: { teamId: string; filter: AuditFilter; upTo: number; format: ExportFormat },
): AsyncGenerator<string> {
  const toLine =
    format === 'csv'
      ? (row: AuditRow) => toCsvLine(presentAuditEvent(row))
      : (row: AuditRow) => `${JSON.stringify(presentAuditEvent(row))}\n`;
  if (format === 'csv') yield csvHeader;
  let rows: AuditRow[] = [];
  do {
    const after = rows.at(-1)?.sequence ?? 0;
    rows = await listOldestEvents(ctx.db, { ...page, after, limit: exportedAtOnce });
    if (rows.length > 0) yield rows.map(toLine).join('');
  } while (rows.length === exportedAtOnce);
}

/**
 * The newest events of a person, in whatever team: what they did, and what was done to their account.
 * From where somebody else did it is that person's own.
 */
export async function findEventsOfUser(
  db: DatabaseHandle,
  userId: string,
  limit: number,
): Promise<readonly AuditRow[]> {
  const events = await listEventsOfUser(db, userId, limit);
  return events.map((event) =>
    event.actor_id === null || event.actor_id === userId
      ? event
      : { ...event, ip_address: null, user_agent: null },
  );
}
