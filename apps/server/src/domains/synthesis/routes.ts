import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  type App,
  type ContextOf,
  callerSignal,
  type FormRules,
  idempotencyHeaders,
  problems,
  readForm,
} from '../../platform/http/index.ts';
import { voiceIdSchema } from '../voices/index.ts';
import { acceptFormat, eventStream, wantsEvents } from './accept.ts';
import { cloningUnavailable } from './errors.ts';
import { audioContentTypes } from './formats.ts';
import { previewVoice } from './preview.ts';
import { type GenerateInput, generateSchema, timestampsSchema } from './schema.ts';
import { createSpeech, type SynthesisServices, streamSpeech } from './service.ts';
import type { SpeechOrder } from './speech-preparation.ts';
import { asIterable, sendSpeech, tellSpeech } from './speech-reply.ts';
import { sendEvents } from './stream-events.ts';
import { timestampsJson } from './timestamps.ts';

const form: FormRules = {
  numbers: ['speed', 'sample_rate'],
  refusedFiles: { voice_ref: cloningUnavailable },
};

async function takeForm(request: FastifyRequest): Promise<void> {
  if (request.isMultipart()) request.body = await readForm(request, form);
}

export const audioContent = Object.fromEntries(
  audioContentTypes.map((type) => [
    type,
    { schema: z.any().meta({ type: 'string', format: 'binary' }) },
  ]),
);

export const streamContent = {
  ...audioContent,
  [eventStream]: { schema: z.any().meta({ type: 'string' }) },
};

/** What may go wrong wherever speech is asked for. */
export const speechProblemCodes = [
  'invalid_field',
  'missing_credential',
  'budget_exceeded',
  'permission_denied',
  'body_too_large',
  'unsupported_media_type',
  'idempotency_key_reused',
  'concurrency_limit_exceeded',
  'synthesis_failed',
  'overloaded',
  'queue_timeout',
  'synthesis_timeout',
] as const;
const speechProblems = problems(...speechProblemCodes);

const takesJsonOrForm = {
  consumes: ['application/json', 'multipart/form-data'],
  headers: idempotencyHeaders,
  body: generateSchema,
};

export function addSynthesisRoutes(
  app: App,
  contextOf: ContextOf,
  services: SynthesisServices,
): void {
  const order = (
    request: FastifyRequest<{ Body: GenerateInput }>,
    reply: FastifyReply,
    operation: string,
  ): SpeechOrder => ({
    ctx: contextOf(request),
    input: request.body,
    operation,
    idempotencyKey: idempotencyKeyOf(request),
    get signal() {
      return callerSignal(reply);
    },
  });

  app.post(
    '/v1/generate',
    {
      config: { clientTokens: true, speech: true },
      preValidation: takeForm,
      schema: {
        operationId: 'generateSpeech',
        tags: ['Speech'],
        summary: 'Generate speech',
        description:
          'Answers with the whole audio file once it is made. Equal requests of one team are answered from a cache (`X-VoiceFlow-Cache`).',
        ...takesJsonOrForm,
        response: { 200: { description: 'The audio', content: audioContent }, ...speechProblems },
      },
    },
    async (request, reply) => {
      const speech = await createSpeech(services, order(request, reply, 'generate'));
      return sendSpeech(reply, speech);
    },
  );

  app.post(
    '/v1/generate/stream',
    {
      config: { clientTokens: true, speech: true },
      preValidation: [takeForm, acceptFormat],
      schema: {
        operationId: 'streamSpeech',
        tags: ['Speech'],
        summary: 'Stream speech',
        description:
          'Answers with the audio while it is made, the first bytes as soon as the first piece is done. Where `format` is absent, `Accept` chooses it. With `Accept: text/event-stream` the answer is server-sent events: `audio` (base64), `words`, `progress`, then `done` or `error`. The work stops when the caller goes away; what had been made by then counts. A stream that breaks off goes on at `GET /v1/generations/{id}/stream` (`X-VoiceFlow-Generation-Id`).',
        ...takesJsonOrForm,
        response: {
          200: { description: 'The audio, chunk by chunk, or events', content: streamContent },
          ...problems(...speechProblemCodes, 'not_acceptable'),
        },
      },
    },
    async (request, reply) => {
      const speech = await streamSpeech(services, order(request, reply, 'stream'));
      return wantsEvents(request)
        ? sendEvents(request, reply, speech, { input: request.body })
        : sendSpeech(reply, speech);
    },
  );

  app.post(
    '/v1/generate/with-timestamps',
    {
      config: { clientTokens: true, speech: true },
      preValidation: takeForm,
      schema: {
        operationId: 'generateSpeechWithTimestamps',
        tags: ['Speech'],
        summary: 'Generate speech with word times',
        description:
          'The audio as base64 and, for each word, where it stands in the text and when it is heard, by the model itself.',
        ...takesJsonOrForm,
        response: {
          200: {
            description: 'The audio and its words',
            content: { 'application/json': { schema: timestampsSchema } },
          },
          ...speechProblems,
        },
      },
    },
    async (request, reply) => {
      const { body, ...speech } = await createSpeech(
        services,
        order(request, reply, 'with-timestamps'),
      );
      tellSpeech(reply, speech);
      const json = timestampsJson(request.body, {
        details: speech.details,
        body: asIterable(body),
      });
      return reply.type('application/json').send(Readable.from(json));
    },
  );

  app.get(
    '/v1/voices/:id/preview',
    {
      config: { clientTokens: true },
      schema: {
        operationId: 'previewVoice',
        tags: ['Voices'],
        summary: 'Hear a voice',
        description: 'A short sentence in this voice, as MP3. It counts for nobody.',
        params: z.strictObject({ id: voiceIdSchema }),
        response: {
          200: {
            description: 'The sample',
            content: {
              'audio/mpeg': { schema: z.any().meta({ type: 'string', format: 'binary' }) },
            },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'permission_denied',
            'voice_not_found',
            'synthesis_failed',
            'overloaded',
            'queue_timeout',
          ),
        },
      },
    },
    async (request, reply) => {
      const { contentType, body } = await previewVoice(services.maker, {
        ctx: contextOf(request),
        input: request.params,
        signal: callerSignal(reply),
      });
      reply.type(contentType).header('cache-control', 'private, max-age=86400');
      return reply.send(Buffer.isBuffer(body) ? body : Readable.from(body));
    },
  );
}

function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}
