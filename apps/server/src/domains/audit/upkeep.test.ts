import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { Context } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import { createId } from '../../platform/ids.ts';
import { genesisHash } from './chain.ts';
import { recordAuditEvent } from './record-event.ts';
import { keepAuditLog } from './upkeep.ts';
import { openChainVerifier, verifyChain } from './verify-chain.ts';

const databases: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(databases.map((database) => database.close())));

/** Partitions are seen by all, so that each test has a database of its own. */
async function openLog(start: string) {
  const database = await createTestDatabase();
  databases.push(database);
  const clock = new ManualClock(new Date(start));
  const ctx = createTestContext(database.db, { clock });
  const goTo = (time: string) => clock.advance(Date.parse(time) - clock.now().getTime());
  return { db: database.db, ctx, goTo };
}

function record(ctx: Context, teamId: string): Promise<void> {
  const resource = { type: 'thing', id: null };
  return recordAuditEvent({ ctx, input: { eventType: 'thing.changed', teamId, resource } });
}

async function partitionsOf(db: DatabaseHandle, retention: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent = ${`audit_log_${retention}`}::regclass ORDER BY 1
  `.execute(db);
  return rows.map(({ name }) => name.slice(-7));
}

async function setPlan(db: DatabaseHandle, teamId: string, plan: string): Promise<void> {
  await db.updateTable('teams').set({ plan }).where('id', '=', teamId).execute();
}

describe('keepAuditLog', () => {
  it('makes the partitions of this month and three more, over the turn of the year', async () => {
    const { db, ctx } = await openLog('2026-11-30T23:59:59.999Z');
    await Promise.all([keepAuditLog(ctx), keepAuditLog(ctx)]);
    for (const retention of ['free', 'pro', 'enterprise', 'server']) {
      const months = await partitionsOf(db, retention);
      expect(months).toEqual(['2026_11', '2026_12', '2027_01', '2027_02']);
    }
  });

  it('lets events be recorded while it works', async () => {
    const { ctx } = await openLog('2026-01-31T23:00:00Z');
    const teamId = createId();
    await Promise.all([
      ...Array.from({ length: 20 }, () => record(ctx, teamId)),
      keepAuditLog(ctx),
      keepAuditLog(ctx),
    ]);
    expect(await verifyChain({ ctx, input: { teamId } })).toMatchObject({
      checkedEvents: 20,
      broken: null,
    });
  });

  it('drops a month once all of it is past the retention, and the rest still verifies', async () => {
    const { db, ctx, goTo } = await openLog('2026-01-31T23:59:59.999Z');
    const { teamId } = await createTenant(db);
    for (const day of ['2026-01-31', '2026-02-01', '2026-02-15', '2026-03-01']) {
      goTo(`${day}T12:00:00Z`);
      await record(ctx, teamId);
    }
    goTo('2026-04-30T23:59:59.999Z');
    await keepAuditLog(ctx);
    expect(await partitionsOf(db, 'free')).toContain('2026_01');
    goTo('2026-05-01T00:00:00Z');
    await keepAuditLog(ctx);
    expect(await partitionsOf(db, 'free')).not.toContain('2026_01');
    // The factory's two events and the first of these are gone.
    const report = await verifyChain({ ctx, input: { teamId } });
    expect(report).toMatchObject({ checkedEvents: 3, retiredEvents: 3, broken: null });
    goTo('2026-06-01T00:00:00Z');
    await record(ctx, teamId);
    await Promise.all([keepAuditLog(ctx), keepAuditLog(ctx)]);
    expect(await verifyChain({ ctx, input: { teamId } })).toMatchObject({
      checkedEvents: 2,
      retiredEvents: 5,
      broken: null,
    });
    goTo('2036-01-01T00:00:00Z');
    await keepAuditLog(ctx);
    expect(await verifyChain({ ctx, input: { teamId } })).toMatchObject({
      head: { sequence: 7 },
      checkedEvents: 0,
      retiredEvents: 7,
      broken: null,
    });
  });

  it('never takes the partition from under an event that is being recorded', async () => {
    const { db, ctx } = await openLog('2026-01-10T00:00:00Z');
    const { teamId } = await createTenant(db);
    const later = createTestContext(db, { clock: new ManualClock(new Date('2026-11-23')) });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([
        ...Array.from({ length: 6 }, () => record(ctx, teamId)),
        keepAuditLog(later),
        keepAuditLog(later),
      ]);
    }
    const report = await verifyChain({ ctx, input: { teamId } });
    expect(report).toMatchObject({ head: { sequence: 62 }, broken: null });
    expect(report.checkedEvents + report.retiredEvents).toBe(62);
  });

  it('keeps an event as long as the plan says on which it happened', async () => {
    const { db, ctx, goTo } = await openLog('2026-01-10T00:00:00Z');
    const { teamId } = await createTenant(db);
    for (const plan of ['pro', 'free', 'enterprise', 'free', 'pro']) {
      await setPlan(db, teamId, plan);
      await record(ctx, teamId);
    }
    const kept = async () => {
      await keepAuditLog(ctx);
      const report = await verifyChain({ ctx, input: { teamId } });
      expect(report.broken).toBeNull();
      return report.checkedEvents;
    };
    expect(await kept()).toBe(7);
    goTo('2026-05-01T00:00:00Z');
    expect(await kept()).toBe(3);
    goTo('2027-03-01T00:00:00Z');
    expect(await kept()).toBe(1);
    goTo('2033-02-01T00:00:00Z');
    expect(await kept()).toBe(0);
  });

  it('still finds what is missing beside what was retired', async () => {
    const { db, ctx, goTo } = await openLog('2026-01-10T00:00:00Z');
    const { teamId } = await createTenant(db);
    goTo('2026-03-01T00:00:00Z');
    for (let index = 0; index < 3; index += 1) await record(ctx, teamId);
    goTo('2026-05-01T00:00:00Z');
    await keepAuditLog(ctx);
    await sql`ALTER TABLE audit_log DISABLE TRIGGER ALL`.execute(db);
    await db
      .deleteFrom('audit_log')
      .where('team_id', '=', teamId)
      .where('sequence', '=', 3)
      .execute();
    const { broken } = await verifyChain({ ctx, input: { teamId } });
    expect(broken).toEqual({ sequence: 3, reason: 'missing', event: null });
  });

  it('holds a noted head against a chain that was rewritten as a whole', async () => {
    const { db, ctx, goTo } = await openLog('2026-01-10T00:00:00Z');
    const { teamId } = await createTenant(db);
    const verify = openChainVerifier();
    const { head: noted } = await verify(ctx, { teamId, noted: undefined });
    if (!noted) throw new Error('nothing was recorded');
    goTo('2026-03-01T00:00:00Z');
    await record(ctx, teamId);
    const check = async (head: { sequence: number; hash: string }) =>
      (await verify(ctx, { teamId, noted: head })).broken;
    expect(await check(noted)).toBeNull();
    expect(await check({ ...noted, sequence: 4 })).toMatchObject({ reason: 'missing' });
    expect(await check({ ...noted, hash: genesisHash })).toMatchObject({
      sequence: 2,
      reason: 'rewritten',
    });
    goTo('2026-05-01T00:00:00Z');
    await keepAuditLog(ctx);
    expect(await check(noted)).toBeNull();
    await expect(check({ ...noted, sequence: 1 })).rejects.toMatchObject({
      code: 'audit_event_retired',
      param: 'sequence',
    });
  });
});
