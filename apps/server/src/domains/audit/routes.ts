import { Readable } from 'node:stream';
import { z } from 'zod';
import type { Actor } from '../../platform/context.ts';
import { type App, type ContextOf, problems } from '../../platform/http/index.ts';
import { exportAuditEvents, listAuditEvents } from './read-events.ts';
import {
  auditPageSchema,
  chainReportSchema,
  exportAuditLogSchema,
  listAuditLogSchema,
  presentAuditEvent,
  toAuditFilter,
  verifyAuditLogSchema,
} from './schema.ts';
import { openChainVerifier } from './verify-chain.ts';

const refusals = problems('invalid_field', 'missing_credential', 'permission_denied');

/** `readableTeamOf` answers whose log an actor may read, or throws `permission_denied`. */
export function addAuditRoutes(
  app: App,
  contextOf: ContextOf,
  readableTeamOf: (actor: Actor) => string,
): void {
  app.get(
    '/v1/audit-log',
    {
      schema: {
        operationId: 'listAuditLog',
        tags: ['Audit log'],
        summary: 'Search the audit log',
        description: "The team's events that fit every filter, newest first.",
        querystring: listAuditLogSchema,
        response: {
          200: {
            description: 'A page of events',
            content: { 'application/json': { schema: auditPageSchema } },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const teamId = readableTeamOf(ctx.actor);
      const { limit, cursor, ...asked } = request.query;
      const { events, nextCursor } = await listAuditEvents({
        ctx,
        input: {
          teamId,
          filter: toAuditFilter(asked),
          limit,
          cursor: cursor === undefined ? undefined : Number(cursor),
        },
      });
      return reply.type('application/json').send({
        data: events.map(presentAuditEvent),
        next_cursor: nextCursor === null ? null : String(nextCursor),
      });
    },
  );

  const verify = openChainVerifier();
  app.get(
    '/v1/audit-log/verify',
    {
      schema: {
        operationId: 'verifyAuditLog',
        tags: ['Audit log'],
        summary: 'Verify the audit log',
        description:
          'Recomputes the hash of every event and names the first that does not fit what was recorded. Whoever can rewrite the whole database could rewrite the whole chain: against that, note a `head` elsewhere and send it along later.',
        querystring: verifyAuditLogSchema,
        response: {
          200: {
            description: 'What was found',
            content: { 'application/json': { schema: chainReportSchema } },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const teamId = readableTeamOf(ctx.actor);
      const { sequence, hash } = request.query;
      const noted = sequence === undefined || hash === undefined ? undefined : { sequence, hash };
      const { head, checkedEvents, retiredEvents, broken } = await verify(ctx, { teamId, noted });
      return reply.type('application/json').send({
        valid: broken === null,
        checked_events: checkedEvents,
        retired_events: retiredEvents,
        head,
        first_broken: broken && {
          ...broken,
          event: broken.event && presentAuditEvent(broken.event),
        },
      });
    },
  );

  const file = { schema: z.any().meta({ type: 'string', format: 'binary' }) };
  app.get(
    '/v1/audit-log/export',
    {
      // Whoever asks with HEAD would make and throw away the whole file.
      exposeHeadRoute: false,
      schema: {
        operationId: 'exportAuditLog',
        tags: ['Audit log'],
        summary: 'Export the audit log',
        description:
          'All events that fit every filter, oldest first, as it is read. CSV cells that a spreadsheet would calculate begin with an apostrophe. Each export is an event, `audit_log.exported`.',
        querystring: exportAuditLogSchema,
        response: {
          200: {
            description: 'The events, one a line',
            content: { 'text/csv': file, 'application/x-ndjson': file },
          },
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const ctx = contextOf(request);
      const teamId = readableTeamOf(ctx.actor);
      const { format, ...asked } = request.query;
      const { contentType, fileName, chunks } = await exportAuditEvents({
        ctx,
        input: { teamId, filter: toAuditFilter(asked), format, asked: request.query },
      });
      return reply
        .header('content-disposition', `attachment; filename="${fileName}"`)
        .header('cache-control', 'no-store')
        .header('content-type', contentType)
        .send(Readable.from(chunks, { objectMode: false }));
    },
  );
}
