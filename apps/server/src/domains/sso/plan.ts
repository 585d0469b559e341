import type { Context } from '../../platform/context.ts';
import { getPlan } from '../teams/index.ts';
import { planLacksSso } from './errors.ts';

export async function hasSsoPlan(ctx: Context, teamId: string): Promise<boolean> {
  return (await getPlan({ ctx, input: { teamId } })) === 'enterprise';
}

/** @throws DomainError `plan_required` */
export async function requireSsoPlan(ctx: Context, teamId: string): Promise<void> {
  if (!(await hasSsoPlan(ctx, teamId))) throw planLacksSso();
}
