import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Context } from '../../platform/context.ts';
import { createId, formatId } from '../../platform/ids.ts';
import { csvHeader, toCsvLine } from './csv.ts';
import { exportAuditEvents, listAuditEvents } from './read-events.ts';
import { recordAuditEvent } from './record-event.ts';
import { auditEventSchema, presentAuditEvent, toAuditFilter } from './schema.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

function record(ctx: Context, teamId: string, resourceId: string | null, success = true) {
  const eventType = resourceId === null ? 'thing.removed' : 'thing.changed';
  const resource = { type: 'api_key', id: resourceId };
  return recordAuditEvent({ ctx, input: { eventType, teamId, resource, success } });
}

/** A team with an event of its user and one of its key each hour. */
async function createHistory() {
  const tenant = await createTenant(db);
  const clock = new ManualClock();
  const asUser = createTestContext(db, { actor: tenant.asUser(), clock });
  const asKey = createTestContext(db, { actor: tenant.asKey(), clock });
  for (const resourceId of [createId(), null, tenant.key.id]) {
    clock.advance(60 * 60 * 1000);
    await record(asUser, tenant.teamId, resourceId);
    await record(asKey, tenant.teamId, resourceId, false);
  }
  return { tenant, ctx: asUser };
}

describe('presentAuditEvent', () => {
  it('is the JSON of the specification, with nothing more for what a person did', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'api_key.created',
        teamId: tenant.teamId,
        resource: { type: 'api_key', id: tenant.key.id },
        details: { key_name: 'Production Key' },
      },
    });
    const input = { teamId: tenant.teamId, filter: {}, limit: 1, cursor: undefined };
    const { events } = await listAuditEvents({ ctx, input });
    expect(events.map(presentAuditEvent)).toEqual([
      {
        timestamp: '2026-01-20T10:30:00.000Z',
        event_type: 'api_key.created',
        actor: {
          user_id: formatId('user', tenant.userId),
          ip_address: '192.0.2.1',
          user_agent: 'vitest',
        },
        resource: { type: 'api_key', id: formatId('key', tenant.key.id) },
        details: { key_name: 'Production Key' },
        success: true,
      },
    ]);
  });
});

describe('listAuditEvents', () => {
  it('pages through the own events, newest first, also while more are recorded', async () => {
    const { tenant, ctx } = await createHistory();
    const pages: string[][] = [];
    let cursor: number | undefined;
    do {
      const input = { teamId: tenant.teamId, filter: {}, limit: 3, cursor };
      const page = await listAuditEvents({ ctx, input });
      pages.push(page.events.map((event) => String(event.sequence)));
      cursor = page.nextCursor ?? undefined;
      await record(ctx, tenant.teamId, null);
    } while (cursor !== undefined);
    expect(pages).toEqual([
      ['8', '7', '6'],
      ['5', '4', '3'],
      ['2', '1'],
    ]);
  });

  it('finds by actor, type, resource, time and success, and by all of them', async () => {
    const { tenant, ctx } = await createHistory();
    const find = async (query: Parameters<typeof toAuditFilter>[0]) => {
      const filter = toAuditFilter(query);
      const input = { teamId: tenant.teamId, filter, limit: 100, cursor: undefined };
      const { events } = await listAuditEvents({ ctx, input });
      return events.map((event) => event.sequence);
    };
    expect(await find({ actor: formatId('user', tenant.userId) })).toEqual([7, 5, 3]);
    expect(await find({ actor: formatId('key', tenant.key.id) })).toEqual([8, 6, 4]);
    expect(await find({ actor: 'system' })).toEqual([2, 1]);
    expect(await find({ actor: 'anonymous' })).toEqual([]);
    expect(await find({ event_type: 'thing.removed' })).toEqual([6, 5]);
    expect(await find({ event_type: 'thing.*' })).toEqual([8, 7, 6, 5, 4, 3]);
    expect(await find({ event_type: 'thin.*' })).toEqual([]);
    expect(await find({ resource_type: 'team' })).toEqual([1]);
    expect(await find({ resource_id: formatId('key', tenant.key.id) })).toEqual([8, 7, 2]);
    expect(await find({ success: 'false' })).toEqual([8, 6, 4]);
    expect(await find({ success: 'true', event_type: 'thing.*' })).toEqual([7, 5, 3]);
    const [from, to] = ['2026-01-20T12:30:00Z', '2026-01-20T14:30:00+01:00'];
    expect(await find({ from })).toEqual([8, 7, 6, 5]);
    expect(await find({ from, to })).toEqual([6, 5]);
    expect(
      await find({ from, to, success: 'true', actor: formatId('user', tenant.userId) }),
    ).toEqual([5]);
  });

  it("knows nothing of other teams' events", async () => {
    const { tenant, ctx } = await createHistory();
    const other = await createTenant(db);
    const input = { teamId: other.teamId, filter: {}, limit: 100, cursor: undefined };
    const { events } = await listAuditEvents({ ctx, input });
    expect(events).toHaveLength(2);
    expect(JSON.stringify(events)).not.toContain(tenant.teamId);
  });
});

