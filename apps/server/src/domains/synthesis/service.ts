import { createId } from '../../platform/ids.ts';
import type { Ending } from './completions.ts';
import { offsetBeyondEnd } from './errors.ts';
import type { Progress } from './flight.ts';
import type { SpokenWord } from './job.ts';
import { deliverLive, deliverWhole, settle } from './speech-delivery.ts';
import type { FileShape, FinishedSpeech, SpeechDetails } from './speech-details.ts';
import { requestHashOf } from './speech-key.ts';
import { requestIdOf } from './speech-maker.ts';
import { ownKeyOf } from './speech-orders.ts';
import {
  type AnswerBasics,
  type PreparedSpeech,
  prepareSpeech,
  type SpeechOrder,
  type SynthesisServices,
} from './speech-preparation.ts';

export type { SynthesisServices } from './speech-preparation.ts';

/** A stream that goes on where another one broke off. */
export interface Resumption {
  readonly generationId: string;
  readonly fromByte: number;
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
  /** Where in the audio the body begins. */
  readonly fromByte: number;
  /** Told while the body is read. */
  readonly news: SpeechNews;
}

/** How far a speech has come. */
export interface SpeechNews {
  readonly words: readonly SpokenWord[];
  readonly progress: Pick<Progress, 'sourceEnd' | 'audioSeconds'>;
  /** Known once the body has ended. */
  readonly details: SpeechDetails | undefined;
}

/** Speech as one finished file. Resolves once it is made and on the books. */
export async function createSpeech(
  services: SynthesisServices,
  order: SpeechOrder,
): Promise<WholeSpeech> {
  const { basics, found, ending } = await prepareSpeech(services, order, {
    generationId: createId(),
  });
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

/**
 * Speech as it is made: resolves with the first bytes; its body ends when it is on the books. What
 * was asked for is kept before the first byte goes out, so that the stream can be resumed at any.
 */
export async function streamSpeech(
  services: SynthesisServices,
  order: SpeechOrder,
  resumption?: Resumption,
): Promise<LiveSpeech> {
  const startedMs = performance.now();
  const generationId = resumption?.generationId ?? createId();
  const fromByte = resumption?.fromByte ?? 0;
  const prepared = await prepareSpeech(services, order, {
    generationId,
    key: ownKeyOf(generationId),
  });
  const recorded = resumption ? Promise.resolve() : keepOrder(services, order, prepared);
  const { basics, found, ending } = prepared;
  const { completions, metrics } = services;
  const { replayed } = basics;
  const tellFirstAudio = () => {
    if (!resumption) metrics.firstAudio(found.cache, (performance.now() - startedMs) / 1000);
  };
  if (found.cache === 'hit') {
    const { details } = found.speech;
    try {
      await recorded;
      if (fromByte > details.sizeBytes) throw offsetBeyondEnd(fromByte, details.sizeBytes);
    } catch (error) {
      await ending.settleBudget({ characters: 0, audioSeconds: 0 });
      await completions.release(ending.reservationId);
      throw error;
    }
    await settle({ completions, ending, replayed }, details);
    tellFirstAudio();
    return {
      ...describe(basics, details),
      contentType: details.contentType,
      body: found.speech.body('live', fromByte),
      fromByte,
      news: newsOf(details, ending),
    };
  }
  const { flight } = found;
  const { signal } = order;
  const delivery = { completions, flight, ending, replayed, signal, fromByte, recorded };
  const body = deliverLive(delivery);
  const first = await body.next();
  tellFirstAudio();
  return {
    ...basics,
    contentType: flight.contentType ?? 'application/octet-stream',
    details: undefined,
    body: prepend(first, body),
    fromByte,
    news: flight,
  };
}

/** So that the stream can be resumed, by any process. */
function keepOrder(
  { orders }: SynthesisServices,
  { operation, input, idempotencyKey }: SpeechOrder,
  { found, ending }: PreparedSpeech,
): Promise<void> {
  const { actor, generationId, modelId, spec, startedAt } = ending;
  const ownKey = {
    requestHash: requestHashOf(operation, spec),
    requestId: requestIdOf(found),
  };
  return orders.keep({
    generationId,
    idempotencyKey: idempotencyKey ?? ownKeyOf(generationId),
    operation,
    input,
    modelId,
    createdAt: startedAt,
    actor,
    ownKey: idempotencyKey === undefined ? ownKey : undefined,
  });
}

function newsOf(details: SpeechDetails, { spec }: Ending): SpeechNews {
  const { words, audioSeconds } = details;
  return { words, progress: { sourceEnd: spec.text.length, audioSeconds }, details };
}

/** A finished file up to this size is answered from memory, with its length. */
const maxWholeBytes = 2 * 1024 * 1024;

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
