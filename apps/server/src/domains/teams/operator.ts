import type { Actor, Context } from '../../platform/context.ts';
import { operatorOnly } from './errors.ts';
import { isFirstTeam } from './service.ts';

type Operator = Extract<Actor, { kind: 'user' }>;

/**
 * The operator of this server: an owner or admin of its first team, in person, as the person at the
 * machine is too. A key is none, whatever its scopes. @throws DomainError `permission_denied`
 */
export async function requireOperator({ ctx }: { readonly ctx: Context }): Promise<Operator> {
  const operator = await findOperator({ ctx });
  if (!operator) throw operatorOnly();
  return operator;
}

/** The actor, where it is the operator of this server. */
export async function findOperator({
  ctx,
}: {
  readonly ctx: Context;
}): Promise<Operator | undefined> {
  const { actor } = ctx;
  if (actor.kind === 'user' && actor.lacksSecondFactor) return undefined;
  if (actor.kind !== 'user' || (actor.role !== 'owner' && actor.role !== 'admin')) return undefined;
  return (await isFirstTeam({ ctx, input: actor })) ? actor : undefined;
}
