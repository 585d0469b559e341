import { type Context, personOf, type Role, withTransaction } from '../../platform/context.ts';
import { type Page, readPage } from '../../platform/page.ts';
import { recordAuditEvent } from '../audit/index.ts';
import { personOnly, systemOnly, teamNotFound, tooManyTeams } from './errors.ts';
import { insertMember, listTeamsOfUser } from './member-store.ts';
import { changeTeam, inTeam } from './own-team.ts';
import { requirePermission } from './permissions.ts';
import {
  countOwnedTeams,
  findFirstTeam,
  findPlan,
  findTeam,
  insertTeam,
  type Plan,
  plans,
  renameTeam,
  setPlan,
  type Team,
} from './store.ts';

const maxOwnedTeams = 20;

/** Makes a team with its owner as the first member: a person's own, or anybody's by the system. */
export async function createTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly name: string; readonly ownerId?: string; readonly plan?: Plan };
}): Promise<Team> {
  const system = ctx.actor.kind === 'system';
  const ownerId = system ? input.ownerId : personOf(ctx.actor)?.userId;
  if (ownerId === undefined) throw personOnly();
  return withTransaction(ctx, async (ctx) => {
    const now = ctx.clock.now();
    if (!system && (await countOwnedTeams(ctx.db, ownerId)) >= maxOwnedTeams) {
      throw tooManyTeams(maxOwnedTeams);
    }
    const { name } = input;
    const plan = (system && input.plan) || 'free';
    const team = await insertTeam(ctx.db, { name, ownerId, plan, createdAt: now });
    await insertMember(ctx.db, {
      teamId: team.id,
      userId: ownerId,
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

/** A team with the role of who looks; null for a key. */
export type SeenTeam = Team & { readonly role: Role | null };

/** The teams of the person who calls, with their role; of a key its own team. */
export async function listTeams({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly limit: number; readonly cursor?: string | undefined };
}): Promise<Page<SeenTeam>> {
  const person = personOf(ctx.actor);
  if (!person) {
    const { teamId } = requirePermission(ctx.actor, 'team.read');
    const team = await findTeam(ctx.db, teamId);
    return { items: team ? [{ ...team, role: null }] : [], nextCursor: null };
  }
  const { userId } = person;
  const { limit, cursor } = input;
  return readPage({
    limit,
    read: (limit) => listTeamsOfUser(ctx.db, { userId, cursor, limit }),
    idOf: ({ id }) => id,
  });
}

/** @throws DomainError `team_not_found`, `permission_denied` */
export async function getTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<SeenTeam> {
  const { actor } = await inTeam(ctx, input.id);
  const { teamId } = requirePermission(actor, 'team.read');
  const team = await findTeam(ctx.db, teamId);
  if (!team) throw teamNotFound();
  return { ...team, role: actor.kind === 'user' ? actor.role : null };
}

/** Changes what is given. @throws DomainError `team_not_found`, `permission_denied` */
export async function updateTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string; readonly name?: string | undefined };
}): Promise<SeenTeam> {
  await changeTeam(ctx, input.id, 'team.update', async (ctx, team) => {
    const { name = team.name } = input;
    if (name === team.name) return;
    await renameTeam(ctx.db, { id: team.id, name });
    await recordAuditEvent({
      ctx,
      input: {
        eventType: 'team.renamed',
        teamId: team.id,
        resource: { type: 'team', id: team.id },
        details: { name, previous_name: team.name },
      },
    });
  });
  return getTeam({ ctx, input });
}

/** The team that the first start made, whose owner the person at this machine is. */
export function getFirstTeam({ ctx }: { readonly ctx: Context }): Promise<Team | undefined> {
  return findFirstTeam(ctx.db);
}

/** Whether this is that team: what is on the machine itself is for its people alone. */
export async function isFirstTeam({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly teamId: string };
}): Promise<boolean> {
  return (await findFirstTeam(ctx.db))?.id === input.teamId;
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
