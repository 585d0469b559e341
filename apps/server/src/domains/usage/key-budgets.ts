import type { Context } from '../../platform/context.ts';
import { createId } from '../../platform/ids.ts';
import { getKey } from '../keys/index.ts';
import { requirePermission } from '../teams/index.ts';
import {
  beginMonth,
  endReservations,
  findReservationsBefore,
  growReservation,
  type MonthlyUse,
  type Reservation,
  readMonth,
  takeFromBudget,
} from './budget-store.ts';
import { budgetExceeded } from './errors.ts';

/** No request is under way for longer: its process is gone. */
const longestRequestMs = 24 * 60 * 60 * 1000;
const releasedAtOnce = 500;

/**
 * Sets aside what a request of a key with a budget may come to use. Answers the id under which
 * `recordUsageEvents` or `releaseReservations` end it; undefined where nothing is counted. All
 * processes take from one row: the budget holds however many ask at once.
 * @throws DomainError `budget_exceeded`
 */
export async function reserveBudget({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly characters: number };
}): Promise<string | undefined> {
  const { actor, db } = ctx;
  if (actor.kind !== 'key' || !actor.budget) return undefined;
  const { teamId, keyId, budget } = actor;
  const now = ctx.clock.now();
  const month = monthOf(now);
  const reservation: Reservation = { id: createId(), keyId, month, ...input };
  const take = () => takeFromBudget(db, reservation, { budget, now });
  const taken =
    (await take()) || ((await beginMonth(db, { teamId, keyId, month })) && (await take()));
  if (taken) return reservation.id;
  const used = await readMonth(db, { teamId, keyId, month });
  // Between the two statements somebody may have begun the month, or given something back.
  if (await take()) return reservation.id;
  throw exceeded(ctx, used, input.characters);
}

/**
 * Sets aside more for a request that turns out to be longer.
 * @param input.id what `reserveBudget` answered for it
 * @throws DomainError `budget_exceeded`
 */
export async function extendBudget({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string | undefined; readonly characters: number };
}): Promise<void> {
  const { actor, db } = ctx;
  const { id, characters } = input;
  if (id === undefined || actor.kind !== 'key' || !actor.budget) return;
  if (await growReservation(db, { id, characters }, actor.budget)) return;
  const { teamId, keyId } = actor;
  const used = await readMonth(db, { teamId, keyId, month: monthOf(ctx.clock.now()) });
  throw budgetExceeded({
    unit: 'characters',
    limit: actor.budget.characters ?? 0,
    used: used.characters,
    asked: characters,
    resetsAt: nextMonthAfter(ctx.clock.now()),
  });
}

function exceeded({ actor, clock }: Context, used: MonthlyUse, characters: number): Error {
  const budget = actor.kind === 'key' ? actor.budget : undefined;
  const resetsAt = nextMonthAfter(clock.now());
  const { generations: limit = null } = budget ?? {};
  return limit !== null && used.generations >= limit
    ? budgetExceeded({ unit: 'generations', limit, used: used.generations, asked: 1, resetsAt })
    : budgetExceeded({
        unit: 'characters',
        limit: budget?.characters ?? 0,
        used: used.characters,
        asked: characters,
        resetsAt,
      });
}

/** Gives back what requests set aside that came to nothing. */
export async function releaseReservations({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly ids: readonly string[] };
}): Promise<void> {
  const nothing = { characters: 0, generations: 0 };
  await endReservations(
    ctx.db,
    input.ids.map((id) => ({ id, ...nothing })),
  );
}

/** Gives back what requests set aside whose processes have died. */
export async function releaseAbandonedReservations(ctx: Context): Promise<void> {
  const before = new Date(ctx.clock.now().getTime() - longestRequestMs);
  for (let released = releasedAtOnce; released === releasedAtOnce; ) {
    const ids = await findReservationsBefore(ctx.db, before, releasedAtOnce);
    await releaseReservations({ ctx, input: { ids } });
    released = ids.length;
  }
}

export interface BudgetReport {
  readonly used: MonthlyUse;
  readonly limits: { readonly characters: number | null; readonly generations: number | null };
  readonly month: string;
  readonly resetsAt: Date;
}

/** What a key has used of its budget this month. @throws DomainError `key_not_found` */
export async function getKeyBudget({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<BudgetReport> {
  const { teamId } = requirePermission(ctx.actor, 'keys.read');
  const key = await getKey({ ctx, input });
  const now = ctx.clock.now();
  const month = monthOf(now);
  return {
    used: await readMonth(ctx.db, { teamId, keyId: key.id, month }),
    limits: { characters: key.monthlyCharacters, generations: key.monthlyGenerations },
    month,
    resetsAt: nextMonthAfter(now),
  };
}

function monthOf(now: Date): string {
  return `${now.toISOString().slice(0, 7)}-01`;
}

function nextMonthAfter(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1));
}
