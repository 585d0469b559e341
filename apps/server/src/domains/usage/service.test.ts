import { afterAll, describe, expect, it } from 'vitest';
import {
  createGeneration,
  createTenant,
  createTestContext,
  type Tenant,
} from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { getUsageTotals, recordUsageEvents, type SynthesisUsage } from './index.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const period = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };

async function usageOf(tenant: Tenant): Promise<SynthesisUsage> {
  return {
    teamId: tenant.teamId,
    apiKeyId: tenant.key.id,
    mode: 'live',
    generationId: await createGeneration(db, tenant),
    characters: 11,
    audioSeconds: 1.5,
    computeSeconds: 0.5,
    voice: 'af_heart',
    status: 'completed',
    createdAt: new Date('2026-01-20T10:30:00Z'),
  };
}

describe('recordUsageEvents', () => {
  it('meters several teams at once, each for itself', async () => {
    const [a, b] = await Promise.all([createTenant(db), createTenant(db)]);
    const events = [await usageOf(a), await usageOf(a), await usageOf(b)];
    await recordUsageEvents({ ctx: createTestContext(db), input: { events } });
    const totals = (tenant: Tenant) =>
      getUsageTotals({
        ctx: createTestContext(db, { actor: tenant.asUser('viewer') }),
        input: period,
      });
    expect(await totals(a)).toEqual({
      events: 2,
      characters: 22,
      audioSeconds: 3,
      computeSeconds: 1,
    });
    expect(await totals(b)).toMatchObject({ events: 1, characters: 11 });
  });

  it('meters a generation once, whatever is retried', async () => {
    const tenant = await createTenant(db);
    const event = await usageOf(tenant);
    const ctx = createTestContext(db);
    await recordUsageEvents({ ctx, input: { events: [event] } });
    await expect(recordUsageEvents({ ctx, input: { events: [event] } })).rejects.toThrow(
      'usage_events_generation',
    );
  });

  it('counts the first instant of a period and not the last', async () => {
    const tenant = await createTenant(db);
    const events = [
      { ...(await usageOf(tenant)), createdAt: period.from },
      { ...(await usageOf(tenant)), createdAt: period.to },
    ];
    await recordUsageEvents({ ctx: createTestContext(db), input: { events } });
    const ctx = createTestContext(db, { actor: tenant.asKey(['usage']) });
    expect((await getUsageTotals({ ctx, input: period })).events).toBe(1);
  });

  it('sums to zero where nothing was used', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    expect(await getUsageTotals({ ctx, input: period })).toEqual({
      events: 0,
      characters: 0,
      audioSeconds: 0,
      computeSeconds: 0,
    });
  });

  it('is the server’s own business', async () => {
    const tenant = await createTenant(db);
    const ctx = createTestContext(db, { actor: tenant.asUser() });
    await expect(recordUsageEvents({ ctx, input: { events: [] } })).rejects.toMatchObject({
      kind: 'forbidden',
    });
  });
});
