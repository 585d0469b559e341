import { type RawBuilder, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestContext } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { createId } from '../../platform/ids.ts';
import { contentOf, hashLink } from './chain.ts';
import { recordAuditEvent } from './record-event.ts';
import { verifyChain } from './verify-chain.ts';

const { db, close } = await createTestDatabase();
afterAll(close);
const ctx = createTestContext(db);

async function recordEvents(count: number, teamId = createId()): Promise<string> {
  for (let index = 1; index <= count; index += 1) {
    const resource = { type: 'thing', id: createId() };
    const input = { eventType: 'thing.changed', teamId, resource, details: { index } };
    await recordAuditEvent({ ctx, input });
  }
  return teamId;
}

/** What somebody can do who owns the database: switch the triggers off and write. */
async function tamper(...statements: RawBuilder<unknown>[]): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const table of ['audit_log', 'audit_chains', 'audit_retirements']) {
      await sql`ALTER TABLE ${sql.table(table)} DISABLE TRIGGER ALL`.execute(transaction);
    }
    for (const statement of statements) await statement.execute(transaction);
    for (const table of ['audit_log', 'audit_chains', 'audit_retirements']) {
      await sql`ALTER TABLE ${sql.table(table)} ENABLE TRIGGER ALL`.execute(transaction);
    }
  });
}

async function findBroken(teamId: string) {
  const { broken } = await verifyChain({ ctx, input: { teamId } });
  return broken && { sequence: broken.sequence, reason: broken.reason };
}

