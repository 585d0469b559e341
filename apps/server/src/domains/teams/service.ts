import { type Context, withTransaction } from '../../platform/context.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { systemOnly } from './errors.ts';
import {
  findFirstTeam,
  findPlan,
  insertMember,
  insertTeam,
  type Plan,
  plans,
  setPlan,
  type Team,
} from './store.ts';

/** Makes a team with its owner as the first member. Only the system itself may do so yet. */
export async function createTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly name: string; readonly ownerId: string; readonly plan?: Plan };
}): Promise<Team> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  return withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    const team = await insertTeam(ctx.db, { plan: 'free', ...input, createdAt: now });
    await insertMember(ctx.db, {
      teamId: team.id,
      userId: input.ownerId,
      role: 'owner',
      invitedAt: now,
    });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.created',
        teamId: team.id,
        resource: { type: 'team', id: team.id },
        details: { name: team.name },
      },
    });
    return team;
  });
}

/** The team that the first start made, whose owner the person at this machine is. */
export function getFirstTeam({ ctx }: { readonly ctx: Context }): Promise<Team | undefined> {
  return findFirstTeam(ctx.db);
}

/** The plan that a team is on; free, where there is no such team. */
export async function getPlan({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string };
}): Promise<Plan> {
  const plan = await findPlan(ctx.db, input.teamId);
  return plans.find((known) => known === plan) ?? 'free';
}

export function planNameInCache(teamId: string): string {
  return `plan:${teamId}`;
}

/** Puts a team on another plan; its limits hold everywhere within a second. */
export async function changePlan({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string; readonly plan: Plan };
}): Promise<void> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  const { teamId, plan } = input;
  await withTransaction(ctx, async (ctx) => {
    await setPlan(ctx.db, teamId, plan);
    await ctx.cache?.invalidate(planNameInCache(teamId));
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.plan_changed',
        teamId,
        resource: { type: 'team', id: teamId },
        details: { plan },
      },
    });
  });
}
