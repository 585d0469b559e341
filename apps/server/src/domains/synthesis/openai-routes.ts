import { Readable } from 'node:stream';
import { z } from 'zod';
import {
  type App,
  type ContextOf,
  callerSignal,
  idempotencyHeaders,
  openAiProblems,
} from '../../platform/http/index.ts';
import { modelCreatedAt, models } from './openai-names.ts';
import { modelListSchema, openAiSpeechSchema } from './openai-schema.ts';
import { audioContent, speechProblemCodes } from './routes.ts';
import { type SynthesisServices, streamSpeech } from './service.ts';
import { speechEvents } from './speech-events.ts';
import { asIterable, sendSpeech, tellSpeech } from './speech-reply.ts';

const notInstructable = 'instructions are not followed: the voice reads the text as it is';

/** The routes that OpenAI's clients call, so that they work here unchanged. */
export function addOpenAiRoutes(app: App, contextOf: ContextOf, services: SynthesisServices): void {
  app.post(
    '/v1/audio/speech',
    {
      config: { openAiErrors: true, clientTokens: true, speech: true },
      schema: {
        operationId: 'createSpeech',
        tags: ['OpenAI'],
        summary: "Generate speech as OpenAI's clients ask for it",
        description:
          'Takes what `POST https://api.openai.com/v1/audio/speech` takes, with speeds from 0.5 to 2. Errors carry an `error` member as OpenAI has it.',
        headers: idempotencyHeaders,
        body: openAiSpeechSchema,
        response: {
          200: {
            description: 'The audio as it is made, or events',
            content: {
              ...audioContent,
              'text/event-stream': { schema: z.any().meta({ type: 'string' }) },
            },
          },
          ...openAiProblems(...speechProblemCodes),
        },
      },
    },
    async (request, reply) => {
      const { speech: input, streamFormat, instructed } = request.body;
      const speech = await streamSpeech(services, {
        ctx: contextOf(request),
        operation: `openai-${streamFormat}`,
        input,
        idempotencyKey: request.headers['idempotency-key'],
        signal: callerSignal(reply),
      });
      const warnings = instructed ? [...speech.warnings, notInstructable] : speech.warnings;
      if (streamFormat === 'audio') return sendSpeech(reply, { ...speech, warnings });
      tellSpeech(reply, { ...speech, warnings });
      const events = speechEvents(asIterable(speech.body), {
        characters: speech.characters,
        requestId: request.id,
      });
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(Readable.from(events));
    },
  );

  app.get(
    '/v1/models',
    {
      config: { openAiErrors: true },
      schema: {
        operationId: 'listModels',
        tags: ['OpenAI'],
        summary: 'List models',
        description: 'The model names that `POST /v1/audio/speech` takes.',
        response: {
          200: {
            description: 'The models',
            content: { 'application/json': { schema: modelListSchema } },
          },
          ...openAiProblems('missing_credential'),
        },
      },
    },
    async (_request, reply) =>
      reply.type('application/json').send({
        object: 'list' as const,
        data: models.map((model) => ({
          ...model,
          object: 'model' as const,
          created: modelCreatedAt,
        })),
      }),
  );
}
