import type { Context } from '../../platform/context.ts';
import { idempotencyKeyReused } from '../../platform/http/index.ts';
import { formatId } from '../../platform/ids.ts';
import type { Places } from '../../platform/limits/index.ts';
import type { Budgets } from '../client-tokens/index.ts';
import { requirePermission, type TeamActor } from '../teams/index.ts';
import { reserveBudget, type SpeechAllowances } from '../usage/index.ts';
import { resolveVoice, type Voice } from '../voices/index.ts';
import type { Completions, Ending } from './completions.ts';
import type { SpeechSpec } from './job.ts';
import { openAiVoices } from './openai-names.ts';
import type { GenerateInput } from './schema.ts';
import { requestHashOf } from './speech-key.ts';
import type { FoundSpeech, SpeechMaker } from './speech-maker.ts';
import type { SpeechMetrics } from './speech-metrics.ts';
import type { SpeechOrders } from './speech-orders.ts';
import { countCharacters } from './speech-text.ts';
import { claimIdempotencyKey } from './store.ts';

export interface SynthesisServices {
  readonly maker: SpeechMaker;
  readonly allowances: SpeechAllowances;
  /** Of live text. */
  readonly connections: Places;
  readonly completions: Completions;
  readonly orders: SpeechOrders;
  readonly budgets: Budgets;
  readonly metrics: SpeechMetrics;
}

export interface SpeechOrder {
  readonly ctx: Context;
  readonly input: GenerateInput;
  /** What was called: an Idempotency-Key is bound to it as well. */
  readonly operation: string;
  readonly idempotencyKey: string | undefined;
  /** Aborted when the caller goes away. Asked for only where speech must be waited for. */
  readonly signal: AbortSignal;
}

export interface AnswerBasics {
  /** Its public id, unless what it repeats is on the books by another one. */
  readonly generationId: string | undefined;
  readonly characters: number;
  readonly cache: 'hit' | 'miss' | 'joined';
  /** This Idempotency-Key was answered before: nothing is counted. */
  readonly replayed: boolean;
  readonly warnings: readonly string[];
}

export interface PreparedSpeech {
  readonly basics: AnswerBasics;
  readonly found: FoundSpeech;
  readonly ending: Ending;
}

/**
 * Finds the speech or has it begun, after everything that may forbid it. Whoever joins a flight that
 * is answered here must do so before awaiting anything else.
 * @param booking.key of a stream: what it counts once under, where that is not the caller's own key
 */
export async function prepareSpeech(
  services: SynthesisServices,
  order: SpeechOrder,
  booking: { generationId: string; key?: string },
): Promise<PreparedSpeech> {
  const { ctx, input, idempotencyKey } = order;
  const actor = requirePermission(ctx.actor, 'speech.create');
  const voice = resolveVoice(input.voice, openAiVoices);
  const spec = specOf(input, voice);
  const { maker } = services;
  const startedAt = ctx.clock.now();
  let requestId = ctx.requestId;
  let replayed = false;
  let countedCharacters = 0;
  if (idempotencyKey !== undefined) {
    const claim = await claimKey(services, order, actor, spec);
    requestId = claim.requestId;
    replayed = claim.completed;
    countedCharacters = claim.countedCharacters;
  }
  const allowance = await services.allowances.of(actor.teamId);
  const characters = countCharacters(spec.text);
  const needed = { characters: Math.max(0, characters - countedCharacters), speed: spec.speed };
  const settleBudget = replayed ? noBudget : await takeTokenBudget(services, actor, needed);
  const giveBack = () => settleBudget({ characters: 0, audioSeconds: 0 });
  const reservationId = replayed
    ? undefined
    : await reserveBudget({ ctx, input: { characters: needed.characters } }).catch(
        async (error: unknown) => {
          await giveBack();
          throw error;
        },
      );
  const found = await maker
    .obtain({ id: actor.teamId, ...allowance }, spec, {
      requestId,
      traceparent: ctx.traceparent,
      exactly: idempotencyKey !== undefined,
      live: booking.key !== undefined,
    })
    .catch(async (error: unknown) => {
      await giveBack();
      await services.completions.release(reservationId);
      throw error;
    });
  services.metrics.found(found.cache);
  const ending: Ending = {
    actor,
    requestId: ctx.requestId,
    generationId: booking.generationId,
    spec,
    modelId: maker.modelId,
    cache: found.cache,
    idempotencyKey: idempotencyKey ?? booking.key,
    startedAt,
    characters,
    audioSeconds: 0,
    computeSeconds: 0,
    reservationId,
    settleBudget,
  };
  const basics: AnswerBasics = {
    generationId:
      replayed && booking.key === undefined
        ? undefined
        : formatId('generation', booking.generationId),
    characters,
    cache: found.cache,
    replayed,
    warnings: warningsFor(voice),
  };
  return { basics, found, ending };
}

/** Longer than what is said takes, so that a budget is not passed but by what is rarely said so slowly. */
const secondsPerCharacter = 0.12;

async function noBudget(): Promise<void> {}

/** Takes what the speech may need out of its sender's budget; answers how to give back the rest. */
export async function takeTokenBudget(
  { budgets }: SynthesisServices,
  actor: TeamActor,
  { characters, speed }: { readonly characters: number; readonly speed: number },
): Promise<Ending['settleBudget']> {
  const audioSeconds = 1 + (characters * secondsPerCharacter) / speed;
  const reservation = await budgets.reserve(actor, { characters, audioSeconds });
  return reservation ? (used) => budgets.settle(reservation, used) : noBudget;
}

async function claimKey(
  { maker }: SynthesisServices,
  { ctx, operation, idempotencyKey }: SpeechOrder,
  actor: TeamActor,
  spec: SpeechSpec,
) {
  const requestHash = requestHashOf(operation, spec);
  const claim = await claimIdempotencyKey(ctx.db, {
    teamId: actor.teamId,
    key: idempotencyKey ?? '',
    requestHash,
    requestId: (await maker.requestIdAtHand(actor.teamId, spec)) ?? ctx.requestId,
    now: ctx.clock.now(),
  });
  if (claim.requestHash !== requestHash) throw idempotencyKeyReused();
  return claim;
}

export function specOf(input: GenerateInput, voice: Voice): SpeechSpec {
  return {
    text: input.text,
    voice: voice.id,
    speed: input.speed,
    locale: input.language ?? (voice.language === 'en-GB' ? 'en-GB' : 'en-US'),
    format: input.format,
    sampleRate: input.sampleRate,
  };
}

export function warningsFor(voice: Voice): string[] {
  if (voice.language.startsWith('en-')) return [];
  return [`${voice.id} is a ${voice.language} voice; the text is read as English with its accent`];
}
