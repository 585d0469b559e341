import { afterAll, expect, it } from 'vitest';
import { createTenant, createTestContext, ManualClock } from '../../../tests/support/factories.ts';
import { createTestDatabase } from '../../../tests/support/test-database.ts';
import { RequestAllowances } from './request-allowances.ts';
import { SpeechAllowances } from './speech-allowances.ts';
import { TeamPlans } from './team-plans.ts';

const { db, close } = await createTestDatabase();
afterAll(close);

const clock = new ManualClock();
const keyLimits = { free: 60, pro: 600, enterprise: 0 };

function openAllowances(): RequestAllowances {
  return new RequestAllowances({
    plans: new TeamPlans(createTestContext(db, { clock })),
    keyLimits,
  });
}

async function setPlan(teamId: string, plan: string): Promise<void> {
  await db.updateTable('teams').set({ plan }).where('id', '=', teamId).execute();
}

it('counts a key by itself and with its team', async () => {
  const tenant = await createTenant(db);
  expect(await openAllowances().of(tenant.asKey())).toEqual({
    group: `team:${tenant.teamId}`,
    quotas: [
      { name: `key:${tenant.key.id}`, limit: 60, windowMs: 60_000 },
      { name: 'team', limit: 300, windowMs: 60_000 },
    ],
  });
});

it('counts a person like a key', async () => {
  const tenant = await createTenant(db);
  const { quotas } = await openAllowances().of(tenant.asUser());
  expect(quotas[0]).toMatchObject({ name: `user:${tenant.userId}`, limit: 60 });
});

it('lets a key have a limit of its own, below that of the plan', async () => {
  const tenant = await createTenant(db);
  const allowances = openAllowances();
  const limitsOf = async (requestsPerMinute: number) => {
    const { quotas } = await allowances.of({ ...tenant.asKey(), requestsPerMinute });
    return quotas.map((quota) => quota.limit);
  };
  expect(await limitsOf(7)).toEqual([7, 300]);
  expect(await limitsOf(1_000)).toEqual([60, 300]);
  await setPlan(tenant.teamId, 'enterprise');
  clock.advance(1_000);
  expect(await limitsOf(7)).toEqual([7]);
});

it("goes by the team's plan, and learns within a second that it changed", async () => {
  const tenant = await createTenant(db);
  const allowances = openAllowances();
  const limits = async () =>
    (await allowances.of(tenant.asKey())).quotas.map((quota) => quota.limit);
  await setPlan(tenant.teamId, 'pro');
  expect(await limits()).toEqual([600, 3_000]);
  await setPlan(tenant.teamId, 'enterprise');
  clock.advance(999);
  expect(await limits()).toEqual([600, 3_000]);
  clock.advance(1);
  expect(await limits()).toEqual([]);
});

it('does not limit the system itself', async () => {
  expect((await openAllowances().of({ kind: 'system' })).quotas).toEqual([]);
});

it.each([
  ['free', { tier: 'free', maxOpen: 10 }],
  ['pro', { tier: 'paid', maxOpen: 50 }],
  ['enterprise', { tier: 'enterprise', maxOpen: Number.MAX_SAFE_INTEGER }],
])('places the speech of a team on %s in the queue', async (plan, allowance) => {
  const tenant = await createTenant(db);
  await setPlan(tenant.teamId, plan);
  const allowances = new SpeechAllowances({
    plans: new TeamPlans(createTestContext(db, { clock })),
    concurrency: { free: 10, pro: 50, enterprise: 0 },
    liveConnections: { free: 5, pro: 0, enterprise: 7 },
  });
  expect(await allowances.of(tenant.teamId)).toEqual(allowance);
});
