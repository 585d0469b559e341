import type { Context, KeyMode } from '../../platform/context.ts';
import type { Insert } from '../../platform/database/insert-rows.ts';
import { requirePermission } from '../teams/index.ts';
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
}

/**
 * Meters syntheses, of several teams at once where they are committed together. Call it as the
 * system, with the rows that complete the generations or in the transaction that wrote them: an
 * event exists if and only if its generation does, and the database refuses a second one for it.
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
  await insertUsageEvents(
    ctx.db,
    input.events.map((event) => ({
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
    })),
    input.completing ?? [],
  );
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
