import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { withTransaction } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import { serverChain } from './chain.ts';
import { type AuditEventInput, recordAuditEvent } from './record-event.ts';
import { verifyChain } from './verify-chain.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

function something(teamId: string | null, details = {}): AuditEventInput {
  return { eventType: 'thing.changed', teamId, resource: { type: 'thing', id: null }, details };
}

async function sequencesOf(teamId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('audit_log')
    .select('sequence')
    .where('team_id', '=', teamId)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => row.sequence);
}

describe('recordAuditEvent', () => {
  it("numbers a team's events without gaps, however many record at once", async () => {
    const teamId = createId();
    const ctx = createTestContext(db);
    await Promise.all(
      Array.from({ length: 60 }, () => recordAuditEvent({ ctx, input: something(teamId) })),
    );
    expect(await sequencesOf(teamId)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(await verifyChain({ ctx, input: { teamId } })).toMatchObject({
      checkedEvents: 60,
      broken: null,
    });
  });

  it('leaves neither an event nor a gap when its transaction fails', async () => {
    const teamId = createId();
    const ctx = createTestContext(db);
    const record = (fails: boolean) =>
      withTransaction(ctx, async (ctx) => {
        await recordAuditEvent({ ctx, input: something(teamId) });
        if (fails) throw new Error('later');
      }).catch(() => {});
    await Promise.all([record(false), record(true), record(false), record(true), record(false)]);
    expect(await sequencesOf(teamId)).toEqual([1, 2, 3]);
    const { broken } = await verifyChain({ ctx, input: { teamId } });
    expect(broken).toBeNull();
  });

  it('hashes what the database gives back, whatever the details hold', async () => {
    const teamId = createId();
    const ctx = {
      ...createTestContext(db),
      userAgent: `bad\uD800agent`,
      ip: '2001:db8::1',
    };
    const details = {
      'ümlaut "quoted"\n': 'a\0b \uDC00 😀 \u2028',
      numbers: [0, -0, 1.5, 1e21, 5e-324, 123456789012345680000, 0.1 + 0.2],
      nested: { b: null, a: [true, { z: 1, 10: 2, 9: 3 }] },
      gone: undefined,
      at: new Date(0),
    };
    await recordAuditEvent({ ctx, input: something(teamId, details) });
    const { broken, checkedEvents } = await verifyChain({ ctx, input: { teamId } });
    expect({ broken, checkedEvents }).toEqual({ broken: null, checkedEvents: 1 });
  });

  it('knows who acted without a session', async () => {
    const teamId = createId();
    const ctx = createTestContext(db);
    const userId = createId();
    await recordAuditEvent({ ctx, input: { ...something(teamId), actor: { kind: 'anonymous' } } });
    await recordAuditEvent({
      ctx,
      input: { ...something(teamId), actor: { kind: 'user', userId } },
    });
    const rows = await db
      .selectFrom('audit_log')
      .select(['actor_kind', 'actor_id'])
      .where('team_id', '=', teamId)
      .orderBy('sequence')
      .execute();
    expect(rows).toEqual([
      { actor_kind: 'anonymous', actor_id: null },
      { actor_kind: 'user', actor_id: userId },
    ]);
  });

  it('keeps what belongs to no team in a chain of its own', async () => {
    const ctx = createTestContext(db);
    await recordAuditEvent({ ctx, input: something(null) });
    const report = await verifyChain({ ctx, input: { teamId: serverChain } });
    expect(report.broken).toBeNull();
    expect(report.checkedEvents).toBeGreaterThan(0);
  });

  it('makes the partition of a month that nothing prepared, also for many at once', async () => {
    const teamId = createId();
    const months = ['2031-12-31T23:59:59.999Z', '2032-01-01T00:00:00.000Z'];
    await Promise.all(
      [...months, ...months, ...months].map((at) => {
        const ctx = createTestContext(db, { clock: new ManualClock(new Date(at)) });
        return recordAuditEvent({ ctx, input: something(teamId) });
      }),
    );
    for (const partition of ['audit_log_enterprise_2031_12', 'audit_log_enterprise_2032_01']) {
      const { rows } = await sql`SELECT FROM ${sql.table(partition)}`.execute(db);
      expect(rows).toHaveLength(3);
    }
  });
});

describe('the table', () => {
  it('refuses change and removal, on the whole and on each partition', async () => {
    const { teamId } = await createTenant(db);
    const { rows: levels } = await sql<{ name: string }>`
      SELECT relid::text AS name FROM pg_partition_tree('audit_log')
      WHERE relid::text ~ '^audit_log(_free|$)'
    `.execute(db);
    expect(levels.map(({ name }) => name).sort()).toEqual([
      'audit_log',
      'audit_log_free',
      'audit_log_free_2026_01',
    ]);
    for (const { name } of levels) {
      const table = sql.table(name);
      const own = sql`team_id = ${teamId}`;
      await expect(
        sql`UPDATE ${table} SET success = false WHERE ${own}`.execute(db),
      ).rejects.toThrow('append-only: UPDATE');
      await expect(sql`DELETE FROM ${table} WHERE ${own}`.execute(db)).rejects.toThrow(
        'append-only: DELETE',
      );
      await expect(sql`TRUNCATE ${table}`.execute(db)).rejects.toThrow('append-only: TRUNCATE');
    }
    expect(await sequencesOf(teamId)).toEqual([1, 2]);
  });

  it('refuses them where replication would silence triggers, and forgets no chain', async () => {
    const { teamId } = await createTenant(db);
    await db
      .transaction()
      .execute(async (transaction) => {
        await sql`SET LOCAL session_replication_role = replica`.execute(transaction);
        const removal = transaction.deleteFrom('audit_log').where('team_id', '=', teamId).execute();
        await expect(removal).rejects.toThrow('append-only');
      })
      .catch(() => {});
    const forgetting = db.deleteFrom('audit_chains').where('team_id', '=', teamId).execute();
    await expect(forgetting).rejects.toThrow('append-only');
    expect(await sequencesOf(teamId)).toEqual([1, 2]);
  });
});