async function readExport(ctx: Context, teamId: string, format: 'csv' | 'jsonl', filter = {}) {
  const exported = await exportAuditEvents({ ctx, input: { teamId, filter, format, asked: {} } });
  const chunks: string[] = [];
  for await (const chunk of exported.chunks) chunks.push(chunk);
  return { ...exported, chunks, text: chunks.join('') };
}

describe('exportAuditEvents', () => {
  it('writes one event a line, oldest first, and is itself an event', async () => {
    const { tenant, ctx } = await createHistory();
    const { text, contentType, fileName } = await readExport(ctx, tenant.teamId, 'jsonl');
    expect({ contentType, fileName }).toEqual({
      contentType: 'application/x-ndjson',
      fileName: 'audit-log-2026-01-20.jsonl',
    });
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(8);
    const events = lines.map((line) => auditEventSchema.strict().parse(JSON.parse(line)));
    expect(events[0]?.event_type).toBe('team.created');
    const input = { teamId: tenant.teamId, filter: {}, limit: 1, cursor: undefined };
    const { events: newest } = await listAuditEvents({ ctx, input });
    expect(newest[0]).toMatchObject({ event_type: 'audit_log.exported', sequence: 9 });
  });

  it('reads a long log piece by piece, and stops when nobody listens', async () => {
    const teamId = createId();
    const ctx = createTestContext(db);
    for (let index = 0; index < 1100; index += 100) {
      await Promise.all(Array.from({ length: 100 }, () => record(ctx, teamId, null)));
    }
    const { chunks } = await readExport(ctx, teamId, 'jsonl');
    expect(chunks.map((chunk) => chunk.split('\n').length - 1)).toEqual([500, 500, 100]);
    const input = { teamId, filter: {}, format: 'csv', asked: {} } as const;
    const { chunks: left } = await exportAuditEvents({ ctx, input });
    expect((await left.next()).value).toBe(csvHeader);
    await left.return(undefined);
    expect(await left.next()).toMatchObject({ done: true });
  });

  it('exports only what fits', async () => {
    const { tenant, ctx } = await createHistory();
    const filter = toAuditFilter({ success: 'false', event_type: 'thing.removed' });
    const { text } = await readExport(ctx, tenant.teamId, 'csv', filter);
    expect(text.trimEnd().split('\r\n')).toHaveLength(2);
  });
});

describe('toCsvLine', () => {
  const event = {
    timestamp: '2026-01-20T10:30:00.000Z',
    event_type: 'api_key.created',
    actor: { user_id: null, ip_address: '192.0.2.1', user_agent: 'curl/8' },
    resource: { type: 'api_key', id: null },
    details: {},
    success: true,
  };

  it.each(['=cmd()', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '  =1', '＝1', '＠x'])(
    'makes no formula of %j',
    (agent) => {
      const line = toCsvLine({ ...event, actor: { ...event.actor, user_agent: agent } });
      expect(line).toContain(`"'${agent}"`);
    },
  );

  it('keeps quotes, commas and line ends inside their cell', () => {
    const agent = 'a "b", c\r\nd';
    const line = toCsvLine({ ...event, actor: { ...event.actor, user_agent: agent } });
    expect(line).toBe(
      '"2026-01-20T10:30:00.000Z","api_key.created",,,"192.0.2.1","a ""b"", c\r\nd","api_key",,"{}","true"\r\n',
    );
  });
});