describe('verifyChain', () => {
  it('finds nothing wrong with what was recorded, nor with nothing', async () => {
    const teamId = await recordEvents(5);
    expect(await verifyChain({ ctx, input: { teamId } })).toMatchObject({
      head: { sequence: 5 },
      checkedEvents: 5,
      retiredEvents: 0,
      broken: null,
    });
    expect(await verifyChain({ ctx, input: { teamId: createId() } })).toEqual({
      head: null,
      checkedEvents: 0,
      retiredEvents: 0,
      broken: null,
    });
  });

  it.each([
    ['id', sql`gen_random_uuid()`],
    ['event_type', sql`'thing.removed'`],
    ['actor_kind', sql`'user'`],
    ['actor_id', sql`gen_random_uuid()`],
    ['ip_address', sql`NULL`],
    ['user_agent', sql`'other'`],
    ['request_id', sql`'req_other'`],
    ['resource_type', sql`'team'`],
    ['resource_id', sql`NULL`],
    ['details', sql`'{"index": 4}'::jsonb`],
    ['success', sql`false`],
    ['created_at', sql`created_at + interval '1 millisecond'`],
    ['retention', sql`'pro'`],
    ['hash', sql`repeat('a', 64)`],
  ])('names the first event whose %s was changed', async (column, value) => {
    const teamId = await recordEvents(5);
    await sql`SELECT ensure_audit_partition('pro', ${ctx.clock.now()}::timestamptz)`.execute(db);
    await tamper(sql`
      UPDATE audit_log SET ${sql.ref(column)} = ${value}
      WHERE team_id = ${teamId} AND sequence IN (3, 5)
    `);
    expect(await findBroken(teamId)).toEqual({ sequence: 3, reason: 'changed' });
    const { broken } = await verifyChain({ ctx, input: { teamId } });
    expect(broken?.event?.sequence).toBe(3);
  });

  it('sees a change whose maker recomputed the hash of that event', async () => {
    const teamId = await recordEvents(4);
    const rows = await db
      .selectFrom('audit_log')
      .selectAll()
      .where('team_id', '=', teamId)
      .orderBy('sequence')
      .execute();
    const [first, second] = rows;
    if (!first || !second) throw new Error('no events');
    const forged = hashLink(first.hash, 2, contentOf({ ...second, success: false }));
    await tamper(sql`
      UPDATE audit_log SET success = false, hash = ${forged}
      WHERE team_id = ${teamId} AND sequence = 2
    `);
    expect(await findBroken(teamId)).toEqual({ sequence: 3, reason: 'changed' });
  });

  it.each([
    ['from the start', 1],
    ['from the middle', 3],
    ['from the end', 5],
  ])('names an event that is gone %s', async (_place, sequence) => {
    const teamId = await recordEvents(5);
    await tamper(sql`DELETE FROM audit_log WHERE team_id = ${teamId} AND sequence = ${sequence}`);
    expect(await findBroken(teamId)).toEqual({ sequence, reason: 'missing' });
  });

  it('names the first of all events of a team that are gone', async () => {
    const teamId = await recordEvents(3);
    await tamper(sql`DELETE FROM audit_log WHERE team_id = ${teamId}`);
    expect(await findBroken(teamId)).toEqual({ sequence: 1, reason: 'missing' });
  });

  it('names an event that was moved to another team, there and here', async () => {
    const [teamId, other] = [await recordEvents(3), await recordEvents(3)];
    await tamper(
      sql`UPDATE audit_log SET team_id = ${other} WHERE team_id = ${teamId} AND sequence = 2`,
    );
    expect(await findBroken(teamId)).toEqual({ sequence: 2, reason: 'missing' });
    expect((await findBroken(other))?.sequence).toBe(2);
  });

  it('names two events that changed places', async () => {
    const teamId = await recordEvents(4);
    await tamper(sql`
      UPDATE audit_log SET sequence = 5 - sequence WHERE team_id = ${teamId} AND sequence IN (2, 3)
    `);
    expect(await findBroken(teamId)).toEqual({ sequence: 2, reason: 'changed' });
  });

  it.each([
    ['inside', 2, { sequence: 2 }],
    ['behind', 9, { sequence: 9, reason: 'unexpected' }],
  ])('names an event that was put %s the chain without it', async (_place, sequence, expected) => {
    const teamId = await recordEvents(3);
    await sql`
      INSERT INTO audit_log
      SELECT gen_random_uuid(), team_id, ${sequence}, hash, retention, event_type, actor_kind,
        actor_id, ip_address, user_agent, request_id, resource_type, resource_id, details, success,
        created_at
      FROM audit_log WHERE team_id = ${teamId} AND sequence = 2
    `.execute(db);
    expect(await findBroken(teamId)).toMatchObject(expected);
  });

  it('sees a head that was set back or replaced', async () => {
    const teamId = await recordEvents(3);
    const firstHash = sql`(SELECT hash FROM audit_log WHERE team_id = ${teamId} AND sequence = 1)`;
    await tamper(sql`
      UPDATE audit_chains SET sequence = 1, hash = ${firstHash} WHERE team_id = ${teamId}
    `);
    expect(await findBroken(teamId)).toEqual({ sequence: 2, reason: 'unexpected' });
    await tamper(sql`UPDATE audit_chains SET sequence = 3 WHERE team_id = ${teamId}`);
    expect(await findBroken(teamId)).toEqual({ sequence: 3, reason: 'changed' });
  });

  it('checks chains longer than what it reads at once', async () => {
    const teamId = createId();
    await Promise.all(Array.from({ length: 8 }, () => recordEvents(130, teamId)));
    const report = await verifyChain({ ctx, input: { teamId } });
    expect(report).toMatchObject({ checkedEvents: 1040, broken: null });
    await tamper(sql`DELETE FROM audit_log WHERE team_id = ${teamId} AND sequence = 501`);
    expect(await findBroken(teamId)).toEqual({ sequence: 501, reason: 'missing' });
  });

  it('is not troubled by what is recorded meanwhile', async () => {
    const teamId = await recordEvents(3);
    const [reports] = await Promise.all([
      Promise.all(Array.from({ length: 10 }, () => verifyChain({ ctx, input: { teamId } }))),
      recordEvents(20, teamId),
    ]);
    expect(reports.map((report) => report.broken)).toEqual(reports.map(() => null));
  });
});
