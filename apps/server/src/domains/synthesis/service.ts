import type { Context } from '../../platform/context.ts';
import { idempotencyKeyReused } from '../../platform/http/index.ts';
import type { Budgets } from '../client-tokens/index.ts';
import { requirePermission, type TeamActor } from '../teams/index.ts';
import { reserveBudget, type SpeechAllowances } from '../usage/index.ts';
import { resolveVoice, type Voice } from '../voices/index.ts';
import type { Completions, Ending } from './completions.ts';
import type { SpeechSpec } from './job.ts';
import { openAiVoices } from './openai-names.ts';
import type { GenerateInput } from './schema.ts';
import { deliverLive, deliverWhole, settle } from './speech-delivery.ts';
import type { FileShape, FinishedSpeech, SpeechDetails } from './speech-details.ts';
import { requestHashOf } from './speech-key.ts';
import type { SpeechMaker } from './speech-maker.ts';
import { countCharacters } from './speech-text.ts';
import { claimIdempotencyKey } from './store.ts';

export interface SynthesisServices {
  readonly maker: SpeechMaker;
  readonly allowances: SpeechAllowances;
  readonly completions: Completions;
  readonly budgets: Budgets;
}

export interface SpeechOrder {
  readonly ctx: Context;
  readonly input: GenerateInput;
  /** The route: an Idempotency-Key is bound to it as well. */
  readonly operation: string;
  readonly idempotencyKey: string | undefined;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
}

interface AnswerBasics {
  readonly characters: number;
  readonly cache: 'hit' | 'miss' | 'joined';
  /** This Idempotency-Key was answered before: nothing is counted. */
  readonly replayed: boolean;
  readonly warnings: readonly string[];
}

export interface WholeSpeech extends AnswerBasics {
  readonly details: SpeechDetails;
  readonly body: Buffer | AsyncIterable<Buffer>;
}

export interface LiveSpeech extends AnswerBasics {
  readonly contentType: string;
  /** Known only of speech that was there already. */
  readonly details: SpeechDetails | undefined;
  readonly body: Buffer | AsyncIterable<Buffer>;
}

/** Speech as one finished file. Resolves once it is made and on the books. */
export async function createSpeech(
  services: SynthesisServices,
  order: SpeechOrder,
): Promise<WholeSpeech> {
  const { basics, found, ending } = await prepare(services, order);
  const { completions } = services;
  const { replayed } = basics;
  if (found.cache === 'hit') {
    await settle({ completions, ending, replayed }, found.speech.details);
    return describeFinished(basics, found.speech, 'file');
  }
  const { flight } = found;
  const { signal } = order;
  const whole = await deliverWhole({ completions, flight, ending, replayed, signal });
  const small = whole.details.sizeBytes <= maxWholeBytes;
  const body = small ? await concatenate(whole.body) : whole.body;
  return { ...describe(basics, whole.details), body };
}

/** Speech as it is made: resolves with the first bytes; its body ends when it is on the books. */
export async function streamSpeech(
  services: SynthesisServices,
  order: SpeechOrder,
): Promise<LiveSpeech> {
  const { basics, found, ending } = await prepare(services, order);
  const { completions } = services;
  const { replayed } = basics;
  if (found.cache === 'hit') {
    const { details } = found.speech;
    await settle({ completions, ending, replayed }, details);
    return {
      ...describeFinished(basics, found.speech, 'live'),
      contentType: details.contentType,
    };
  }
  const { flight } = found;
  const body = deliverLive({ completions, flight, ending, replayed, signal: order.signal });
  const first = await body.next();
  return {
    ...basics,
    contentType: flight.contentType ?? 'application/octet-stream',
    details: undefined,
    body: prepend(first, body),
  };
}

/** A finished file up to this size is answered from memory, with its length. */
const maxWholeBytes = 2 * 1024 * 1024;

async function prepare(services: SynthesisServices, order: SpeechOrder) {
  const { ctx, input, idempotencyKey: key } = order;
  const actor = requirePermission(ctx.actor, 'speech.create');
  const voice = resolveVoice(input.voice, openAiVoices);
  const spec = specOf(input, voice);
  const { maker } = services;
  const startedAt = ctx.clock.now();
  let requestId = ctx.requestId;
  let replayed = false;
  if (key !== undefined) {
    const claim = await claimKey(services, order, actor, spec);
    requestId = claim.requestId;
    replayed = claim.completed;
  }
  const allowance = await services.allowances.of(actor.teamId);
  const characters = countCharacters(spec.text);
  const settleBudget = replayed ? noBudget : await takeTokenBudget(services, actor, spec);
  const giveBack = () => settleBudget({ characters: 0, audioSeconds: 0 });
  const reservationId = replayed
    ? undefined
    : await reserveBudget({ ctx, input: { characters } }).catch(async (error: unknown) => {
        await giveBack();
        throw error;
      });
  const found = await maker
    .obtain({ id: actor.teamId, ...allowance }, spec, { requestId, exactly: key !== undefined })
    .catch(async (error: unknown) => {
      await giveBack();
      await services.completions.release(reservationId);
      throw error;
    });
  const ending: Ending = {
    actor,
    requestId: ctx.requestId,
    spec,
    modelId: maker.modelId,
    cache: found.cache,
    idempotencyKey: key,
    startedAt,
    characters,
    audioSeconds: 0,
    computeSeconds: 0,
    reservationId,
    settleBudget,
  };
  const basics: AnswerBasics = {
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
async function takeTokenBudget(
  { budgets }: SynthesisServices,
  actor: TeamActor,
  { text, speed }: SpeechSpec,
): Promise<Ending['settleBudget']> {
  const characters = countCharacters(text);
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

function specOf(input: GenerateInput, voice: Voice): SpeechSpec {
  return {
    text: input.text,
    voice: voice.id,
    speed: input.speed,
    locale: input.language ?? (voice.language === 'en-GB' ? 'en-GB' : 'en-US'),
    format: input.format,
    sampleRate: input.sampleRate,
  };
}

function warningsFor(voice: Voice): string[] {
  if (voice.language.startsWith('en-')) return [];
  return [`${voice.id} is a ${voice.language} voice; the text is read as English with its accent`];
}

function describeFinished(
  basics: AnswerBasics,
  speech: FinishedSpeech,
  shape: FileShape,
): WholeSpeech {
  return { ...describe(basics, speech.details), body: speech.body(shape) };
}

function describe(basics: AnswerBasics, details: SpeechDetails) {
  const { unspokenWords } = details;
  const warnings =
    unspokenWords > 0
      ? [...basics.warnings, `${unspokenWords} words in other scripts could not be said`]
      : basics.warnings;
  return { ...basics, warnings, details };
}

async function concatenate(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Not a generator: ending it must reach `rest` even before anything was taken. */
function prepend(
  first: IteratorResult<Buffer, void>,
  rest: AsyncGenerator<Buffer, void, void>,
): AsyncIterableIterator<Buffer, void, void> {
  let held: IteratorResult<Buffer, void> | undefined = first;
  return {
    async next() {
      const taken = held;
      held = undefined;
      return taken ?? rest.next();
    },
    return: () => rest.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
