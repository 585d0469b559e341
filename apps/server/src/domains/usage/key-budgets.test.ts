import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createGeneration,
  createTenant,
  createTestContext,
  ManualClock,
} from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import type { KeyBudget } from '../../platform/context.ts';
import { formatId } from '../../platform/ids.ts';
import {
  getKeyBudget,
  releaseAbandonedReservations,
  releaseReservations,
  reserveBudget,
} from './key-budgets.ts';
import { recordUsageEvents } from './service.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const hourMs = 60 * 60 * 1000;

async function openBudget(budget: Partial<KeyBudget>) {
  const tenant = await createTenant(db);
  const clock = new ManualClock();
  const actor = {
    ...tenant.asKey(),
    budget: { characters: null, generations: null, ...budget },
  };
  const system = createTestContext(db, { clock });
  const reserve = (characters: number) =>
    reserveBudget({ ctx: createTestContext(db, { actor, clock }), input: { characters } });
  /** Puts a synthesis on the books. */
  const book = async (
    reservationId: string | undefined,
    characters: number,
    status: 'completed' | 'cancelled' | 'failed' = 'completed',
  ) =>
    recordUsageEvents({
      ctx: system,
      input: {
        events: [
          {
            teamId: tenant.teamId,
            apiKeyId: tenant.key.id,
            mode: 'live',
            generationId: await createGeneration(db, tenant),
            characters,
            audioSeconds: 1,
            computeSeconds: 1,
            voice: 'af_heart',
            status,
            createdAt: clock.now(),
            reservationId,
          },
        ],
      },
    });
  const used = async () => {
    const ctx = createTestContext(db, { actor: tenant.asUser('viewer'), clock });
    return (await getKeyBudget({ ctx, input: { id: formatId('key', tenant.key.id) } })).used;
  };
  return { tenant, clock, system, reserve, book, used };
}

describe('a budget', () => {
  it('is never overrun, however many ask at once', async () => {
    const { reserve, used } = await openBudget({ characters: 1_000 });
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => reserve(95)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await used()).toEqual({ characters: 950, generations: 10 });
    await expect(reserve(51)).rejects.toMatchObject({
      code: 'budget_exceeded',
      kind: 'exhausted',
      detail:
        "This key's budget of 1000 characters a month is used up: 950 are used, and this takes 51. It begins anew at 2026-02-01T00:00:00.000Z.",
    });
    await reserve(50);
  });

  it('counts generations by themselves', async () => {
    const { reserve } = await openBudget({ generations: 3 });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => reserve(5_000)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    await expect(reserve(1)).rejects.toMatchObject({
      detail:
        "This key's budget of 3 generations a month is used up: 3 are used, and this takes 1. It begins anew at 2026-02-01T00:00:00.000Z.",
    });
  });

  it('of nothing lets nothing through', async () => {
    const { reserve } = await openBudget({ characters: 0 });
    await expect(reserve(1)).rejects.toMatchObject({ code: 'budget_exceeded' });
  });

  it('gets back what a request did not use', async () => {
    const { reserve, book, used, system } = await openBudget({ characters: 100 });
    await book(await reserve(60), 60);
    await book(await reserve(40), 10, 'cancelled');
    expect(await used()).toEqual({ characters: 70, generations: 2 });
    await book(await reserve(30), 0, 'failed');
    const id = await reserve(30);
    await releaseReservations({ ctx: system, input: { ids: id ? [id, id] : [] } });
    expect(await used()).toEqual({ characters: 70, generations: 2 });
    await book(await reserve(30), 30);
    await expect(reserve(1)).rejects.toMatchObject({ code: 'budget_exceeded' });
  });

  it('ends with the event, in its transaction', async () => {
    const { reserve, used, system, tenant } = await openBudget({ characters: 100 });
    const id = await reserve(60);
    const failing = db.transaction().execute(async (transaction) => {
      const ctx = { ...system, db: transaction };
      await releaseReservations({ ctx, input: { ids: id ? [id] : [] } });
      throw new Error('later');
    });
    await expect(failing).rejects.toThrow('later');
    expect(await used()).toEqual({ characters: 60, generations: 1 });
    expect(await reservationsOf(tenant.key.id)).toHaveLength(1);
  });

  it('knows what the key used in the month before it had one', async () => {
    const { reserve, book, used } = await openBudget({ characters: 100 });
    await book(undefined, 70);
    await book(undefined, 5, 'failed');
    expect(await used()).toEqual({ characters: 70, generations: 1 });
    await expect(reserve(31)).rejects.toMatchObject({ code: 'budget_exceeded' });
    await reserve(30);
    expect(await used()).toEqual({ characters: 100, generations: 2 });
  });

  it('begins anew with the month, in UTC, for requests that begin in it', async () => {
    const { reserve, book, used, clock } = await openBudget({ characters: 100 });
    clock.advance(new Date('2026-01-31T23:59:59.999Z').getTime() - clock.now().getTime());
    const last = await reserve(100);
    await expect(reserve(1)).rejects.toMatchObject({ code: 'budget_exceeded' });
    clock.advance(1);
    await book(await reserve(100), 100);
    await expect(reserve(1)).rejects.toMatchObject({
      detail: expect.stringContaining('2026-03-01T00:00:00.000Z'),
    });
    await book(last, 20);
    expect(await used()).toEqual({ characters: 100, generations: 1 });
  });

  it('gets back after a day what a process that died had set aside', async () => {
    const { reserve, used, clock, system, tenant } = await openBudget({ characters: 100 });
    await reserve(60);
    clock.advance(24 * hourMs);
    await reserve(40);
    await releaseAbandonedReservations(system);
    expect(await used()).toEqual({ characters: 100, generations: 2 });
    clock.advance(1);
    await Promise.all([releaseAbandonedReservations(system), releaseAbandonedReservations(system)]);
    expect(await used()).toEqual({ characters: 40, generations: 1 });
    expect(await reservationsOf(tenant.key.id)).toHaveLength(1);
  });

  it('is nothing that other actors have', async () => {
    const tenant = await createTenant(db);
    for (const actor of [tenant.asKey(), tenant.asUser()]) {
      const ctx = createTestContext(db, { actor });
      expect(await reserveBudget({ ctx, input: { characters: 1 } })).toBeUndefined();
    }
    expect(await reservationsOf(tenant.key.id)).toEqual([]);
  });

  it("is not shown of another team's key", async () => {
    const [tenant, other] = await Promise.all([createTenant(db), createTenant(db)]);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    for (const id of [formatId('key', other.key.id), formatId('key', randomUUID())]) {
      await expect(getKeyBudget({ ctx, input: { id } })).rejects.toMatchObject({
        code: 'key_not_found',
      });
    }
  });
});

function reservationsOf(keyId: string) {
  return db
    .selectFrom('budget_reservations')
    .select('id')
    .where('api_key_id', '=', keyId)
    .execute();
}
