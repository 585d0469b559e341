import { z } from 'zod';
import type { App, ContextOf } from '../../platform/http/index.ts';
import { problems } from '../../platform/http/index.ts';
import { listVoicesSchema, voiceIdSchema, voicePageSchema, voiceSchema } from './schema.ts';
import { getVoice, listVoices } from './service.ts';

export function addVoiceRoutes(app: App, contextOf: ContextOf): void {
  app.get(
    '/v1/voices',
    {
      config: { clientTokens: true },
      schema: {
        operationId: 'listVoices',
        tags: ['Voices'],
        summary: 'List voices',
        description: 'The voices that this service can speak with, in the order of their ids.',
        querystring: listVoicesSchema,
        response: {
          200: {
            description: 'A page of voices',
            content: { 'application/json': { schema: voicePageSchema } },
          },
          ...problems('invalid_field', 'missing_credential', 'permission_denied'),
        },
      },
    },
    async (request, reply) => {
      const { voices, nextCursor } = listVoices({ ctx: contextOf(request), input: request.query });
      return reply.type('application/json').send({ data: voices, next_cursor: nextCursor });
    },
  );

  app.get(
    '/v1/voices/:id',
    {
      config: { clientTokens: true },
      schema: {
        operationId: 'getVoice',
        tags: ['Voices'],
        summary: 'Get a voice',
        description: 'One voice by its id.',
        params: z.strictObject({ id: voiceIdSchema }),
        response: {
          200: {
            description: 'The voice',
            content: { 'application/json': { schema: voiceSchema } },
          },
          ...problems(
            'invalid_field',
            'missing_credential',
            'permission_denied',
            'voice_not_found',
          ),
        },
      },
    },
    async (request, reply) =>
      reply
        .type('application/json')
        .send(getVoice({ ctx: contextOf(request), input: request.params })),
  );
}
