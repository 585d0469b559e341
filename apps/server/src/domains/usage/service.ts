import type { Insertable } from 'kysely';
import { type Context, type KeyMode, withTransaction } from '../../platform/context.ts';
import type { DatabaseHandle } from '../../platform/database/database.ts';
import type { Insert } from '../../platform/database/insert-rows.ts';
import type { UsageEventsTable } from '../../platform/database/schema.ts';
import { requirePermission } from '../teams/index.ts';
import { endReservations, type Settlement } from './budget-store.ts';
import { systemOnly } from './errors.ts';
import { insertUsageEvents, sumUsage, type UsageTotals } from './store.ts';

/** One synthesis to meter, with who is charged for it. Ids are UUIDs. */
export interface SynthesisUsage {
  readonly teamId: string;
  readonly apiKeyId: string | null;
  readonly mode: KeyMode;
  readonly generationId: string;
  readonly characters: number;
  readonly audioSeconds: number;
  readonly computeSeconds: number;
  readonly voice: string;
  readonly status: 'completed' | 'cancelled' | 'failed';
  readonly createdAt: Date;
  /** What `reserveBudget` answered for it. */
  readonly reservationId?: string | undefined;
}

/**
 * Meters syntheses, of several teams at once where they are committed together. Call it as the
 * system, with the rows that complete the generations or in the transaction that wrote them: an
 * event exists if and only if its generation does, and the database refuses a second one for it.
 * What was reserved for an event ends with it.
 */
export async function recordUsageEvents({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: {
    readonly events: readonly SynthesisUsage[];
    /** Rows that are written by the same statement. */
    readonly completing?: readonly Insert[];
  };
}): Promise<void> {
  if (ctx.actor.kind !== 'system') throw systemOnly();
  const insert = (db: DatabaseHandle) =>
    insertUsageEvents(db, input.events.map(toRow), input.completing ?? []);
  const settlements = input.events.flatMap(settlementOf);
  if (settlements.length === 0) return insert(ctx.db);
  await withTransaction(ctx, async ({ db }) => {
    await insert(db);
    await endReservations(db, settlements);
  });
}

function toRow(event: SynthesisUsage): Insertable<UsageEventsTable> {
  return {
    team_id: event.teamId,
    api_key_id: event.apiKeyId,
    generation_id: event.generationId,
    event_type: 'synthesis',
    quantity: 1,
    characters: event.characters,
    audio_seconds: event.audioSeconds,
    compute_seconds: event.computeSeconds,
    voice: event.voice,
    status: event.status,
    mode: event.mode,
    created_at: event.createdAt,
  };
}

function settlementOf({ reservationId, characters, status }: SynthesisUsage): Settlement[] {
  if (reservationId === undefined) return [];
  return [{ id: reservationId, characters, generations: status === 'failed' ? 0 : 1 }];
}

/** What the actor's team has used in a period, `from` included and `to` not. */
export async function getUsageTotals({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly from: Date; readonly to: Date };
}): Promise<UsageTotals> {
  const { teamId } = requirePermission(ctx.actor, 'usage.read');
  return sumUsage(ctx.db, { teamId, ...input });
}
