import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeProblem, toDomainError } from '../../platform/http/index.ts';
import { eventStream } from './accept.ts';
import type { GenerateInput } from './schema.ts';
import { formatEvent } from './server-sent-event.ts';
import type { LiveSpeech } from './service.ts';
import { asIterable, tellSpeech } from './speech-reply.ts';
import { countCharacters } from './speech-text.ts';
import { presentWords } from './timestamps.ts';

/** What a reader of the events has: so many bytes of audio and so many words. */
export interface EventPosition {
  readonly bytes: number;
  readonly words: number;
}

const beginning: EventPosition = { bytes: 0, words: 0 };

/** `4096-12`: the id of an event, which says what its reader has by then. */
export function parseEventId(id: string): EventPosition | undefined {
  const [, bytes, words] = /^(\d{1,15})-(\d{1,6})$/.exec(id) ?? [];
  return bytes && words ? { bytes: Number(bytes), words: Number(words) } : undefined;
}

/** Answers with the events of a speech, from behind those that the reader has. */
export function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  speech: LiveSpeech,
  { input, from = beginning }: { input: GenerateInput; from?: EventPosition | undefined },
): FastifyReply {
  tellSpeech(reply, speech);
  const events = streamEvents(speech, { input, from, requestId: request.id });
  return reply
    .type(`${eventStream}; charset=utf-8`)
    .header('cache-control', 'no-store')
    .send(Readable.from(events));
}

/**
 * Audio, words and progress as server-sent events, the words before the audio in which they are
 * heard. Each id says all that its reader has by then, so that any of them can be gone on from.
 */
async function* streamEvents(
  speech: LiveSpeech,
  { input, requestId, from }: { input: GenerateInput; requestId: string; from: EventPosition },
): AsyncGenerator<string> {
  const { news } = speech;
  let { bytes, words } = from;
  let toldEnd = -1;
  const tell = (event: string, data: unknown) =>
    formatEvent({ event, id: `${bytes}-${words}`, data });

  function* tellNews(): Generator<string> {
    const fresh = news.words.slice(words);
    if (fresh.length > 0) {
      words += fresh.length;
      yield tell('words', { words: presentWords(fresh, input) });
    }
    const { sourceEnd, audioSeconds } = news.progress;
    if (sourceEnd === toldEnd) return;
    toldEnd = sourceEnd;
    yield tell('progress', {
      characters: countCharacters(input.text.slice(0, sourceEnd)),
      total_characters: speech.characters,
      audio_seconds: audioSeconds,
    });
  }

  try {
    for await (const chunk of asIterable(speech.body)) {
      yield* tellNews();
      bytes += chunk.length;
      yield tell('audio', { audio: chunk.toString('base64') });
    }
    yield* tellNews();
    yield tell('done', {
      generation_id: speech.generationId,
      characters: speech.characters,
      duration_seconds: news.details?.audioSeconds,
      size_bytes: news.details?.sizeBytes,
      unspoken_words: news.details?.unspokenWords,
      normalized_text: news.details?.normalisedText,
    });
  } catch (error) {
    yield formatEvent({ event: 'error', data: describeProblem(toDomainError(error), requestId) });
  }
}
