import type { Context } from '../../platform/context.ts';
import { requirePermission } from '../teams/index.ts';
import { generationNotFound, generationOutdated } from './errors.ts';
import { type LiveSpeech, type SynthesisServices, streamSpeech } from './service.ts';
import { findGeneration } from './speech-order-store.ts';
import { findKeptOrder, type KeptOrder, resumableUntil } from './speech-orders.ts';
import { countCharacters } from './speech-text.ts';
import type { GenerationRow } from './store.ts';

export interface Generation {
  readonly id: string;
  readonly status: 'open' | 'completed' | 'cancelled' | 'failed';
  readonly requestId: string | null;
  readonly voice: string;
  readonly language: string | null;
  readonly speed: number;
  readonly format: string;
  readonly sampleRate: number;
  readonly characters: number;
  readonly audioSeconds: number | null;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
  readonly resumableUntil: Date | null;
}

/** One speech of the team: completed, or a stream that can be resumed. @throws `generation_not_found` */
export async function getGeneration({
  ctx,
  input,
}: {
  readonly ctx: Context;
  readonly input: { readonly id: string };
}): Promise<Generation> {
  const actor = requirePermission(ctx.actor, 'speech.create');
  const order = await findKeptOrder(ctx, actor, input.id);
  // A client token sees what it began, and nothing else of its team.
  if (!order && actor.client) throw generationNotFound();
  const done = await findGeneration(ctx.db, { id: input.id, teamId: actor.teamId });
  const until = order ? resumableUntil(order) : null;
  if (done) return describeDone(done, until);
  if (order) return describeOpen(order, until);
  throw generationNotFound();
}

/** Sends the audio of a stream from any byte on, as it would have come. It still counts once. */
export async function resumeSpeech(
  services: SynthesisServices,
  {
    ctx,
    input,
    signal,
  }: {
    readonly ctx: Context;
    readonly input: { readonly id: string; readonly fromByte: number };
    readonly signal: AbortSignal;
  },
): Promise<{ order: KeptOrder; speech: LiveSpeech }> {
  const actor = requirePermission(ctx.actor, 'speech.create');
  const order = await findKeptOrder(ctx, actor, input.id);
  if (!order) throw generationNotFound();
  if (order.modelId !== services.maker.modelId) throw generationOutdated();
  const speech = await streamSpeech(
    services,
    { ctx, signal, ...order },
    {
      generationId: order.generationId,
      fromByte: input.fromByte,
    },
  );
  return { order, speech };
}

function describeDone(done: GenerationRow, resumableUntil: Date | null): Generation {
  return {
    id: done.id,
    status: done.status,
    requestId: done.request_id,
    voice: done.voice,
    language: done.locale,
    speed: done.speed,
    format: done.format,
    sampleRate: done.sample_rate,
    characters: done.characters,
    audioSeconds: done.audio_seconds,
    createdAt: done.created_at,
    completedAt: done.completed_at,
    resumableUntil,
  };
}

function describeOpen(
  { generationId, input, createdAt }: KeptOrder,
  resumableUntil: Date | null,
): Generation {
  return {
    id: generationId,
    status: 'open',
    requestId: null,
    voice: input.voice,
    language: input.language ?? null,
    speed: input.speed,
    format: input.format,
    sampleRate: input.sampleRate,
    characters: countCharacters(input.text),
    audioSeconds: null,
    createdAt,
    completedAt: null,
    resumableUntil,
  };
}
